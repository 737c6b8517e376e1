import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlState, withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { sealJournals } from '../../db/ledger/seal.ts';
import { funded, ledgerFixture, type LedgerFixture } from '../ledger/fixture.ts';

// What the application's role may change, proven by trying as that role through plain SQL.

let f: LedgerFixture;
beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());

async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    return `${sqlState(error)} ${(error as Error).message}`;
  }
  throw new Error('nothing was refused');
}

const MAY_CHANGE: Record<string, string[]> = {
  account_link: ['decided_at', 'decided_by', 'ended_at', 'status'],
  accrual: ['cleared_at', 'held_amount', 'reversed_by_report_no', 'state', 'taken_back'],
  agreement: ['active_to'],
  api_key: ['expires_at', 'last_used_at', 'replaced_by', 'revoked_at'],
  app_user: ['external_id', 'pinned_tier', 'status'],
  approval_policy: ['deciders', 'expiry_hours', 'needs_second_operator', 'over_amount'],
  broker_exposure: ['claimed'],
  broker_symbol: ['class'],
  change: ['decided_at', 'decided_by', 'decision_reason', 'followed_up_at', 'reminded_at', 'result', 'state'],
  earning: ['account_link_id', 'close_time', 'earned', 'lots', 'outcome', 'period_id', 'reason', 'report_no', 'reversed_by_report_no', 'reversed_by_row', 'row_number', 'taken_back', 'user_id', 'vanished_in_report_no'],
  hold: ['released_at', 'released_by'],
  payout_method: ['confirmed_at', 'disowned_at', 'name', 'payee', 'removed_at', 'usable_from'],
  report: ['content_digest', 'cursor', 'facts', 'lines', 'lines_done', 'lines_from', 'lines_to', 'lots', 'notices', 'posted_at', 'refusal', 'repeats', 'sha256', 'size', 'state', 'step_since'],
  report_period: ['calendar_id', 'close_reason', 'closed_at', 'closed_by', 'due_at', 'due_noted_at', 'escalated_at', 'escalated_noted_at', 'latest_report_no', 'methodology_id', 'overdue_at', 'overdue_noted_at', 'reopened_at'],
  trading_account: ['type'],
  user_tier: ['lots', 'multiplier', 'tier'],
};

describe('the application may change', () => {
  test.each(Object.entries(MAY_CHANGE))('of %s only %j', async (table, columns) => {
    const { rows } = await f.owner.query<{ column: string; update: boolean; delete: boolean }>(
      `SELECT a.attname AS column, has_column_privilege('cashback_app', a.attrelid, a.attnum, 'UPDATE') AS update, has_table_privilege('cashback_app', a.attrelid, 'DELETE') AS delete
       FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname`, [table]);
    expect(rows.filter((row) => row.update).map((row) => row.column)).toEqual(columns);
    expect(rows.some((row) => row.delete)).toBe(false);
    await f.app.query(`SELECT FROM ${table} FOR UPDATE`);
  });

  test.each(['UPDATE accrual SET amount = amount', "UPDATE accrual SET user_id = 'usr_thief'", "UPDATE account_link SET user_id = 'usr_thief'", 'UPDATE payout_method SET destination = destination',
    "UPDATE api_key SET role = 'admin'", "UPDATE api_key SET scopes = '{}'", "UPDATE report SET broker_id = 'x'", "UPDATE earning SET key = 'x'", "UPDATE hold SET placed_by = 'x'",
    'UPDATE report_chunk SET bytes = bytes', 'UPDATE rate SET per_lot = per_lot', 'UPDATE payout SET amount = amount', 'UPDATE payout_attempt SET request_bytes = request_bytes',
    'UPDATE payout_run SET scheduled_at = scheduled_at', 'UPDATE payout_run_member SET available = available', 'UPDATE ownership_verification SET user_id = user_id'])('nothing else: %s', async (statement) => {
    expect(await refusal(f.app.query(statement))).toMatch(/^42501/);
  });
});

