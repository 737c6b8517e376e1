import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import { BLOCK_COLUMNS, blockHash, contentHash, GENESIS, type Block } from './block.ts';
import { journalPage } from './record.ts';

export interface SealOptions {
  /** Most journals in a block (default 5,000). */
  blockSize?: number;
  /** How long to wait for transactions that are posting right now (default 5,000 ms). */
  waitMs?: number;
}

export interface SealResult {
  /** Blocks sealed now. */
  blocks: number;
  journals: number;
  /** Last block of the chain, also when none was sealed now. */
  head: Block | undefined;
}

/** Any fixed number: one sealer at a time. */
const SEAL_LOCK = '7310002';

/**
 * Seals all journals that stand into blocks chained by hash, so that a later change of any of them shows. A transaction
 * that is posting right now may hold a lower id than one that has committed; it is waited for, without making anyone
 * wait. Throws `LEDGER_SEAL_BUSY` where one does not end in time: nothing is lost, seal again later.
 */
export async function sealJournals(pool: pg.Pool, options: SealOptions = {}): Promise<SealResult> {
  const client = await pool.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${SEAL_LOCK})`);
    try {
      return await seal(client, options.blockSize ?? 5_000, options.waitMs ?? 5_000);
    } finally {
      await client.query(`SELECT pg_advisory_unlock(${SEAL_LOCK})`);
    }
  } finally {
    client.release();
  }
}

async function seal(client: pg.PoolClient, blockSize: number, waitMs: number): Promise<SealResult> {
  let head = (await client.query<Block>(`SELECT ${BLOCK_COLUMNS} FROM public.ledger_block ORDER BY ledger_block.height DESC LIMIT 1`)).rows[0];
  const result = { blocks: 0, journals: 0 };
  const upTo = (await client.query<{ id: string | null }>('SELECT max(id) AS id FROM public.journal WHERE id > $1', [head?.lastId ?? '0'])).rows[0]!.id;
  if (upTo === null) return { ...result, head };
  await posters(client, waitMs);
  for (;;) {
    const journals = await journalPage(client, head?.lastId ?? '0', upTo, blockSize);
    if (journals.length === 0) return { ...result, head };
    head = next(head, journals);
    await client.query(`INSERT INTO public.ledger_block (height, first_id, last_id, journals, content_hash, previous_hash, hash)
      VALUES ($1, $2, $3, $4, decode($5, 'hex'), decode($6, 'hex'), decode($7, 'hex'))`,
    [head.height, head.firstId, head.lastId, head.journals, head.contentHash, head.previousHash, head.hash]);
    result.blocks += 1;
    result.journals += journals.length;
  }
}

function next(head: Block | undefined, journals: Parameters<typeof contentHash>[0]): Block {
  const block = {
    height: String(BigInt(head?.height ?? 0) + 1n), firstId: journals[0]!.id, lastId: journals.at(-1)!.id, journals: journals.length,
    contentHash: contentHash(journals), previousHash: head?.hash ?? GENESIS,
  };
  return { ...block, hash: blockHash(block) };
}

// Whoever has taken a journal id holds this lock until its transaction ends: an INSERT takes it before the id, and so
// does ledger_allot_ids. Those that start after the look hold ids above the highest that we have seen.
const POSTERS = `SELECT DISTINCT l.virtualtransaction AS tx FROM pg_locks l WHERE l.locktype = 'relation' AND l.relation = 'public.journal'::regclass
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.mode = 'RowExclusiveLock' AND l.granted`;

async function posters(client: pg.PoolClient, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  let waiting = (await client.query<{ tx: string }>(POSTERS)).rows.map((row) => row.tx);
  while (waiting.length > 0) {
    if (performance.now() > until) {
      throw new Problem('LEDGER_SEAL_BUSY', `${waiting.length} transaction(s) have been posting for longer than ${waitMs} ms; seal again when they have ended.`, { status: 503 });
    }
    await delay(20);
    const now = new Set((await client.query<{ tx: string }>(POSTERS)).rows.map((row) => row.tx));
    waiting = waiting.filter((tx) => now.has(tx));
  }
}
