import { afterAll, beforeAll, expect, test } from 'vitest';
import { postJournal } from '../../db/ledger/journals.ts';
import { userBalancesAsOf, userStatement } from '../../db/ledger/history.ts';
import { usersWithAvailable } from '../../db/ledger/balances.ts';
import { cleared, expense, ledgerFixture, move, posted, user, type LedgerFixture } from './fixture.ts';

let f: LedgerFixture;
beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());

const now = async () => (await f.app.query<{ t: string }>(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS t`)).rows[0]!.t;
const pending = async (asOf: { effectiveAt?: string; recordedAt?: string }) => (await userBalancesAsOf(f.app, 'usr_t', asOf)).find((a) => a.kind === 'pending')?.amount;

test('a balance can be asked for as effective on and as known on a date', async () => {
  await postJournal(f.app, move('t1', 'accrual_posted', '10', expense, user('pending', 'usr_t'), '2026-11-01T00:00:00Z'));
  const before = await now();
  // Learnt later, effective earlier: a correction of what held on 2 November.
  await postJournal(f.app, move('t2', 'difference', '4', user('pending', 'usr_t'), expense, '2026-11-02T00:00:00Z'));
  await postJournal(f.app, move('t3', 'accrual_posted', '1', expense, user('pending', 'usr_t'), '2026-11-20T00:00:00Z'));
  expect(await pending({})).toBe('7');
  expect(await pending({ effectiveAt: '2026-11-02T00:00:00Z' })).toBe('6');
  expect(await pending({ effectiveAt: '2026-11-01T23:59:59.999Z' })).toBe('10');
  expect(await pending({ effectiveAt: '2026-11-02T00:00:00Z', recordedAt: before })).toBe('10');
  expect(await pending({ recordedAt: '2020-01-01T00:00:00Z' })).toBeUndefined();
});

test('a statement lists the postings of the user page by page, whole journals a page', async () => {
  for (let i = 0; i < 3; i++) {
    await postJournal(f.app, posted(`s${i}p`, 'usr_s', '2'));
    await postJournal(f.app, cleared(`s${i}c`, 'usr_s', '2'));
  }
  const one = await userStatement(f.app, 'usr_s', '0', 4);
  const two = await userStatement(f.app, 'usr_s', one.at(-1)!.journalId, 4);
  expect([...one, ...two].map((l) => [l.causeId, l.code.split(':')[0], l.amount])).toEqual([0, 1, 2].flatMap((i) =>
    [[`s${i}p`, 'pending', '2'], [`s${i}c`, 'available', '2'], [`s${i}c`, 'pending', '-2']]));
  expect(new Set(one.map((l) => l.journalId)).size).toBe(4);
});

test('users who reach a minimum are found page by page, their brokers summed', async () => {
  for (const [userId, broker, amount] of [['usr_m1', 'ava', '6'], ['usr_m1', 'exn', '4'], ['usr_m2', 'ava', '9.9950'], ['usr_m3', 'ava', '10']] as const) {
    await postJournal(f.app, posted(`m:${userId}${broker}`, userId, amount));
    await postJournal(f.app, move(`mc:${userId}${broker}`, 'accrual_cleared', amount, user('pending', userId), user('available', userId, broker)));
  }
  expect(await usersWithAvailable(f.app, '10')).toEqual([{ userId: 'usr_m1', available: '10' }, { userId: 'usr_m3', available: '10' }]);
  expect(await usersWithAvailable(f.app, '10', 'usr_m1')).toEqual([{ userId: 'usr_m3', available: '10' }]);
});