test("a user's external id changes only when his data is erased, to a text that says so", async () => {
  await f.app.query(`INSERT INTO app_user (id, external_id, created_at) VALUES ('usr_named', 'ann@example.com', now())`);
  expect(await refusal(f.app.query(`UPDATE app_user SET external_id = 'another' WHERE id = 'usr_named'`))).toMatch(/^US001 USER_NAME_KEPT/);
  await f.app.query(`UPDATE app_user SET external_id = 'erased:usr_named' WHERE id = 'usr_named'`);
});

describe('a payout method', () => {
  const [MADE, LATER, USABLE] = ['2026-11-16T09:00:00Z', '2026-11-16T10:00:00Z', '2026-11-18T10:00:00Z'];
  const add = (id: string, confirmedAt: string | null = null) => f.app.query(
    `INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ($1, 'usr_kept', 'sandbox', '{}', $2, $3, $3)`, [id, MADE, confirmedAt]);
  const set = (id: string, columns: string) => f.app.query(`UPDATE payout_method SET ${columns} WHERE id = $1`, [id]);
  beforeAll(() => f.app.query(`INSERT INTO app_user (id, external_id, created_at) VALUES ('usr_kept', 'kept', now())`));

  test('is confirmed once, with its cool-down, and not before it was added', async () => {
    await add('pmt_once');
    expect(await refusal(set('pmt_once', `confirmed_at = '2026-11-16T08:59:59Z', usable_from = '${USABLE}'`))).toMatch(/^23514 .*payout_method_confirmed/);
    await set('pmt_once', `confirmed_at = '${LATER}', usable_from = '${USABLE}'`);
    for (const columns of ['confirmed_at = NULL, usable_from = NULL', `usable_from = '${LATER}'`, `confirmed_at = '${MADE}'`, `confirmed_at = '${MADE}', usable_from = '${MADE}'`]) {
      expect(await refusal(set('pmt_once', columns))).toMatch(/^PM001 PAYOUT_METHOD_KEPT: payout method pmt_once is confirmed already/);
    }
    await set('pmt_once', `name = 'x', payee = 'matches', confirmed_at = confirmed_at, removed_at = '${USABLE}'`);
    expect(await refusal(add('pmt_early', '2026-11-16T08:00:00Z'))).toMatch(/^23514 .*payout_method_confirmed/);
  });

  test('that was removed is neither revived nor confirmed any more', async () => {
    await add('pmt_gone');
    await set('pmt_gone', `removed_at = '${LATER}'`);
    for (const columns of ['removed_at = NULL', `removed_at = '${USABLE}'`, `confirmed_at = '${LATER}', usable_from = '${LATER}'`]) {
      expect(await refusal(set('pmt_gone', columns))).toMatch(/^PM001 PAYOUT_METHOD_KEPT: payout method pmt_gone is removed already/);
    }
    await set('pmt_gone', `removed_at = '${LATER}', payee = 'differs'`);
  });
});

