import { ATTEMPT_PROVEN_UNPAID } from '../states.ts';
import type { OwnAttempt, OwnItem, RecordItem } from './items.ts';

/** A line of the record with the payout, and where it is known the attempt, that it is about. */
export interface MatchedItem { item: RecordItem; attempt: OwnAttempt | null }

export interface Matched {
  /** By payout id, in the record's order. */
  of: ReadonlyMap<string, readonly MatchedItem[]>;
  /** Lines that are about no payout of ours. */
  strangers: readonly RecordItem[];
}

/**
 * Finds whom each line of the record is about: by the attempt's key, else by the rail's reference of any of its bytes, else by the payout's id. A reference that several payouts
 * have (of a file) names none of them. The same line twice counts once.
 */
export function matchRecord(payouts: readonly OwnItem[], record: readonly RecordItem[]): Matched {
  const ids = new Set(payouts.map(({ id }) => id));
  const byKey = new Map<string, Found>();
  const byReference = new Map<string, Found | null>();
  for (const payout of payouts) {
    for (const attempt of payout.attempts) {
      byKey.set(attempt.idempotencyKey, { payoutId: payout.id, attempt });
      for (const reference of attempt.references) {
        const other = byReference.get(reference);
        byReference.set(reference, other === undefined ? { payoutId: payout.id, attempt } : sharedBy(other, payout.id, attempt));
      }
    }
  }
  const of = new Map<string, MatchedItem[]>();
  const strangers: RecordItem[] = [];
  for (const item of new Map(record.map((one) => [one.sequence, one])).values()) {
    const found = (item.idempotencyKey === null ? undefined : byKey.get(item.idempotencyKey)) ?? byReference.get(item.railReference)
      ?? (item.payoutId !== null && ids.has(item.payoutId) ? { payoutId: item.payoutId, attempt: null } : null);
    if (found === null) strangers.push(item);
    else of.set(found.payoutId, [...of.get(found.payoutId) ?? [], { item, attempt: found.attempt }]);
  }
  return { of, strangers };
}

interface Found { payoutId: string; attempt: OwnAttempt | null }

function sharedBy(other: Found | null, payoutId: string, attempt: OwnAttempt): Found | null {
  if (other?.payoutId !== payoutId) return null;
  return other.attempt?.id === attempt.id ? other : { payoutId, attempt: null };
}

/** An execution of bytes that were taken for certain never to execute. */
export const wasTakenForUnpaid = ({ attempt }: MatchedItem): boolean => attempt !== null && ATTEMPT_PROVEN_UNPAID.includes(attempt.state);
