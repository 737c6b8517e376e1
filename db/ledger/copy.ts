import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { sqlState } from '../connection.ts';
import { journalIds } from './allot.ts';
import type { CanonicalJournal } from './draft.ts';
import { payloadDiffers } from './refusals.ts';
import { resolveAccounts } from './resolve.ts';

export type Standing = Map<string, { journalId: string; replayed: boolean }>;

/**
 * Posts journals of distinct keys by COPY, which is the fastest way in that Postgres has and fires the same guards as
 * INSERT. Keys are assumed to be new; when one turns out to stand already, the attempt is undone (savepoint), those that
 * stand are set aside as replays, and the rest is posted.
 */
export async function copyJournals(client: pg.PoolClient, journals: readonly CanonicalJournal[]): Promise<Standing> {
  const standing: Standing = new Map();
  const accounts = await resolveAccounts(client, journals);
  let fresh = journals;
  for (let attempt = 1; fresh.length > 0; attempt++) {
    const ids = await journalIds(client, fresh.length);
    await client.query('SAVEPOINT ledger_copy');
    try {
      await copyInto(client, COPY_JOURNAL, fresh, (j, i) => `${ids[i]}\t${j.kind}\t${j.effectiveAt}\t${escape(j.key)}\t\\\\x${j.hash}\t${escape(j.causeType)}\t${escape(j.causeId)}\n`);
      await copyInto(client, COPY_POSTING, fresh, (j, i) => postingRows(j, ids[i]!, accounts));
      await client.query('RELEASE SAVEPOINT ledger_copy');
      fresh.forEach((j, i) => standing.set(j.key, { journalId: String(ids[i]), replayed: false }));
      return standing;
    } catch (error) {
      await client.query('ROLLBACK TO SAVEPOINT ledger_copy');
      const keyStands = sqlState(error) === '23505' && error instanceof Error && error.message.includes('journal_idempotency_key');
      if (!keyStands || attempt > MAX_ATTEMPTS) throw error;
    }
    fresh = await setAside(client, fresh, standing);
  }
  return standing;
}

/** Others may post some of the same keys between two attempts; that this happens many times over is a fault. */
const MAX_ATTEMPTS = 5;
const COPY_JOURNAL = 'COPY public.journal (id, kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id) FROM STDIN';
const COPY_POSTING = 'COPY public.posting (journal_id, line, account_id, currency, amount) FROM STDIN';
const CHUNK = 64_000;

function postingRows(j: CanonicalJournal, id: bigint, accounts: ReadonlyMap<string, string>): string {
  let rows = '';
  for (let i = 0; i < j.codes.length; i++) rows += `${id}\t${i + 1}\t${accounts.get(`${j.codes[i]} ${j.currency}`)}\t${j.currency}\t${j.amounts[i]}\n`;
  return rows;
}

function* chunks(journals: readonly CanonicalJournal[], row: (j: CanonicalJournal, i: number) => string): Generator<string> {
  let text = '';
  for (let i = 0; i < journals.length; i++) {
    text += row(journals[i]!, i);
    if (text.length > CHUNK) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

async function copyInto(client: pg.PoolClient, statement: string, journals: readonly CanonicalJournal[], row: (j: CanonicalJournal, i: number) => string): Promise<void> {
  await pipeline(Readable.from(chunks(journals, row)), client.query(copyFrom(statement)));
}

const SPECIAL = /[\\\t\n\r]/;

function escape(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]!) : text;
}

/** Takes out of `journals` those whose key stands, with the same payload, and notes them as replayed. */
async function setAside(client: pg.PoolClient, journals: readonly CanonicalJournal[], standing: Standing): Promise<CanonicalJournal[]> {
  const { rows } = await client.query<{ key: string; id: string; hash: string }>(
    `SELECT j.idempotency_key AS key, j.id, encode(j.payload_hash, 'hex') AS hash FROM unnest($1::text[]) AS k (key)
     JOIN public.journal j ON j.idempotency_key = k.key`, [journals.map((j) => j.key)]);
  const found = new Map(rows.map((row) => [row.key, row]));
  return journals.filter((j) => {
    const old = found.get(j.key);
    if (!old) return true;
    if (old.hash !== j.hash) throw payloadDiffers(j.key);
    standing.set(j.key, { journalId: old.id, replayed: true });
    return false;
  });
}
