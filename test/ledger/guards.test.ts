import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sqlState, withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { funded, ledgerFixture, type LedgerFixture } from './fixture.ts';

// Each guard is proven by trying to break it through plain SQL as the application's role, without the posting code.

let f: LedgerFixture;
let key = 0;
let pending: string;
let available: string;
let reservedAccount: string;
let expenseAccount: string;

beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());
beforeEach(async () => {
  const userId = `usr_g${++key}`;
  await withTransaction(f.app, (tx) => postJournals(tx, funded(userId, '20')));
  await f.app.query(`INSERT INTO ledger_account (kind, user_id, broker_id, programme) VALUES ('reserved', $1, 'ava', 'cashback')`, [userId]);
  const { rows } = await f.app.query<{ code: string; id: string }>(`SELECT code, id FROM ledger_account WHERE user_id = $1 OR code = 'cashback_expense:ava'`, [userId]);
  const id = (code: string) => rows.find((r) => r.code === code)!.id;
  pending = id(`pending:${userId}:ava:cashback`);
  available = id(`available:${userId}:ava:cashback`);
  reservedAccount = id(`reserved:${userId}:ava:cashback`);
  expenseAccount = id('cashback_expense:ava');
});

type Line = [account: string, amount: string, currency?: string, line?: number];

const INSERT_JOURNAL = `INSERT INTO journal (kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
  VALUES ($1, now(), $2, sha256('guard'), 'test', 'guard') RETURNING id`;

/** Inserts a journal with these postings in one statement, as an application that skips db/ledger would. */
function insert(lines: Line[], kind = 'accrual_posted', name = `guard:${++key}`) {
  return f.app.query(`WITH j AS (${INSERT_JOURNAL}) INSERT INTO posting (journal_id, line, account_id, amount, currency)
    SELECT j.id, l.line, l.account, l.amount, l.currency FROM j, unnest($3::smallint[], $4::bigint[], $5::numeric[], $6::text[]) AS l (line, account, amount, currency)`,
  [kind, name, lines.map((l, i) => l[3] ?? i + 1), lines.map((l) => l[0]), lines.map((l) => l[1]), lines.map((l) => l[2] ?? 'USD')]);
}

