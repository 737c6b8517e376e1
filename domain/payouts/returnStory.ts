import { Decimal, plain, sum } from '../decimal.ts';

/** A part as it was posted: `amount` in the pay-out currency, `toUser` USD. */
export interface PartFacts { amount: string; toUser: string; cameAt: string; reason: string }

/** What came back of a payout: `amount` in `payCurrency`, `usd` on the payee's balance, part by part in the order of their posting. */
export interface ReturnStory { inFull: boolean; amount: string; usd: string; parts: { amount: string; usd: string; at: string; reason: string }[] }

/** Null: nothing that is known of. */
export function returnStory(payAmount: string, parts: readonly PartFacts[]): ReturnStory | null {
  if (parts.length === 0) return null;
  const amount = sum(parts.map((part) => part.amount));
  return {
    inFull: amount.gte(payAmount), amount: plain(amount), usd: plain(sum(parts.map(({ toUser }) => toUser))),
    // More than was paid is for people, and nothing of the payee's.
    parts: parts.filter((part, at) => at === 0 || !new Decimal(part.amount).isZero()).map(({ amount: of, toUser, cameAt, reason }) => ({ amount: of, usd: toUser, at: cameAt, reason })),
  };
}

/** The state in words. */
export function returnStatus({ inFull, amount, usd, parts }: ReturnStory, payAmount: string, payCurrency: string): string {
  const often = parts.length > 1 ? ` in ${parts.length} parts` : '';
  if (inFull) return `Your payout came back in full${often}; ${usd} USD are on your balance. Look whether your payout method is still right.`;
  return `Your payout came back in part: ${amount} of ${plain(new Decimal(payAmount))} ${payCurrency}${often}; ${usd} USD are on your balance. Should more come back, you are told. Look whether your payout method is still right.`;
}
