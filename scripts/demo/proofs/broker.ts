import { Decimal } from '../../../domain/decimal.ts';
import { read, type RailProof, verdict } from './proof.ts';

interface Operation { operationId: string; kind: string; reference: string; server: string; account: string; amount: string; currency: string; at: string }

/** All that the broker ever booked on that account. */
export const brokerProof: RailProof = async ({ payout, counterparties }) => {
  const { operations } = await read<{ operations: Operation[] }>(`${counterparties.running.get('broker')?.url ?? ''}/admin/operations`);
  const booked = operations.filter(({ server, account }) => server === payout.destination['server'] && account === payout.destination['account']);
  const same = booked.length === 1 && booked[0]!.kind === 'credit' && booked[0]!.currency === payout.payCurrency && new Decimal(booked[0]!.amount).eq(payout.payAmount);
  return [`the broker's operations on ${payout.destination['account']}: ${booked.map(({ operationId, kind, amount, currency: of, reference, at }) => `${operationId} ${kind} ${amount} ${of}, reference ${reference}, at ${at}`).join('; ') || 'nothing'}: ${verdict(same)}`];
};