/** The refusal's SQLSTATE and message; fails if nothing was refused. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    return `${sqlState(error)} ${(error as Error).message}`;
  }
  throw new Error('nothing was refused');
}

const amountOf = async (account: string) => (await f.app.query<{ amount: string }>('SELECT trim_scale(amount)::text AS amount FROM account_balance WHERE account_id = $1', [account])).rows[0]!.amount;
const postings = async () => (await f.app.query<{ n: string }>('SELECT count(*) AS n FROM posting')).rows[0]!.n;

describe('postings of a journal', () => {
  test('that balance are accepted and move the balances', async () => {
    await insert([[expenseAccount, '-1.5'], [pending, '1.5']]);
    expect(await amountOf(pending)).toBe('1.5');
  });

  test('that do not sum to zero are refused', async () => {
    const before = await postings();
    expect(await refusal(insert([[expenseAccount, '-1.5'], [pending, '1.49999999']]))).toMatch(/^LE003 LEDGER_UNBALANCED/);
    expect(await refusal(insert([[pending, '1']]))).toMatch(/^LE003 LEDGER_UNBALANCED/);
    expect(await postings()).toBe(before);
    expect(await amountOf(pending)).toBe('0');
  });

  test('that balance only over two currencies together are refused', async () => {
    const { rows } = await f.app.query<{ id: string }>(`INSERT INTO ledger_account (kind, currency) VALUES ('fx', 'EUR') RETURNING id`);
    const eur = rows[0]!.id;
    expect(await refusal(insert([[expenseAccount, '-1'], [eur, '1', 'EUR']]))).toMatch(/^LE003 LEDGER_UNBALANCED/);
    expect(await refusal(insert([[expenseAccount, '-1'], [pending, '1.1'], [eur, '-0.1', 'EUR']]))).toMatch(/^LE003 LEDGER_UNBALANCED/);
    await insert([[expenseAccount, '-1'], [pending, '1'], [eur, '-2', 'EUR'], [eur, '2', 'EUR']]);
  });

  test('in another currency than the account has are refused', async () => {
    expect(await refusal(insert([[expenseAccount, '-1', 'EUR'], [pending, '1', 'EUR']]))).toMatch(/^23503 LEDGER_NO_ACCOUNT/);
  });

  test('on an account or for a journal that does not exist are refused', async () => {
    expect(await refusal(insert([[expenseAccount, '-1'], ['999999999', '1']]))).toMatch(/^23503 LEDGER_NO_ACCOUNT/);
    expect(await refusal(f.app.query(`INSERT INTO posting (journal_id, line, account_id, currency, amount) VALUES (999999999, 1, $1, 'USD', -1), (999999999, 2, $2, 'USD', 1)`, [expenseAccount, pending])))
      .toMatch(/^23503 LEDGER_NO_JOURNAL/);
  });

  test('cannot join an older journal, whatever line they claim', async () => {
    const { rows } = await f.app.query<{ id: string }>('SELECT max(id) AS id FROM journal');
    const join = (first: number, n = 2) => f.app.query(`INSERT INTO posting (journal_id, line, account_id, currency, amount)
      SELECT $1, l, CASE l % 2 WHEN 0 THEN $2::bigint ELSE $3 END, 'USD', CASE l % 2 WHEN 0 THEN 1 ELSE -1 END FROM generate_series($4::int, $5::int) l`,
    [rows[0]!.id, pending, expenseAccount, first, first + n - 1]);
    expect(await refusal(join(3))).toMatch(/^LE004 LEDGER_PARTIAL/);
    expect(await refusal(join(1))).toMatch(/^23505/);
    expect(await refusal(join(1, 4))).toMatch(/^23505/);
    expect(await refusal(join(0))).toMatch(/^23514/);
  });

  test('cannot come in two statements, not even in the transaction of the journal', async () => {
    const attempt = withTransaction(f.app, async ({ client }) => {
      const { rows } = await client.query<{ id: string }>(INSERT_JOURNAL, ['accrual_posted', `guard:${++key}`]);
      const add = (lines: [number, string, string][]) => client.query(`INSERT INTO posting (journal_id, line, account_id, currency, amount)
        SELECT $1, l, a, 'USD', m FROM unnest($2::int[], $3::bigint[], $4::numeric[]) AS t (l, a, m)`, [rows[0]!.id, lines.map((l) => l[0]), lines.map((l) => l[1]), lines.map((l) => l[2])]);
      await add([[1, expenseAccount, '-1'], [2, pending, '1']]);
      await add([[3, expenseAccount, '-1'], [4, pending, '1']]);
    });
    expect(await refusal(attempt)).toMatch(/^LE004 LEDGER_PARTIAL/);
  });

  test.each(['0', 'NaN', 'Infinity', '-Infinity', '1.000000001', '1e20'])('of %s are refused', async (amount) => {
    const opposite = amount.startsWith('-') ? amount.slice(1) : amount === 'NaN' || amount === '0' ? amount : `-${amount}`;
    expect(await refusal(insert([[expenseAccount, opposite], [pending, amount]]))).toMatch(/^23514 .*ledger_amount/);
  });
});

describe('a journal', () => {
  test('without postings does not survive its commit', async () => {
    expect(await refusal(f.app.query(INSERT_JOURNAL, ['accrual_posted', 'lonely']))).toMatch(/^LE002 LEDGER_JOURNAL_EMPTY/);
    const inside = withTransaction(f.app, async ({ client }) => {
      await client.query(INSERT_JOURNAL, ['accrual_posted', 'lonely']);
      await client.query('SELECT 1');
    });
    expect(await refusal(inside)).toMatch(/^LE002 LEDGER_JOURNAL_EMPTY/);
    expect((await f.app.query(`SELECT FROM journal WHERE idempotency_key = 'lonely'`)).rowCount).toBe(0);
  });

  test('without postings cannot hide behind others that have some, nor behind immediate constraints', async () => {
    const two = f.app.query(`WITH j AS (INSERT INTO journal (kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
      SELECT 'accrual_posted', now(), 'pair:' || n, sha256('x'), 'test', 'x' FROM generate_series(1, 2) n RETURNING id)
      INSERT INTO posting (journal_id, line, account_id, currency, amount) SELECT min(id), 1, $1::bigint, 'USD', -1 FROM j UNION ALL SELECT min(id), 2, $2::bigint, 'USD', 1 FROM j`, [expenseAccount, pending]);
    expect(await refusal(two)).toMatch(/^LE002 LEDGER_JOURNAL_EMPTY/);
    const immediate = withTransaction(f.app, async ({ client }) => {
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
      await client.query(INSERT_JOURNAL, ['accrual_posted', 'lonely']);
    });
    expect(await refusal(immediate)).toMatch(/^LE002 LEDGER_JOURNAL_EMPTY/);
    expect(await refusal(f.app.query('DELETE FROM ledger_unposted'))).toMatch(/^42501/);
  });

  test('cannot take a key that stands, an unknown kind, an endless instant, or an id that was not allotted', async () => {
    await insert([[expenseAccount, '-1'], [pending, '1']], 'accrual_posted', 'taken');
    expect(await refusal(insert([[expenseAccount, '-2'], [pending, '2']], 'accrual_posted', 'taken'))).toMatch(/^23505 .*journal_idempotency_key/);
    expect(await refusal(insert([[expenseAccount, '-1'], [pending, '1']], 'gift'))).toMatch(/^23514 .*journal_kind/);
    const withId = (id: string) => f.app.query(`WITH j AS (INSERT INTO journal (id, kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
      OVERRIDING SYSTEM VALUE VALUES ($1, 'accrual_posted', now(), $2, sha256('x'), 'test', 'x') RETURNING id)
      INSERT INTO posting (journal_id, line, account_id, currency, amount) SELECT id, 1, $3::bigint, 'USD', -1 FROM j UNION ALL SELECT id, 2, $4::bigint, 'USD', 1 FROM j`, [id, `guard:${++key}`, expenseAccount, pending]);
    expect(await refusal(withId('900000000'))).toMatch(/^LE006 LEDGER_JOURNAL_ID/);
    expect(await refusal(withId('-5'))).toMatch(/^LE006 LEDGER_JOURNAL_ID/);
    expect(await refusal(f.app.query(`INSERT INTO journal (kind, effective_at, recorded_at, idempotency_key, payload_hash, cause_type, cause_id)
      VALUES ('accrual_posted', now(), '2020-01-01', 'backdated', sha256('x'), 'test', 'x')`))).toMatch(/^42501/);
  });
});

describe('what was posted', () => {
  const columns = { journal: 'kind', posting: 'amount', ledger_account: 'kind', ledger_block: 'journals', balance: 'amount' };
  const statements = Object.entries(columns).flatMap(([table, column]) =>
    [`UPDATE ${table} SET ${column} = ${column}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`, `TRUNCATE ${table} CASCADE`]);

  test.each(statements)('stays: %s is refused to the application', async (statement) => {
    expect(await refusal(f.app.query(statement))).toMatch(/^42501/);
  });

  test.each(statements)('stays: %s is refused even to the owner', async (statement) => {
    expect(await refusal(f.owner.query(statement))).toMatch(/^(LE001 LEDGER_IMMUTABLE|0A000)/);
  });

  test('cannot be set free: triggers and replication role are out of the application\'s reach', async () => {
    for (const statement of ['ALTER TABLE posting DISABLE TRIGGER ALL', 'ALTER TABLE posting DISABLE TRIGGER posting_moves_balance', 'DROP TRIGGER posting_moves_balance ON posting',
      'DROP TABLE posting CASCADE', 'ALTER TABLE balance DROP CONSTRAINT balance_floor', 'SET session_replication_role = replica',
      'CREATE OR REPLACE FUNCTION ledger_postings_inserted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$', 'SET ROLE cashback_owner']) {
      expect(await refusal(f.app.query(statement))).toMatch(/^(42501|22023)/);
    }
    await f.app.query('GRANT UPDATE ON posting TO cashback_app'); // only a warning in Postgres: nothing was granted
    expect(await refusal(f.app.query('UPDATE posting SET amount = amount'))).toMatch(/^42501/);
  });

  test('cannot be reached by a table of the same name in the session\'s own schema', async () => {
    await withTransaction(f.app, async ({ client }) => {
      await client.query('CREATE TEMP TABLE balance (account_id bigint, stripe smallint, currency char(3), may_go_negative text, amount numeric, version bigint) ON COMMIT DROP');
      await client.query('CREATE TEMP TABLE ledger_unposted (first_id bigint, last_id bigint) ON COMMIT DROP');
      await client.query(`WITH j AS (INSERT INTO public.journal (kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
        VALUES ('accrual_posted', now(), 'shadow', sha256('x'), 'test', 'x') RETURNING id)
        INSERT INTO public.posting (journal_id, line, account_id, currency, amount) SELECT id, 1, $1::bigint, 'USD', -1 FROM j UNION ALL SELECT id, 2, $2::bigint, 'USD', 1 FROM j`, [expenseAccount, pending]);
    });
    expect(await amountOf(pending)).toBe('1');
  });
});

describe('balances', () => {
  test('cannot be written directly', async () => {
    expect(await refusal(f.app.query('UPDATE balance SET amount = amount + 1 WHERE account_id = $1', [available]))).toMatch(/^42501/);
    expect(await refusal(f.app.query(`INSERT INTO balance (account_id, stripe, currency, may_go_negative) VALUES ($1, 0, 'USD', 'always')`, [available]))).toMatch(/^42501/);
    expect(await refusal(f.owner.query('UPDATE balance SET amount = amount + 1 WHERE account_id = $1', [available]))).toMatch(/^LE001/);
  });

  test('a reservation beyond what is available is refused', async () => {
    expect(await refusal(insert([[available, '-20.00000001'], [reservedAccount, '20.00000001']], 'payout_reserved'))).toMatch(/^LE005 LEDGER_OVERDRAWN/);
    await insert([[available, '-20'], [reservedAccount, '20']], 'payout_reserved');
    expect(await refusal(insert([[available, '-0.00000001'], [reservedAccount, '0.00000001']], 'payout_reserved'))).toMatch(/^LE005 LEDGER_OVERDRAWN/);
    expect(await amountOf(available)).toBe('0');
  });

  test.each(['clawback', 'negative_adjustment'])('a %s may take available below zero; nothing else may lower it further', async (kind) => {
    await insert([[available, '-26.3'], [expenseAccount, '26.3']], kind);
    expect(await amountOf(available)).toBe('-6.3');
    for (const other of ['payout_reserved', 'accrual_held', 'difference', 'payout_fee']) {
      expect(await refusal(insert([[available, '-1'], [reservedAccount, '1']], other))).toMatch(/^LE005 LEDGER_OVERDRAWN/);
    }
    await insert([[expenseAccount, '-4'], [available, '4']], 'accrual_posted');
    expect(await amountOf(available)).toBe('-2.3');
  });

  test('pending and reserved stay at or above zero under every kind', async () => {
    for (const kind of ['clawback', 'negative_adjustment', 'difference', 'payout_released']) {
      for (const account of [pending, reservedAccount]) {
        expect(await refusal(insert([[account, '-0.01'], [expenseAccount, '0.01']], kind))).toMatch(/^(LE005 LEDGER_OVERDRAWN|23514 .*balance_floor)/);
      }
    }
  });

  test('in one statement with several journals the order of their ids decides', async () => {
    const batch = (movements: [kind: string, from: string, to: string, amount: string][]) => f.app.query(`
      WITH n AS (SELECT row_number() OVER () AS i, k.* FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::numeric[]) AS k (kind, a, b, amount)),
      j AS (INSERT INTO journal (kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
        SELECT kind, now(), $5 || i, sha256('x'), 'test', 'x' FROM n ORDER BY i RETURNING id, idempotency_key)
      INSERT INTO posting (journal_id, line, account_id, currency, amount)
        SELECT j.id, l, CASE l WHEN 1 THEN a ELSE b END, 'USD', CASE l WHEN 1 THEN -amount ELSE amount END FROM j JOIN n ON j.idempotency_key = $5 || i, generate_series(1, 2) l`,
    [movements.map((m) => m[0]), movements.map((m) => m[1]), movements.map((m) => m[2]), movements.map((m) => m[3]), `batch:${++key}:`]);
    // 20 available: reserved first, then clawed back below zero …
    await batch([['payout_reserved', available, reservedAccount, '15'], ['clawback', available, expenseAccount, '10']]);
    expect(await amountOf(available)).toBe('-5');
    // … but never clawed back first and then reserved, nor reserved before the money came.
    expect(await refusal(batch([['accrual_posted', expenseAccount, available, '20'], ['clawback', available, expenseAccount, '10'], ['payout_reserved', available, reservedAccount, '6']]))).toMatch(/^LE005/);
    expect(await refusal(batch([['payout_reserved', available, reservedAccount, '6'], ['accrual_posted', expenseAccount, available, '20']]))).toMatch(/^LE005/);
    await batch([['accrual_posted', expenseAccount, available, '20'], ['clawback', available, expenseAccount, '10'], ['payout_reserved', available, reservedAccount, '5']]);
    expect(await amountOf(available)).toBe('0');
  });

  test('exist for every account as soon as it is opened, and accounts are unique and well formed', async () => {
    expect(await refusal(f.app.query(`INSERT INTO ledger_account (kind, broker_id) VALUES ('cashback_expense', 'ava')`))).toMatch(/^23505/);
    for (const bad of [`('pending', 'usr_x', NULL, 'cashback', NULL)`, `('pending', 'usr_x', 'ava', 'bonus', NULL)`, `('fees', NULL, 'ava', NULL, NULL)`, `('gift', NULL, NULL, NULL, NULL)`,
      `('rail_cash', NULL, NULL, NULL, '')`, `('pending', 'usr:x', 'ava', 'cashback', NULL)`]) {
      expect(await refusal(f.app.query(`INSERT INTO ledger_account (kind, user_id, broker_id, programme, rail) VALUES ${bad}`))).toMatch(/^23514/);
    }
    expect((await f.app.query('SELECT FROM ledger_account a WHERE NOT EXISTS (SELECT FROM balance b WHERE b.account_id = a.id AND b.currency = a.currency)')).rowCount).toBe(0);
  });
});
