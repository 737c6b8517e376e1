import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { lockAvailable, userBalances } from '../../db/ledger/balances.ts';
import { postJournal, postJournals, type JournalDraft } from '../../db/ledger/journals.ts';
import { expense, funded, ledgerFixture, posted, reserved, user, type LedgerFixture } from './fixture.ts';

let f: LedgerFixture;
beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());

test('of two reservations of the same money at once exactly one wins, in every one of 20 rounds', async () => {
  for (let round = 0; round < 20; round++) {
    const userId = `usr_race${round}`;
    await withTransaction(f.app, (tx) => postJournals(tx, funded(userId, '10')));
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => round % 2
      ? postJournal(f.app, reserved(`race:${round}:${n}`, userId, '10'))
      : withTransaction(f.app, (tx) => postJournals(tx, [reserved(`race:${round}:${n}`, userId, '10'), posted(`race:${round}:${n}:p`, userId, '1')]))));
    const refused = outcomes.filter((o) => o.status === 'rejected');
    expect(refused.map((o) => o.reason.code)).toEqual(['LEDGER_OVERDRAWN', 'LEDGER_OVERDRAWN']);
    expect((await userBalances(f.app, userId)).total).toMatchObject({ available: '0', reserved: '10' });
  }
});

test('what lockAvailable showed still holds at the reservation', async () => {
  await withTransaction(f.app, (tx) => postJournals(tx, funded('usr_lock', '30')));
  const spend = (n: number) => withTransaction(f.app, async (tx) => {
    const [part] = await lockAvailable(tx, 'usr_lock');
    if (part!.amount !== '0') await postJournal(tx.client, reserved(`lock:${n}`, 'usr_lock', part!.amount));
    return part!.amount;
  });
  expect((await Promise.all([1, 2, 3, 4].map(spend))).sort()).toEqual(['0', '0', '0', '30']);
});

test('batches and single posts over the same accounts in opposite orders never deadlock', async () => {
  const users = Array.from({ length: 40 }, (_, i) => `usr_dl${i}`);
  await withTransaction(f.app, (tx) => postJournals(tx, users.flatMap((u) => funded(u, '1000'))));
  const between = (key: string, from: string, to: string): JournalDraft => ({
    key, kind: 'clawback', effectiveAt: '2026-11-16T10:00:00Z', cause: { type: 'test', id: key },
    postings: [{ account: user('available', from), amount: '-1' }, { account: expense, amount: '1' }, { account: user('pending', to), amount: '-1' }, { account: expense, amount: '1' }],
  });
  await withTransaction(f.app, (tx) => postJournals(tx, users.map((u, i) => posted(`dl:p${i}`, u, '1000'))));
  const before = await deadlocks();
  const workers = Array.from({ length: 8 }, async (_, w) => {
    const order = w % 2 ? users : users.toReversed();
    for (let round = 0; round < 8; round++) {
      const drafts = order.map((u, i) => between(`dl:${w}:${round}:${i}`, u, order[(i + 7) % order.length]!));
      if (w < 6) await withTransaction(f.app, (tx) => postJournals(tx, drafts), { attempts: 1 });
      else for (const draft of drafts.slice(0, 10)) await postJournal(f.app, draft);
    }
  });
  await Promise.all(workers);
  expect(await deadlocks()).toBe(before);
  const { total } = await userBalances(f.app, users[3]!);
  expect(total.available).toBe(String(1000 - 6 * 8 - (await singles(3))));
});

const deadlocks = async () => (await f.owner.query<{ deadlocks: string }>('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()')).rows[0]!.deadlocks;

/** How many of the single posts above took from the available of user `n`. */
async function singles(n: number): Promise<number> {
  const { rows } = await f.app.query<{ n: string }>(`SELECT count(*) AS n FROM posting p JOIN ledger_account a ON a.id = p.account_id JOIN journal j ON j.id = p.journal_id
    WHERE a.code = $1 AND j.idempotency_key ~ '^dl:[67]:'`, [`available:usr_dl${n}:ava:cashback`]);
  return Number.parseInt(rows[0]!.n, 10);
}

test('the same new key from many connections at once is posted once', async () => {
  const drafts = Array.from({ length: 30 }, (_, i) => posted(`same:${i}`, 'usr_same', '1'));
  const answers = await Promise.all(Array.from({ length: 6 }, (_, w) => w % 2
    ? withTransaction(f.app, (tx) => postJournals(tx, drafts))
    : Promise.all(drafts.map((d) => postJournal(f.app, d)))));
  expect(answers.flat().filter((a) => !a.replayed)).toHaveLength(30);
  for (const answer of answers) expect(answer.map((a) => a.journalId)).toEqual(answers[0]!.map((a) => a.journalId));
  expect((await userBalances(f.app, 'usr_same')).total.pending).toBe('30');
});

test('a hot account without a floor does not make posters wait for each other', async () => {
  const holder = await f.app.connect();
  try {
    await holder.query('BEGIN');
    await postJournal(holder, posted('hot:held', 'usr_hot1', '1'));
    // Another connection posts to the same expense account while the first has not committed; with one row it would hang.
    const others = await Promise.all(Array.from({ length: 4 }, (_, i) => withTransaction(f.app, async (tx) => {
      await tx.client.query(`SET LOCAL lock_timeout = '3s'`);
      const { rows } = await tx.client.query<{ same: boolean }>(`SELECT pg_backend_pid() % 8 = $1 % 8 AS same`, [(holder as unknown as { processID: number }).processID]);
      return rows[0]!.same ? 'same stripe' : (await postJournal(tx.client, posted(`hot:${i}`, 'usr_hot2', '1'))).key;
    })));
    expect(others.filter((o) => o.startsWith('hot:')).length).toBeGreaterThan(0);
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
});
