import { Decimal, plain } from '../decimal.ts';

/** What has been posted for a ticket, bucket or adjustment so far, and to which link. */
export interface EarnedSoFar { accountLinkId: string | null; earned: string; reversed: boolean }

/** What the newest version says it earns in all. */
export interface NowEarned { accountLinkId: string | null; amount: string }

/** A signed USD amount to post for a link: positive into a new accrual, negative to be taken back. */
export interface Difference { accountLinkId: string; change: string }

/**
 * The differences a re-issue makes: only they are posted, as new entries (product.md "Restatement"); none where nothing
 * changed. A reversed ticket stays reversed. What now belongs to another link leaves the old one whole.
 */
export function differences(before: EarnedSoFar | null, now: NowEarned): Difference[] {
  const target = before?.reversed ? new Decimal(0) : new Decimal(now.amount);
  const earned = new Decimal(before?.earned ?? 0);
  const parts = before?.accountLinkId === now.accountLinkId
    ? [{ link: now.accountLinkId, change: target.minus(earned) }]
    : [{ link: before?.accountLinkId ?? null, change: earned.neg() }, { link: now.accountLinkId, change: target }];
  const found: Difference[] = [];
  for (const { link, change } of parts) {
    if (change.isZero()) continue;
    if (link === null) throw new Error('money without an account link');
    found.push({ accountLinkId: link, change: plain(change) });
  }
  return found;
}
