import type { Difference, RecordItem } from './items.ts';

/**
 * How a payment on a rail's record that our database knows nothing of is known for ours: `by_key`: it bears a key as the engine makes them; `by_account`: nothing else may leave the account, so
 * every one is; `by_itself`: the rail notices it otherwise, and says that it is not ready.
 */
export type LostBy = 'by_key' | 'by_account' | 'by_itself';

/** Keys and references of attempts that our database knows to have been sent. */
export interface Sent { keys: ReadonlySet<string>; references: ReadonlySet<string> }

/** As the engine makes them (activities/payouts/prepare.ts): the payout's id and the attempt's number. */
const OWN_KEY = /^pay_[0-9a-f]{32}-\d{1,3}$/;

/**
 * Payments of ours that our database has lost: executed, and no attempt that was sent has their key or reference. A database that was restored from a backup would pay them again,
 * under new keys.
 */
export function lostPayouts(record: readonly RecordItem[], sent: Sent, by: LostBy): RecordItem[] {
  if (by === 'by_itself') return [];
  return record.filter(({ kind, idempotencyKey: key, railReference }) =>
    kind === 'executed' && !(key !== null && sent.keys.has(key)) && !sent.references.has(railReference) && (by === 'by_account' || (key !== null && OWN_KEY.test(key))));
}

export function lostOnRecord({ sequence, amount, currency, railReference, at, idempotencyKey, payoutId }: RecordItem): Difference {
  return {
    code: 'LOST_PAYOUT', subject: sequence, payoutId: null, detail: `The rail paid ${amount} ${currency} as ${railReference} at ${at}, and our database has not sent it: it may be older than the payment.`,
    facts: { references: railReference, amount, currency, at, ...(idempotencyKey === null ? {} : { idempotencyKey }), ...(payoutId === null ? {} : { payoutId }) },
  };
}

/** By Temporal's word, whose histories are not restored with the database. */
export function lostByWorkflow(payoutId: string, state: string): Difference {
  return { code: 'LOST_PAYOUT', subject: payoutId, payoutId: null, detail: `The workflow of payout ${payoutId} says "${state}", and our database has not sent it: it is older than the payment.`, facts: { payoutId, state } };
}