describe('a received file', () => {
  const receive = (id: string, size = '0', sha256 = '') => f.app.query(
    `INSERT INTO report (id, broker_id, period_id, profile_id, file_name, size, sha256, received_at, received_by, state) VALUES ($1, 'ava', 'per_x', 'prf_x', 'a.csv', $2, $3, now(), 'op', 'received')`, [id, size, sha256]);
  const chunk = (id: string, no: number) => f.app.query('INSERT INTO report_chunk (report_id, no, bytes) VALUES ($1, $2, $3)', [id, no, Buffer.from('x')]);
  const complete = (id: string, sha256: string) => f.app.query('UPDATE report SET size = 2, sha256 = $2 WHERE id = $1', [id, sha256]);

  beforeAll(() => f.owner.query(`INSERT INTO broker (id, name, created_at) VALUES ('ava', 'Ava', now());
    INSERT INTO profile_version (id, broker_id, version, profile) VALUES ('prf_x', 'ava', 1, '{}');
    INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ('per_x', 'ava', '2026-11-02', '2026-11-16')`));

  test('gets its size and hash once, and its state changes after that', async () => {
    await receive('rpt_once');
    await chunk('rpt_once', 0);
    await chunk('rpt_once', 1);
    await complete('rpt_once', 'aa');
    await complete('rpt_once', 'aa');
    expect(await refusal(complete('rpt_once', 'bb'))).toMatch(/^RE001 REPORT_FILE_KEPT/);
    expect(await refusal(complete('rpt_once', ''))).toMatch(/^RE001 REPORT_FILE_KEPT/);
    expect(await refusal(f.app.query(`UPDATE report SET size = 3 WHERE id = 'rpt_once'`))).toMatch(/^RE001 REPORT_FILE_KEPT/);
    await f.app.query(`UPDATE report SET state = 'staged', lines = 1 WHERE id = 'rpt_once'`);
  });

  test('gets no further piece once its hash stands', async () => {
    await receive('rpt_open');
    await receive('rpt_whole', '1', 'aa');
    await chunk('rpt_open', 0);
    expect(await refusal(chunk('rpt_whole', 1))).toMatch(/^RE001 REPORT_FILE_KEPT/);
    expect((await f.app.query(`SELECT FROM report_chunk WHERE report_id = 'rpt_whole'`)).rowCount).toBe(0);
  });

  test('a piece that is being written and the hash that ends the file wait for each other', async () => {
    await receive('rpt_race');
    const written = await withTransaction(f.app, async ({ client }) => {
      await client.query(`INSERT INTO report_chunk (report_id, no, bytes) VALUES ('rpt_race', 0, 'x')`);
      const { rows: [me] } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const done = complete('rpt_race', 'aa');
      await expect.poll(async () => (await f.owner.query('SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [me!.pid])).rowCount).toBe(1);
      return { done };
    });
    await written.done;
    expect(await refusal(chunk('rpt_race', 1))).toMatch(/^RE001 REPORT_FILE_KEPT/);
  });
});

describe('a sealed block', () => {
  const block = (height: string, first: string, last: string, previous: string) => f.app.query(
    `INSERT INTO ledger_block (height, first_id, last_id, journals, content_hash, previous_hash, hash) VALUES ($1, $2, $3, 1, sha256('x'), decode($4, 'hex'), sha256('y'))`, [height, first, last, previous]);
  const genesis = '0'.repeat(64);

  test('is of journals that stand and follows the one before it', async () => {
    await withTransaction(f.app, (tx) => postJournals(tx, funded('usr_b1', '20')));
    const first = (await f.app.query<{ id: string }>('SELECT min(id) AS id FROM journal')).rows[0]!.id;
    expect(await refusal(block('1', first, '900000000', genesis))).toMatch(/^LE007 LEDGER_BLOCK_CHAIN/);
    expect(await refusal(block('2', first, first, genesis))).toMatch(/^LE007 LEDGER_BLOCK_CHAIN/);
    expect(await refusal(block('1', first, first, 'ab'.repeat(32)))).toMatch(/^LE007 LEDGER_BLOCK_CHAIN/);
    const { head } = await sealJournals(f.app);
    expect(await refusal(block('2', first, first, head!.hash))).toMatch(/^LE007 LEDGER_BLOCK_CHAIN/);
    await withTransaction(f.app, (tx) => postJournals(tx, funded('usr_b2', '20')));
    const last = (await f.app.query<{ id: string }>('SELECT max(id) AS id FROM journal')).rows[0]!.id;
    expect(await refusal(block('2', last, last, genesis))).toMatch(/^LE007 LEDGER_BLOCK_CHAIN/);
    expect(await refusal(block('3', last, last, head!.hash))).toMatch(/^LE007 LEDGER_BLOCK_CHAIN/);
    expect(await sealJournals(f.app)).toMatchObject({ blocks: 1, journals: 2 });
  });
});
