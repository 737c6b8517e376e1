import { Decimal, plain } from '../decimal.ts';

/** What has been posted for a ticket, bucket or adjustment so far. */
export interface EarnedSoFar { accountLinkId: string | null; earned: string; reversed: boolean }

/** What the newest version says it earns in all. */
export interface NowEarned { accountLinkId: string | null; amount: string }

export interface Difference {
  /** USD to add in a new accrual of the account's link; `0` for none. */
  add: string;
  /** USD to take back from whom it was posted to; `0` for none. */
  take: string;
}

/**
 * The difference a re-issue makes: only it is posted, as new entries (product.md "Restatement"). A reversed ticket stays
 * reversed. A line that now belongs to another link is taken back whole from the old one and added whole to the new.
 */
export function difference(before: EarnedSoFar | null, now: NowEarned): Difference {
  const target = before?.reversed ? new Decimal(0) : new Decimal(now.amount);
  if (before === null) return target.gte(0) ? { add: plain(target), take: '0' } : { add: '0', take: plain(target.neg()) };
  const earned = new Decimal(before.earned);
  const moved = before.accountLinkId !== now.accountLinkId && before.accountLinkId !== null && !earned.isZero();
  if (moved) {
    return { add: plain(Decimal.max(target, 0).plus(Decimal.max(earned.neg(), 0))), take: plain(Decimal.max(earned, 0).plus(Decimal.max(target.neg(), 0))) };
  }
  const change = target.minus(earned);
  return change.gte(0) ? { add: plain(change), take: '0' } : { add: '0', take: plain(change.neg()) };
}
