import { Decimal, plain, sum } from '../decimal.ts';
import { Problem } from '../problem.ts';
import type { Month } from './month.ts';

/** What is still owed for a month: commission as it stands less what payments were matched to it; USD, may be below zero after a re-issue. */
export interface Owed { month: Month; owed: string }
export interface MatchPart { month: Month; amount: string }

/**
 * The documented rule (docs/decisions/broker-payments.md): what is left of a payment goes to the oldest month that is still owed, then to the next. A
 * payment that names months pays only these. What is left after them stays unmatched. USD.
 */
export function matchOldestFirst(left: string, owed: readonly Owed[], months: readonly Month[] = []): MatchPart[] {
  const parts: MatchPart[] = [];
  let rest = new Decimal(left);
  for (const { month, owed: due } of owed.toSorted((a, b) => (a.month < b.month ? -1 : 1))) {
    if (months.length > 0 && !months.includes(month)) continue;
    const part = Decimal.min(rest, due);
    if (part.lte(0)) continue;
    parts.push({ month, amount: plain(part) });
    rest = rest.minus(part);
  }
  return parts;
}

/** Parts that an operator names. Throws MATCH_EXCEEDS_PAYMENT | MATCH_EXCEEDS_OWED (422). */
export function checkMatches(left: string, owed: readonly Owed[], parts: readonly MatchPart[]): void {
  const total = sum(parts.map(({ amount }) => amount));
  if (total.gt(left)) throw new Problem('MATCH_EXCEEDS_PAYMENT', `The parts sum to ${plain(total)} USD; only ${left} USD of the payment is unmatched.`, { facts: { unmatched: left } });
  for (const [month, own] of Map.groupBy(parts, (part) => part.month)) {
    const due = owed.find((one) => one.month === month)?.owed ?? '0';
    const wanted = sum(own.map(({ amount }) => amount));
    if (wanted.gt(due)) throw new Problem('MATCH_EXCEEDS_OWED', `${plain(wanted)} USD is more than the ${due} USD that is still owed for ${month}; what is too much stays unmatched.`, { facts: { month, owed: due } });
  }
}
