import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { beginJudging, judgePage } from '../../../../activities/reports/judgeReport.ts';
import { stageReport } from '../../../../activities/reports/stageReport.ts';
import { tieOut, type TiedOut } from '../../../../activities/reports/tieOut.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { createApiKey } from '../../../../db/stores/apiKeys.ts';
import { repeatedRows } from '../../../../db/stores/repeatedRows.ts';
import { lockReport } from '../../../../db/stores/reportWork.ts';
import { getReport, type Report } from '../../../../db/stores/reports.ts';
import { drizzle } from 'drizzle-orm/node-postgres';
import { testApi, type TestApi } from '../../../api/support.ts';
import { type Desk, deskFactory, play, type Submission } from './desk.ts';
import { adjustment, csv, profile, setup, trade, WEEK1, WEEK2, WEEK3 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const DAY = { from: '2026-11-06T00:00:00Z', to: '2026-11-07T00:00:00Z' };
const bare = trade('');
const more = trade('', 'std', { lots: '2.00' });
const client = { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as unknown as Client;

let desk: Desk;
let api: TestApi;
let handedInBy: string;
const keys: Record<string, string> = {};

beforeAll(async () => {
  desk = await openDesk(setup);
  api = await testApi({ twoPeople: true, client, pool: desk.pool });
  for (const name of ['ann', 'ben']) keys[name] = (await createApiKey(drizzle(desk.pool), { name, role: 'finance', scopes: ['*'], at: api.clock.now })).key;
  handedInBy = (await desk.pool.query<{ id: string }>("SELECT id FROM api_key WHERE name = 'ann'")).rows[0]!.id;
});

const pending = async (at: Desk) => (await userBalances(at.pool, at.users.get('ann')!)).total.pending;
/** Up to the gates, where two people are on. */
async function judged(at: Desk, s: Omit<Submission, 'at'>): Promise<string> {
  const id = await at.receive({ ...s, at: AT, by: handedInBy });
  await stageReport(at.pool, id, () => undefined);
  await beginJudging(at.pool, id);
  while (!(await judgePage(at.pool, id, 5000)).done);
  return id;
}
const asked = async (at: Desk, id: string): Promise<TiedOut> => tieOut(at.pool, id, { asOf: api.clock.now });
const noticesOf = async (at: Desk, id: string): Promise<Report['notices']> => ((await getReport(at.pool, id)).notices ?? []).filter(({ code }) => code === 'REPEATED_ROWS');
const found = (at: Desk, id: string) => withTransaction(at.pool, async (tx) => repeatedRows(tx, await lockReport(tx, id)));

test.each([
  ['a week that contains a posted day', DAY, csv([bare]), WEEK1, csv([bare, more]), { lines: 1, firstLine: 2, earned: '6.6' }],
  ['the very same file for another period', WEEK1, csv([bare, more]), WEEK2, csv([bare, more]), { lines: 2, firstLine: 2, earned: '19.8' }],
  ['an adjustment', DAY, csv([adjustment('5')]), WEEK1, csv([trade('7'), adjustment('5')]), { lines: 1, firstLine: 3, earned: '5' }],
  ['two that are alike', DAY, csv([bare, bare]), WEEK1, csv([bare, more, bare]), { lines: 2, firstLine: 2, earned: '13.2' }],
])('%s waits for a second operator', async (_what, first, file, then, again, figures) => {
  const own = await openDesk(setup);
  const { periodId } = await own.submit({ file, ...first, at: AT });
  const before = await pending(own);
  const id = await judged(own, { file: again, ...then });
  expect(await found(own, id)).toEqual({ ...figures, periods: [{ id: periodId, from: new Date(first.from).toISOString(), to: new Date(first.to).toISOString() }], morePeriods: 0 });
  expect(await asked(own, id)).toBe('awaiting_approval');
  expect(await pending(own)).toBe(before);
  expect(await noticesOf(own, id)).toEqual([{ code: 'REPEATED_ROWS', lines: figures.lines, firstLine: figures.firstLine, message: expect.stringContaining(`${figures.lines} lines without a ticket stand with the same content in what was reported for ${new Date(first.from).toISOString()}`) }]);
});

test('where two people are off it is posted as before, with a notice', async () => {
  const own = await openDesk(setup);
  await own.submit({ file: csv([bare]), ...DAY, at: AT });
  const { id, state } = await own.submit({ file: csv([bare, more]), ...WEEK1, at: AT });
  expect([state, await pending(own)]).toEqual(['posted', '26.4']);
  expect(await noticesOf(own, id)).toMatchObject([{ code: 'REPEATED_ROWS', lines: 1, firstLine: 2 }]);
});

test('nothing is asked of lines with tickets, of lines of others, nor of what the period has posted already', async () => {
  const own = await openDesk(setup);
  await own.submit({ file: csv([trade('1'), bare, trade('', 'bob')]), ...DAY, at: AT });
  // A ticket that moves is asked about by itself where it closes outside (wrongPeriod.test.ts): here it closes within.
  const within = { open: '2026-11-11T10:00:00Z', close: '2026-11-11T11:00:00Z' };
  for (const file of [csv([trade('1', 'std', within), trade('', 'std', { lots: '3.00' })]), csv([trade('', 'cent'), trade('2')])]) expect(await asked(own, await judged(own, { file, ...WEEK2 }))).toBe('tied_out');
  const other = await openDesk(setup);
  expect(await asked(other, await judged(other, { file: csv([bare]), ...WEEK1 }))).toBe('tied_out');
  // Agreed to once, it is not asked about in every further version.
  await own.submit({ file: csv([bare]), ...WEEK3, at: AT });
  expect(await asked(own, await judged(own, { file: csv([bare, more]), ...WEEK3 }))).toBe('tied_out');
});

test('what a full re-issue took back stands nowhere any more; what a partial one does not repeat does', async () => {
  for (const [full, state] of [[true, 'tied_out'], [false, 'awaiting_approval']] as const) {
    const own = await openDesk({ ...setup, profile: { ...profile, full } });
    await own.submit({ file: csv([bare, trade('1')]), ...WEEK1, at: AT });
    await own.submit({ file: csv([trade('1'), trade('2')]), ...WEEK1, at: AT });
    expect(await asked(own, await judged(own, { file: csv([bare]), ...WEEK2 }))).toBe(state);
  }
});

test('of two reports at once that have the same lines, the second is asked about', async () => {
  const own = await openDesk(setup);
  const both = [await judged(own, { file: csv([bare]), ...WEEK1 }), await judged(own, { file: csv([bare]), ...WEEK2 })];
  expect((await Promise.all(both.map((id) => asked(own, id)))).toSorted()).toEqual(['awaiting_approval', 'tied_out']);
});

test('lines that wait for a link would be paid twice as well', async () => {
  const own = await openDesk(setup);
  await own.submit({ file: csv([trade('', 'wait')]), ...DAY, at: AT });
  const id = await judged(own, { file: csv([trade('', 'wait')]), ...WEEK2 });
  expect([await asked(own, id), await found(own, id)]).toMatchObject(['awaiting_approval', { lines: 1, earned: '0' }]);
});

test('by API: whoever handed it in cannot decide, another can; over the limit is asked afterwards', async () => {
  await desk.submit({ file: csv([bare]), ...DAY, at: AT });
  await desk.pool.query("UPDATE approval_policy SET over_amount = 20 WHERE kind = 'report_over_limit'");
  const id = await judged(desk, { file: csv([bare, trade('', 'std', { lots: '9.00' })]), ...WEEK1 });
  const change = async () => (await api.call('GET', `/v1/changes?subjectId=${id}&state=requested`, { key: keys['ben']! })).json<{ items: { id: string; kind: string }[] }>().items;
  const decide = async (who: string, what = 'approve') => (await api.call('POST', `/v1/changes/${(await change())[0]!.id}/${what}`, { key: keys[who]!, headers: { 'idempotency-key': randomUUID() }, ...(what === 'reject' ? { body: { reason: 'the wrong week' } } : {}) })).json();
  expect(await asked(desk, id)).toBe('awaiting_approval');
  expect(await asked(desk, id)).toBe('awaiting_approval');
  expect(await change()).toMatchObject([{ kind: 'repeated_rows', requestedBy: handedInBy, payload: { lines: 2, repeated: 1, firstLine: 2, earned: '6.6', periods: [{ from: '2026-11-06T00:00:00.000Z' }] } }]);
  await expect(desk.pool.query("UPDATE report SET state = 'judged' WHERE id = $1", [id])).rejects.toMatchObject({ code: 'CH002' });
  expect(await decide('ann')).toMatchObject({ code: 'SAME_PERSON' });
  expect(await decide('ben')).toMatchObject({ state: 'approved', result: { state: 'goes_on' } });
  expect(await asked(desk, id)).toBe('awaiting_approval');
  expect(await change()).toMatchObject([{ kind: 'report_over_limit', amount: '66.0' }]);
  expect(await decide('ben')).toMatchObject({ state: 'approved' });
  expect(await asked(desk, id)).toBe('tied_out');
  await play(desk.pool, id, AT);
  expect(await pending(desk)).toBe('72.6');

  const wrong = await judged(desk, { file: csv([bare]), ...WEEK3 });
  expect(await asked(desk, wrong)).toBe('awaiting_approval');
  const [open] = (await api.call('GET', `/v1/changes?subjectId=${wrong}&state=requested`, { key: keys['ben']! })).json<{ items: { id: string }[] }>().items;
  await api.call('POST', `/v1/changes/${open!.id}/reject`, { key: keys['ben']!, headers: { 'idempotency-key': randomUUID() }, body: { reason: 'the wrong week' } });
  expect(await getReport(desk.pool, wrong)).toMatchObject({ state: 'refused', refusal: { code: 'NOT_APPROVED', message: expect.stringMatching(/lines without a ticket.*the wrong week/) } });
});
