import { BALANCE_PLACES, cut, Decimal, plain } from '../../../../domain/decimal.ts';
import type { FxRate } from '../../../../domain/payouts/quote.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { BankEntry } from './readings.ts';

/** USD of one unit's currency: what 1 USD is worth in it now. Throws `Problem` where nobody says. */
export type RateNow = (currency: string) => Promise<FxRate>;

/**
 * Entries whose USD are known: what a bank moved an account that is not in USD by, where it exchanged the order's currency for it, is valued at the rate of now. It is kept with the entry, so that
 * look-ups and reconciliation see the same for good. Where there is no rate the payout is settled at its quote.
 */
export async function valued(entries: readonly BankEntry[], rate: RateNow): Promise<BankEntry[]> {
  const rates = new Map<string, Decimal | null>();
  const found: BankEntry[] = [];
  for (const entry of entries) {
    const { settledUsd, inAccount } = entry;
    if (settledUsd !== null || inAccount === undefined) {
      found.push(entry);
      continue;
    }
    if (!rates.has(inAccount.currency)) rates.set(inAccount.currency, await rate(inAccount.currency).then((one) => new Decimal(one.rate), nobodySays));
    const perUsd = rates.get(inAccount.currency) ?? null;
    found.push(perUsd === null ? entry : { ...entry, settledUsd: plain(cut(new Decimal(inAccount.amount).dividedBy(perUsd), BALANCE_PLACES)) });
  }
  return found;
}

function nobodySays(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}
