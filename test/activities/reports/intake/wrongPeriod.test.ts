import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { beforeAll, expect, it, test } from 'vitest';
import { beginJudging, judgePage } from '../../../../activities/reports/judgeReport.ts';
import { replayWaiting } from '../../../../activities/reports/replayWaiting.ts';
import { stageReport } from '../../../../activities/reports/stageReport.ts';
import { tieOut } from '../../../../activities/reports/tieOut.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { createApiKey } from '../../../../db/stores/apiKeys.ts';
import { earnedByReport } from '../../../../db/stores/earnedByReport.ts';
import { movedTickets } from '../../../../db/stores/movedTickets.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { rereadReport } from '../../../../db/stores/reportRereads.ts';
import { lockReport } from '../../../../db/stores/reportWork.ts';
import { getReport } from '../../../../db/stores/reports.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { testApi, type TestApi } from '../../../api/support.ts';
import { map } from '../quarantine/learning.ts';
import { type Desk, deskFactory, play, type Submission } from './desk.ts';
import { csv, profile, reversal, setup, trade, WEEK1, WEEK2 } from './rows.ts';

const openDesk = deskFactory();
const at = (hour: number): string => new Date(Date.UTC(2026, 10, 17, hour)).toISOString();
const base = { ...setup, users: setup.users.map((user) => ({ ...user, tier: 'base' })) };
const in2 = { open: '2026-11-11T10:00:00Z', close: '2026-11-11T11:00:00Z' };
const w1 = csv([trade('1'), trade('2')]);
const w2 = csv([trade('3', 'bob', in2)]);
const DAY = { from: '2026-11-06T00:00:00Z', to: '2026-11-07T00:00:00Z' };
const client = { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as unknown as Client;

const ann = async (desk: Desk): Promise<string> => (await desk.figures()).users['ann']!.pending;
async function judged(desk: Desk, s: Omit<Submission, 'at'>): Promise<string> {
  const id = await desk.receive({ ...s, at: at(11), by: s.by ?? 'test' });
  await stageReport(desk.pool, id, () => undefined);
  await beginJudging(desk.pool, id);
  while (!(await judgePage(desk.pool, id, 5000)).done);
  return id;
}
const found = (desk: Desk, id: string) => withTransaction(desk.pool, async (tx) => movedTickets(tx, await lockReport(tx, id)));
/** Week 1 is posted, then handed in for week 2 as well, then week 2 comes: nothing stands for the tickets of week 1. */
async function mistaken(own: FileProfile = profile, file = w1): Promise<{ desk: Desk; first: string }> {
  const desk = await openDesk({ ...base, profile: own });
  const { id } = await desk.submit({ file, ...WEEK1, at: at(9) });
  await desk.submit({ file, ...WEEK2, at: at(10) });
  await desk.submit({ file: w2, ...WEEK2, at: at(11) });
  return { desk, first: id };
}

let desk: Desk;
let api: TestApi;
beforeAll(async () => {
  desk = await openDesk(base);
  api = await testApi({ twoPeople: true, client, pool: desk.pool });
});

test('a file with tickets of another period, which close outside its own, waits for a second operator; whoever handed it in cannot decide', async () => {
  const keys = new Map<string, string>();
  for (const name of ['ann', 'ben']) keys.set(name, (await createApiKey(drizzle(desk.pool), { name, role: 'finance', scopes: ['*'], at: api.clock.now })).key);
  const { rows: [by] } = await desk.pool.query<{ id: string }>("SELECT id FROM api_key WHERE name = 'ann'");
  const { periodId } = await desk.submit({ file: w1, ...WEEK1, at: at(9) });
  const id = await judged(desk, { file: csv([trade('9', 'bob', in2), trade('1'), trade('2')]), ...WEEK2, by: by!.id });
  expect(await tieOut(desk.pool, id, { asOf: api.clock.now })).toBe('awaiting_approval');
  const { items: [change] } = (await api.call('GET', `/v1/changes?subjectId=${id}&state=requested`, { key: keys.get('ben')! })).json<{ items: { id: string }[] }>();
  expect(change).toMatchObject({ kind: 'moved_tickets', requestedBy: by!.id, payload: { lines: 3, moved: 2, firstLine: 3, earned: '12', periods: [{ id: periodId, from: '2026-11-02T00:00:00.000Z' }] } });
  expect((await getReport(desk.pool, id)).notices).toMatchObject([{ code: 'OUTSIDE_PERIOD' }, { code: 'MOVED_TICKETS', lines: 2, firstLine: 3, message: expect.stringContaining('have earned 12 USD') }]);
  const decide = async (who: string, what: string) => (await api.call('POST', `/v1/changes/${change!.id}/${what}`, { key: keys.get(who)!, headers: { 'idempotency-key': randomUUID() }, body: what === 'reject' ? { reason: 'the wrong week' } : {} })).json();
  expect(await decide('ann', 'approve')).toMatchObject({ code: 'SAME_PERSON' });
  expect(await decide('ben', 'approve')).toMatchObject({ state: 'approved' });
  expect(await tieOut(desk.pool, id, { asOf: api.clock.now })).toBe('tied_out');

  const other = await openDesk(base);
  await other.submit({ file: w1, ...WEEK1, at: at(9) });
  const wrong = await judged(other, { file: w1, ...WEEK2, by: by!.id });
  expect(await tieOut(other.pool, wrong, { asOf: api.clock.now })).toBe('awaiting_approval');
  const { items: [open] } = (await api.call('GET', `/v1/changes?subjectId=${wrong}&state=requested`, { key: keys.get('ben')! })).json<{ items: { id: string }[] }>();
  await api.call('POST', `/v1/changes/${open!.id}/reject`, { key: keys.get('ben')!, headers: { 'idempotency-key': randomUUID() }, body: { reason: 'the wrong week' } });
  expect([await getReport(other.pool, wrong), await ann(other)]).toMatchObject([{ state: 'refused', refusal: { code: 'NOT_APPROVED', message: expect.stringMatching(/takes over tickets.*the wrong week/) } }, '12']);
});

it('nothing is asked where tickets are new, close inside the period, stand in it already, or count nowhere any more', async () => {
  const { desk: own } = await mistaken();
  // Taken back in week 2: they stand nowhere.
  expect(await found(own, await judged(own, { file: csv([trade('1')]), ...DAY }))).toBeNull();
  const fresh = await openDesk(base);
  await fresh.submit({ file: csv([trade('1'), trade('2', 'std', in2)]), ...WEEK1, at: at(9) });
  expect(await found(fresh, await judged(fresh, { file: csv([trade('2', 'std', in2), trade('5')]), ...WEEK2 }))).toBeNull();
  expect(await found(fresh, await judged(fresh, { file: csv([trade('2', 'std', in2)]), ...WEEK1 }))).toBeNull();
  expect(await found(fresh, await judged(fresh, { file: csv([trade('2', 'std', in2), reversal('1')]), ...DAY }))).toMatchObject({ lines: 1, firstLine: 2, earned: '5.5' });
});

it('of two reports at once with the same tickets the second is asked about', async () => {
  const own = await openDesk(base);
  const [right, wrong] = [await judged(own, { file: w1, ...WEEK1 }), await judged(own, { file: w1, ...WEEK2 })];
  expect(await tieOut(own.pool, right, { asOf: at(12) })).toBe('tied_out');
  expect(await found(own, wrong)).toMatchObject({ lines: 2, earned: '0', periods: [{ from: '2026-11-02T00:00:00.000Z' }] });
});

it('the same file again, for its own period, posts what stands nowhere any more', async () => {
  const { desk: own } = await mistaken();
  expect(await ann(own)).toBe('0');
  expect((await own.submit({ file: w1, ...WEEK1, at: at(12) })).state).toBe('posted');
  expect(await ann(own)).toBe('12');
  expect(await own.figures()).toMatchObject({ lots: { paid: '3' }, reasons: {} });
  // Now it stands again, and says nothing new.
  expect((await own.submit({ file: w1, ...WEEK1, at: at(13) })).state).toBe('unchanged');
  expect((await verifyLedger(own.pool)).differences).toEqual([]);
});

it('what another period took over and still has is not posted again', async () => {
  const own = await openDesk({ ...base, profile: { ...profile, full: false } });
  await own.submit({ file: w1, ...WEEK1, at: at(9) });
  await own.submit({ file: w1, ...WEEK2, at: at(10) });
  await own.submit({ file: w2, ...WEEK2, at: at(11) });
  expect([(await own.submit({ file: w1, ...WEEK1, at: at(12) })).state, await ann(own)]).toEqual(['unchanged', '12']);
});

it.each([['the same profile', profile], ['another version', { ...profile, encoding: 'utf-8' }]])('reading the file again by %s brings them back too', async (_what, next) => {
  const { desk: own, first } = await mistaken();
  if (next !== profile) await addProfile(drizzle(own.pool), own.broker, next);
  const { reportId } = await withTransaction(own.pool, (tx) => rereadReport(tx, { reportId: first, profileId: null, by: 'op_2', at: at(12) }));
  let asked = '';
  await play(own.pool, reportId, at(12), 5000, async (step, run, pool) => {
    if (step === 'tieOut') asked = await withTransaction(pool, async (tx) => earnedByReport(tx, await lockReport(tx, reportId)));
    return run(pool);
  });
  expect([(await getReport(own.pool, reportId)).state, asked, await ann(own)]).toEqual(['posted', '12', '12']);
  await expect(withTransaction(own.pool, (tx) => rereadReport(tx, { reportId, profileId: null, by: 'op_2', at: at(13) }))).rejects.toMatchObject({ code: 'REREAD_SAME_PROFILE' });
});

it('lines that waited wait again, and are paid once they can be judged', async () => {
  const { desk: own } = await mistaken(profile, csv([trade('1', 'std', { symbol: 'NEW' })]));
  await own.submit({ file: csv([trade('1', 'std', { symbol: 'NEW' })]), ...WEEK1, at: at(12) });
  expect((await own.figures()).reasons).toEqual({ UNKNOWN_SYMBOL: 1 });
  await map(own, { NEW: 'forex' });
  const { rows } = await own.pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1', [own.broker]);
  for (const { id } of rows) for (let n = 0; n < 5 && await replayWaiting(own.pool, id, at(13)) !== null; n++);
  expect([await ann(own), (await own.figures()).reasons]).toEqual(['6', {}]);
});

it('a week whose only trades are on a day that was posted takes them over; without tickets it is refused', async () => {
  const own = await openDesk(base);
  await own.submit({ file: csv([trade('1')]), ...DAY, at: at(9) });
  const week = await judged(own, { file: csv([trade('1')]), ...WEEK1 });
  expect(await found(own, week)).toBeNull();
  await play(own.pool, week, at(10));
  expect([(await getReport(own.pool, week)).state, await ann(own)]).toEqual(['posted', '6']);
  const bare = await openDesk(base);
  await bare.submit({ file: csv([trade('1'), trade('')]), ...DAY, at: at(9) });
  expect(await bare.submit({ file: csv([trade('1'), trade('')]), ...WEEK1, at: at(10) })).toMatchObject({ state: 'refused', refusal: { code: 'CONTENT_OF_OTHER_PERIOD' } });
});
