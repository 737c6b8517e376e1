import type pg from 'pg';
import { BLOCK_COLUMNS, blockHash, contentHash, GENESIS, type Block } from './block.ts';
import { journalFault } from './journal-fault.ts';
import { journalPage, type JournalRecord } from './record.ts';

export interface Difference { check: 'journal' | 'posting' | 'balance' | 'chain'; what: string }

export interface Verification {
  journals: number;
  accounts: number;
  blocks: number;
  /** Journals after the last sealed block. */
  unsealed: number;
  /** Height and hash of the last block; keep it elsewhere to prove later that the chain was not cut or rewritten. */
  head: { height: string; hash: string } | undefined;
  /** Empty where the ledger is sound; the first one found first, at most 20. */
  differences: Difference[];
}

const MOST = 20;
const PAGE = 5_000;
const MAX_ID = '9223372036854775807';

/**
 * Checks the whole ledger in one snapshot: each journal by itself (postings there, lines 1…n, sum zero, accounts and
 * kinds, payload hash), every balance against its postings, and the chain of sealed blocks. Reads only.
 * `expectedHead` is a head noted earlier, `<height>:<hash>`, that the chain must still contain.
 */
export async function verifyLedger(pool: pg.Pool, expectedHead?: string): Promise<Verification> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await verifyIn(client, expectedHead);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** As `verifyLedger`, inside the transaction that `client` is in. */
export async function verifyIn(client: pg.PoolClient, expectedHead?: string): Promise<Verification> {
  const differences: Difference[] = [];
  const report = (check: Difference['check'], what: string) => { if (differences.length < MOST) differences.push({ check, what }); };
  const blocks = (await client.query<Block>(`SELECT ${BLOCK_COLUMNS} FROM public.ledger_block ORDER BY ledger_block.height`)).rows;
  const sealed = await verifyChain(client, blocks, report);
  const last = blocks.at(-1);
  const unsealed = await eachPage(client, last?.lastId ?? '0', MAX_ID, (page) => judge(page, report));
  await verifyBalances(client, report);
  if (expectedHead !== undefined && !blocks.some((b) => `${b.height}:${b.hash}` === expectedHead)) {
    report('chain', `the chain does not contain the head noted earlier, ${expectedHead}`);
  }
  const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM public.ledger_account');
  return {
    journals: sealed + unsealed, accounts: rows[0]!.n, blocks: blocks.length, unsealed,
    head: last && { height: last.height, hash: last.hash }, differences,
  };
}

type Report = (check: Difference['check'], what: string) => void;

function judge(page: readonly JournalRecord[], report: Report): void {
  for (const journal of page) {
    const fault = journalFault(journal);
    if (fault) report('journal', `journal ${journal.id} (${journal.key}): ${fault}`);
  }
}

async function eachPage(client: pg.PoolClient, after: string, upTo: string, visit: (page: JournalRecord[]) => void): Promise<number> {
  let count = 0;
  for (let last = after; ;) {
    const page = await journalPage(client, last, upTo, PAGE);
    if (page.length === 0) return count;
    visit(page);
    count += page.length;
    last = page.at(-1)!.id;
  }
}

/** Recomputes every block from the journals it covers; answers how many journals these were. */
async function verifyChain(client: pg.PoolClient, blocks: readonly Block[], report: Report): Promise<number> {
  let count = 0;
  let previous: Block | undefined;
  for (const block of blocks) {
    const journals: JournalRecord[] = [];
    await eachPage(client, previous?.lastId ?? '0', block.lastId, (page) => journals.push(...page));
    judge(journals, report);
    const name = `block ${block.height} (journals ${block.firstId} to ${block.lastId})`;
    if (block.previousHash !== (previous?.hash ?? GENESIS) || block.height !== String(BigInt(previous?.height ?? 0) + 1n)) report('chain', `${name} does not follow the block before it`);
    else if (block.hash !== blockHash(block)) report('chain', `${name} was changed after it was sealed`);
    else if (journals.length !== block.journals) report('chain', `${name} was sealed with ${block.journals} journals and has ${journals.length} now`);
    else if (contentHash(journals) !== block.contentHash) report('chain', `${name}: a journal, posting or account in it was changed after it was sealed`);
    count += journals.length;
    previous = block;
  }
  return count;
}

const ORPHANS = `SELECT p.journal_id::text AS id FROM public.posting p LEFT JOIN public.journal j ON j.id = p.journal_id WHERE j.id IS NULL ORDER BY 1 LIMIT 1`;

const BALANCES = `
  SELECT coalesce(a.code, '#' || coalesce(s.account_id, b.account_id)) AS account, coalesce(trim_scale(b.amount), 0)::text AS stands, coalesce(trim_scale(s.amount), 0)::text AS posted,
    b.account_id IS NULL AS missing, a.may_go_negative = 'never' AND b.amount < 0 AS negative, b.stripes IS DISTINCT FROM CASE a.may_go_negative WHEN 'always' THEN 8 ELSE 1 END AS torn
  FROM (SELECT account_id, currency, sum(amount) AS amount FROM public.posting GROUP BY account_id, currency) s
  FULL JOIN (SELECT account_id, currency, sum(amount) AS amount, count(*) AS stripes FROM public.balance GROUP BY account_id, currency) b
    ON b.account_id = s.account_id AND b.currency = s.currency
  FULL JOIN public.ledger_account a ON a.id = coalesce(s.account_id, b.account_id) AND a.currency = coalesce(s.currency, b.currency)
  WHERE a.id IS NULL OR b.account_id IS NULL OR coalesce(s.amount, 0) <> b.amount OR (a.may_go_negative = 'never' AND b.amount < 0)
    OR b.stripes <> CASE a.may_go_negative WHEN 'always' THEN 8 ELSE 1 END
  ORDER BY coalesce(s.account_id, b.account_id, a.id) LIMIT ${MOST}`;

async function verifyBalances(client: pg.PoolClient, report: Report): Promise<void> {
  const orphan = (await client.query<{ id: string }>(ORPHANS)).rows[0];
  if (orphan) report('posting', `there are postings of journal ${orphan.id}, which does not exist`);
  const { rows } = await client.query<{ account: string; stands: string; posted: string; missing: boolean; negative: boolean; torn: boolean }>(BALANCES);
  for (const row of rows) {
    if (row.missing) report('balance', `${row.account} has no balance; its postings sum to ${row.posted}`);
    else if (row.stands !== row.posted) report('balance', `${row.account} stands at ${row.stands}; its postings sum to ${row.posted}`);
    else if (row.negative) report('balance', `${row.account} stands at ${row.stands}, below zero`);
    else report('balance', `${row.account} has rows of balance that no account has`);
  }
}
