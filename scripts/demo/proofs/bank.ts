import { Decimal, plain } from '../../../domain/decimal.ts';
import { bankControl } from '../../sandbox-bank/control.ts';
import { type RailProof, verdict } from './proof.ts';

/** The bank's own list of payments. */
export const bankProof: RailProof = async ({ payout, counterparties }) => {
  const payments = await bankControl(counterparties.running.get('bank')?.url ?? '').payments(payout.railReference ?? '');
  const shown = payments.map((one) => `${one.status} ${plain(new Decimal(one.amount).dividedBy(100))} ${one.currency} to ${one.creditor_name}, ${one.booked_at === null ? 'not booked' : `booked ${one.booked_at}`}`);
  const same = payments.length === 1 && payments[0]!.booked_at !== null && payments[0]!.currency === payout.payCurrency && new Decimal(payments[0]!.amount).dividedBy(100).eq(payout.payAmount);
  return [`the bank's list of payments: ${shown.join('; ') || 'nothing'}: ${verdict(same)}`];
};
