import { BALANCE_PLACES, cut, Decimal, plain, sum } from '../decimal.ts';
import { type SettledQuote, settlementOf, shareOf } from './settlement.ts';

/** A part of a payment that came back, under the name that the rail's record gives it for good. `amount` in the pay-out currency; `creditedUsd`: what the company's account got, where that is known. ISO instant. */
export interface ReturnPart { id: string; at: string; amount: string; creditedUsd?: string; code: string; reason: string }

/** A part as it was posted. `amount`: what of it was counted; `fromRail`: USD taken from the rail's clearing account for it. */
export interface PostedReturn { part: string; amount: string; toUser: string; fromRail: string; creditedUsd: string | null }

/** A part to post: fromRail = toUser + fx. */
export interface NewReturn extends Omit<PostedReturn, 'creditedUsd'> { creditedUsd: string | null; fx: string; at: string; code: string; reason: string }
/** What the bank credited for a part that was posted before that was known: `difference` moves between clearing and FX (above zero: more came back). */
export interface ReturnCorrection { part: string; creditedUsd: string; fromRail: string; difference: string }
export interface ReturnsToPost { parts: readonly NewReturn[]; corrections: readonly ReturnCorrection[] }

/** What a rail that names no parts says came back in all: whatever is more than was posted is a part. */
export function partsOfTotal(total: Omit<ReturnPart, 'id' | 'creditedUsd'>, posted: readonly PostedReturn[]): ReturnPart[] {
  const more = new Decimal(total.amount).minus(sum(posted.map(({ amount }) => amount)));
  if (posted.length === 0) return [{ ...total, id: 'returned' }];
  return more.gt(0) ? [{ ...total, id: `returned:${plain(new Decimal(total.amount))}`, amount: plain(more) }] : [];
}

/**
 * What of the parts is still to be posted (docs/decisions/bank-transfers.md "What comes back"). The user gets what he was charged for what came back, all parts together never more than all that was paid to him; the rail's account is
 * moved by what it was credited, else by its share of what was debited; FX bears the difference. A part that was posted is never posted again, and parts may come in any order: the same parts make the same totals.
 */
export function returnsToPost(reserved: string, quote: SettledQuote, settledUsd: string | null, parts: readonly ReturnPart[], posted: readonly PostedReturn[]): ReturnsToPost {
  const { toRail, toFees, back } = settlementOf(reserved, quote, { fee: '0', ...(settledUsd === null ? {} : { settledUsd }) });
  const value = plain(new Decimal(reserved).minus(back).minus(toFees));
  const known = new Map(posted.map((one) => [one.part, one]));
  let counted = sum(posted.map(({ amount }) => amount));
  // Of what nobody said what it was credited at, together: shares of parts that are cut one by one would not add up to the whole.
  let unpriced = sum(posted.filter(({ creditedUsd }) => creditedUsd === null).map(({ amount }) => amount));
  const share = (amount: Decimal): Decimal => shareOf(toRail, plain(amount), quote.payAmount);

  const corrections: ReturnCorrection[] = [];
  for (const { id, amount, creditedUsd } of parts) {
    const before = known.get(id);
    if (before === undefined || before.creditedUsd !== null || creditedUsd === undefined) continue;
    const usd = creditedFor(before.amount, amount, creditedUsd);
    const left = unpriced.minus(before.amount);
    const difference = usd.minus(share(unpriced).minus(share(left)));
    unpriced = left;
    corrections.push({ part: id, creditedUsd: plain(usd), fromRail: plain(new Decimal(before.fromRail).plus(difference)), difference: plain(difference) });
  }
  const fresh: NewReturn[] = [];
  for (const { id, at, amount, creditedUsd, code, reason } of new Map(parts.map((part) => [part.id, part])).values()) {
    if (known.has(id)) continue;
    const counts = Decimal.max(0, Decimal.min(amount, new Decimal(quote.payAmount).minus(counted)));
    const toUser = shareOf(value, plain(counted.plus(counts)), quote.payAmount).minus(shareOf(value, plain(counted), quote.payAmount));
    const usd = creditedUsd === undefined ? null : creditedFor(plain(counts), amount, creditedUsd);
    const fromRail = usd ?? share(unpriced.plus(counts)).minus(share(unpriced));
    counted = counted.plus(counts);
    if (usd === null) unpriced = unpriced.plus(counts);
    fresh.push({ part: id, at, amount: plain(counts), toUser: plain(toUser), fromRail: plain(fromRail), creditedUsd: usd === null ? null : plain(usd), fx: plain(fromRail.minus(toUser)), code, reason });
  }
  return { parts: fresh, corrections };
}

/** USD of a part of which only so much counts: nothing is taken for what is more than was paid, it stays a case of reconciliation. */
function creditedFor(counts: string, amount: string, creditedUsd: string): Decimal {
  return new Decimal(counts).gte(amount) ? cut(new Decimal(creditedUsd), BALANCE_PLACES) : shareOf(creditedUsd, counts, amount);
}
