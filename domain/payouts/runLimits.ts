import { Decimal, plain } from '../decimal.ts';

/** What a run's money is compared with, in the order in which an operator is told: all of it, its largest payout, and all that was frozen or planned on its UTC day. */
export const RUN_LIMITS = ['run', 'payout', 'day'] as const;
export type RunLimit = (typeof RUN_LIMITS)[number];

/** One limit that a run passes. USD decimal strings; `over` = `amount` − `limit`. */
export interface PassedLimit { limit: RunLimit; amount: string; overAmount: string; over: string; reason: string }

const WHAT: Readonly<Record<RunLimit, string>> = { run: 'The run', payout: 'Its largest payout', day: 'All runs of this UTC day together' };
const LIMIT: Readonly<Record<RunLimit, string>> = { run: 'a run', payout: 'a single payout', day: 'a day' };

/** Null where the amount is at the limit or under it. */
export function passedLimit(limit: RunLimit, amount: string, overAmount: string): PassedLimit | null {
  const over = new Decimal(amount).minus(overAmount);
  if (over.lte(0)) return null;
  const figures = { amount: plain(new Decimal(amount)), overAmount: plain(new Decimal(overAmount)), over: plain(over) };
  return { limit, ...figures, reason: `${WHAT[limit]}, ${figures.amount} USD, is ${figures.over} USD over the limit of ${figures.overAmount} USD for ${LIMIT[limit]}.` };
}
