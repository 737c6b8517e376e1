import { Decimal, plain } from '../../../domain/decimal.ts';
import { bankControl } from '../../sandbox-bank/control.ts';
import { type RailProof, verdict } from './proof.ts';

/** The bank's own list: whatever it was ever told to pay for this payout, by EndToEndId, which is the attempt's key without its prefix. */
export const bankProof: RailProof = async ({ payout, counterparties }) => {
  const all = await bankControl(counterparties.running.get('bank')?.url ?? '').allPayments();
  const payments = all.filter(({ end_to_end_id: id }) => id.startsWith(payout.id.replace(/^pay_/, '')));
  const amount = (minor: number): Decimal => new Decimal(minor).dividedBy(100);
  const same = payments.length === 1 && payments[0]!.booked_at !== null && payments[0]!.currency === payout.payCurrency && amount(payments[0]!.amount).eq(payout.payAmount);
  return [`the bank's list of payments: ${payments.map((one) => `${one.end_to_end_id}, ${plain(amount(one.amount))} ${one.currency} to ${one.creditor_name}, ${one.booked_at === null ? one.status : `booked ${one.booked_at}`}`).join('; ') || 'nothing'}: ${verdict(same)}`];
};
