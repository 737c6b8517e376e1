import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';
import { copyJournals } from './copy.ts';
import { canonical, type CanonicalJournal, type JournalDraft } from './draft.ts';
import { insertJournal } from './insert.ts';
import { guarded, payloadDiffers } from './refusals.ts';

export type { JournalDraft } from './draft.ts';
export type { JournalKind } from './kinds.ts';

export interface PostedJournal {
  key: string;
  /** Id of the journal that stands under the key, new or old. */
  journalId: string;
  /** True where the key had been posted before with the same payload, so nothing was moved now. */
  replayed: boolean;
}

/**
 * Posts one journal in one round trip; missing accounts are opened. In a pool or an idle client it is a transaction of
 * its own, durable when the promise resolves. Throws `IDEMPOTENCY_PAYLOAD_DIFFERS` where the key stands with another
 * payload, `LEDGER_OVERDRAWN` where an account would go below what it may, and the draft's own `LEDGER_*` problems.
 */
export async function postJournal(tx: SqlSource, draft: JournalDraft): Promise<PostedJournal> {
  const journal = canonical(draft);
  const { journalId, replayed, hash } = await guarded(() => insertJournal(sqlOf(tx), journal));
  if (hash !== journal.hash) throw payloadDiffers(journal.key);
  return { key: journal.key, journalId, replayed };
}

/**
 * Posts any number of journals, all or none, in a number of round trips that does not grow with them, and answers in
 * the drafts' order. The same key twice in `drafts` is a replay, or `IDEMPOTENCY_PAYLOAD_DIFFERS`, like one posted
 * before. Needs an open transaction. Errors as of `postJournal`.
 */
export async function postJournals(tx: Tx, drafts: readonly JournalDraft[]): Promise<PostedJournal[]> {
  if (drafts.length === 0) return [];
  if (drafts.length === 1) return [await postJournal(tx, drafts[0]!)];
  const distinct = new Map<string, CanonicalJournal>();
  const keys: string[] = [];
  const repeats: boolean[] = [];
  for (const draft of drafts) {
    const journal = canonical(draft);
    const first = distinct.get(journal.key);
    if (first && first.hash !== journal.hash) throw payloadDiffers(journal.key);
    if (!first) distinct.set(journal.key, journal);
    keys.push(journal.key);
    repeats.push(first !== undefined);
  }
  const posted = await guarded(() => copyJournals(tx.client, [...distinct.values()]));
  return keys.map((key, i) => {
    const { journalId, replayed } = posted.get(key)!;
    return { key, journalId, replayed: replayed || repeats[i]! };
  });
}
