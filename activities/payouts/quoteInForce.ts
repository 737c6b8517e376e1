import type { SettledQuote } from '../../domain/payouts/settlement.ts';
import { quoteOf } from '../../db/stores/payoutQuotes.ts';
import type { Payout } from '../../db/stores/payouts.ts';
import type { Tx } from '../../db/connection.ts';

/** The quote that a payout was ordered at; of one from before there were quotes, USD at par. */
export async function quoteInForce(tx: Tx, payout: Payout): Promise<SettledQuote> {
  return await quoteOf(tx, payout.id) ?? { amount: payout.amount, payAmount: payout.payAmount, rate: '1', fee: '0', feeBearer: 'company' };
}
