import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { beforeAll, expect, test } from 'vitest';
import { beginJudging, judgePage } from '../../../../activities/reports/judgeReport.ts';
import { stageReport } from '../../../../activities/reports/stageReport.ts';
import { tieOut } from '../../../../activities/reports/tieOut.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { withTransaction } from '../../../../db/connection.ts';
import { createApiKey } from '../../../../db/stores/apiKeys.ts';
import { addFigures, reportFigures } from '../../../../db/stores/dashboardFigures.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { getReport, receiveReport, type Report } from '../../../../db/stores/reports.ts';
import { figuresFile } from '../../../../domain/reports/dashboardFigures.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { testApi, type TestApi } from '../../../api/support.ts';
import { bytesOf, type Desk, deskFactory, play } from './desk.ts';
import { csv, profile, setup as whole, trade, WEEK1, WEEK2 } from './rows.ts';

const setup = { ...whole, users: whole.users.map((user) => ({ ...user, tier: 'base' })), broker: { ...whole.broker, agreement: { from: '2026-11-01T00:00:00Z', to: null } } };
const openDesk = deskFactory();
const AT = '2026-11-23T12:00:00.000Z';
const NOVEMBER = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const SUMS = { format: 'csv' as const, dateFormat: 'iso', timeZone: 'UTC', server: 'S' };
/** How the broker of these tests writes his files, by the name of the profile. */
const profiles: Record<string, FileProfile> = {
  trades: profile, more: { ...profile, full: false },
  days: { ...SUMS, level: 'account-day', full: false, columns: { account: 'account', symbol: 'what', day: 'day', lots: 'lots' } },
  athens: { ...SUMS, timeZone: 'Europe/Athens', level: 'account-day', full: false, columns: { account: 'account', symbol: 'what', day: 'day', lots: 'lots' } },
  classes: { ...SUMS, level: 'account-day', full: false, columns: { account: 'account', class: 'what', day: 'day', lots: 'lots' }, classes: { Forex: 'forex' } },
  months: { ...SUMS, dateFormat: 'yyyy-MM', level: 'account-month', full: false, columns: { account: 'account', symbol: 'what', month: 'day', lots: 'lots' } },
};
const sums = (...rows: string[]): string => `account,what,day,lots\n${rows.join('\n')}\n`;

let api: TestApi;
let shared: Desk;
const keys: Record<string, string> = {};
let handedInBy: string;

async function desk(): Promise<Desk> {
  const own = await openDesk(setup);
  for (const [name, one] of Object.entries(profiles)) await addProfile(drizzle(own.pool), own.broker, one, name);
  return own;
}

beforeAll(async () => {
  shared = await desk();
  const client = { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as unknown as Client;
  api = await testApi({ twoPeople: true, client, pool: shared.pool });
  for (const name of ['ann', 'ben']) keys[name] = (await createApiKey(drizzle(shared.pool), { name, role: 'finance', scopes: ['*'], at: api.clock.now })).key;
  handedInBy = (await shared.pool.query<{ id: string }>("SELECT id FROM api_key WHERE name = 'ann'")).rows[0]!.id;
});

type Given = [profileName: string, period: { from: string; to: string }, file: string];
const receive = async (own: Desk, [profileName, period, file]: Given): Promise<string> => (await receiveReport(own.pool, { brokerId: own.broker, ...period, fileName: 'report.csv', declaredVersion: null, receivedBy: handedInBy, at: AT, profileName }, bytesOf(file))).reportId;
async function posted(own: Desk, given: Given): Promise<Report> {
  const id = await receive(own, given);
  await play(own.pool, id, AT);
  return getReport(own.pool, id);
}
async function judged(own: Desk, given: Given): Promise<string> {
  const id = await receive(own, given);
  await stageReport(own.pool, id, () => undefined);
  await beginJudging(own.pool, id);
  while (!(await judgePage(own.pool, id, 5000)).done);
  return id;
}
const asked = (own: Desk, id: string) => tieOut(own.pool, id, { asOf: api.clock.now });
const pending = async (own: Desk, user = 'ann') => (await userBalances(own.pool, own.users.get(user)!)).total.pending;
const notice = async (own: Desk, id: string, code: string) => ((await getReport(own.pool, id)).notices ?? []).filter((one) => one.code === code);
const at = (close: string) => ({ open: close.replace(/T../, 'T00'), close });

test.each<[string, Given, Given, { lines: number; firstLine: number }]>([
  ['a sum of a day of whose trades there are', ['trades', WEEK1, csv([trade('1'), trade('2', 'bob')])], ['days', WEEK1, sums('cent,EURUSD,2026-11-06,2', 'std,EURUSD,2026-11-06,1')], { lines: 1, firstLine: 3 }],
  ['trades of a day of which there is a sum', ['days', WEEK1, sums('std,EURUSD,2026-11-06,1')], ['trades', WEEK1, csv([trade('1', 'bob'), trade('2'), trade('3', 'std', at('2026-11-05T11:00:00Z'))])], { lines: 1, firstLine: 3 }],
  ['the month of a day', ['days', WEEK1, sums('std,EURUSD,2026-11-06,1')], ['months', NOVEMBER, sums('bob,EURUSD,2026-11,9', 'std,EURUSD,2026-11,1')], { lines: 1, firstLine: 3 }],
  ['days of a month', ['months', NOVEMBER, sums('std,XAUUSD,2026-11,1')], ['days', WEEK2, sums('std,EURUSD,2026-11-10,1', 'std,EURUSD,2026-11-11,1')], { lines: 2, firstLine: 2 }],
  ['the same day by class', ['days', WEEK1, sums('std,EURUSD,2026-11-06,1')], ['classes', WEEK1, sums('std,Forex,2026-11-06,1', 'std,Forex,2026-11-05,1')], { lines: 1, firstLine: 2 }],
  ['another sum of the day in another period', ['days', WEEK1, sums('std,EURUSD,2026-11-06,1')], ['days', NOVEMBER, sums('std,XAUUSD,2026-11-06,1')], { lines: 1, firstLine: 2 }],
  ['a local day whose trade is of the UTC day before', ['more', WEEK1, csv([trade('1', 'std', at('2026-11-05T22:30:00Z'))])], ['athens', WEEK1, sums('std,EURUSD,2026-11-06,1', 'std,EURUSD,2026-11-05,1')], { lines: 1, firstLine: 2 }],
  ['lines that wait for a link', ['days', WEEK1, sums('wait,EURUSD,2026-11-06,1')], ['trades', WEEK1, csv([trade('1', 'wait')])], { lines: 1, firstLine: 2 }],
])('%s waits for a second operator', async (_what, first, then, figures) => {
  const own = await desk();
  await posted(own, first);
  const before = await pending(own);
  const id = await judged(own, then);
  expect(await asked(own, id)).toBe('awaiting_approval');
  expect(await pending(own)).toBe(before);
  expect(await notice(own, id, 'OVERLAPPING_LOTS')).toMatchObject([{ ...figures, message: expect.stringContaining(new Date(first[1].from).toISOString()) }]);
});

test.each<[string, Given[], Given]>([
  ['another account or day', [['days', WEEK1, sums('std,EURUSD,2026-11-06,1')]], ['more', WEEK1, csv([trade('1', 'bob'), trade('2', 'std', at('2026-11-05T11:00:00Z'))])]],
  ['another instrument of the day in the same period', [['days', WEEK1, sums('std,EURUSD,2026-11-06,1')]], ['days', WEEK1, sums('std,XAUUSD,2026-11-06,1')]],
  ['the same sum again in another period: it moves', [['days', WEEK1, sums('std,EURUSD,2026-11-06,1')]], ['days', NOVEMBER, sums('std,EURUSD,2026-11-06,2')]],
  ['what the report replaces', [['default', WEEK1, csv([trade('1')])]], ['default', WEEK1, csv([trade('2')])]],
  ['lines that are not paid', [['days', WEEK1, sums('std,EURUSD,2026-11-06,1')]], ['more', WEEK1, csv([trade('1', 'std', { status: 'fraud' })])]],
  ['lines that were not paid', [['more', WEEK1, csv([trade('1', 'std', { status: 'fraud' }), trade('2', 'nobody')])]], ['days', WEEK1, sums('std,EURUSD,2026-11-06,1', 'nobody,EURUSD,2026-11-06,1')]],
])('nothing is asked of %s', async (_what, before, then) => {
  const own = await desk();
  for (const given of before) await posted(own, given);
  const id = await judged(own, then);
  expect([await asked(own, id), await notice(own, id, 'OVERLAPPING_LOTS')]).toEqual(['tied_out', []]);
});

test('a profile that is full and changes its level replaces what it said; what another name said is asked about', async () => {
  const own = await desk();
  await posted(own, ['trades', WEEK1, csv([trade('1')])]);
  await addProfile(drizzle(own.pool), own.broker, { ...profiles['days']!, full: true }, 'trades');
  expect(await asked(own, await judged(own, ['trades', WEEK1, sums('std,EURUSD,2026-11-06,1')]))).toBe('tied_out');
  await addProfile(drizzle(own.pool), own.broker, { ...profiles['days']!, full: true }, 'other');
  expect(await asked(own, await judged(own, ['other', WEEK2, sums('std,EURUSD,2026-11-06,1', 'std,XAUUSD,2026-11-06,1')]))).toBe('awaiting_approval');
});

test('of two reports at once with the same lots, the second is asked about', async () => {
  const own = await desk();
  const both = [await judged(own, ['days', WEEK1, sums('std,EURUSD,2026-11-06,1')]), await judged(own, ['months', NOVEMBER, sums('std,EURUSD,2026-11,1')])];
  expect((await Promise.all(both.map((id) => asked(own, id)))).toSorted()).toEqual(['awaiting_approval', 'tied_out']);
});

test('where two people are off it is posted with a notice', async () => {
  const own = await desk();
  await posted(own, ['trades', WEEK1, csv([trade('1')])]);
  const { id, state } = await posted(own, ['days', WEEK1, sums('std,EURUSD,2026-11-06,2')]);
  expect([state, await pending(own)]).toEqual(['posted', '18']);
  expect(await notice(own, id, 'OVERLAPPING_LOTS')).toMatchObject([{ lines: 1, firstLine: 2, message: expect.stringContaining('earn 12 USD as well') }]);
});

test('by API: whoever handed it in cannot decide, another can; a further version asks only about what is new', async () => {
  await posted(shared, ['trades', WEEK1, csv([trade('1')])]);
  const days = sums('std,EURUSD,2026-11-06,1');
  const id = await judged(shared, ['days', WEEK1, days]);
  expect([await asked(shared, id), await asked(shared, id)]).toEqual(['awaiting_approval', 'awaiting_approval']);
  const changes = async (of: string) => (await api.call('GET', `/v1/changes?subjectId=${of}&state=requested`, { key: keys['ben']! })).json<{ items: { id: string }[] }>().items;
  const decide = async (who: string, of: string, what = 'approve') => (await api.call('POST', `/v1/changes/${(await changes(of))[0]!.id}/${what}`, { key: keys[who]!, headers: { 'idempotency-key': randomUUID() }, ...(what === 'reject' ? { body: { reason: 'the same lots' } } : {}) })).json();
  expect(await changes(id)).toMatchObject([{ kind: 'overlapping_lots', requestedBy: handedInBy, payload: { lines: 1, overlapping: 1, firstLine: 2, earned: '6', periods: [{ from: '2026-11-02T00:00:00.000Z' }] } }]);
  await expect(shared.pool.query("UPDATE report SET state = 'judged' WHERE id = $1", [id])).rejects.toMatchObject({ code: 'CH002' });
  expect(await decide('ann', id)).toMatchObject({ code: 'SAME_PERSON' });
  expect(await decide('ben', id)).toMatchObject({ state: 'approved', result: { state: 'goes_on' } });
  expect(await asked(shared, id)).toBe('tied_out');
  await play(shared.pool, id, AT);
  expect(await pending(shared)).toBe('12');
  const again = await judged(shared, ['days', WEEK1, sums('std,EURUSD,2026-11-06,1.5')]);
  expect(await asked(shared, again)).toBe('tied_out');
  await play(shared.pool, again, AT);
  const more = await judged(shared, ['days', WEEK1, sums('std,EURUSD,2026-11-06,1.5', 'std,GBPJPY,2026-11-06,1')]);
  expect(await asked(shared, more)).toBe('awaiting_approval');
  expect(await changes(more)).toMatchObject([{ payload: { overlapping: 1, firstLine: 3 } }]);
  expect(await decide('ben', more, 'reject')).toMatchObject({ state: 'rejected' });
  expect(await getReport(shared.pool, more)).toMatchObject({ state: 'refused', refusal: { code: 'NOT_APPROVED', message: expect.stringMatching(/stand at another level.*the same lots/) } });
});

/** Figures typed from the dashboard for WEEK1, confirmed and posted. */
async function typed(own: Desk, rows: { account: string; at: string; lots: string }[], full: boolean): Promise<string> {
  const figures = figuresFile({ level: 'account-day', timeZone: 'UTC', full, totalLots: '3', rows: rows.map((row) => ({ server: 'S', symbol: 'EURUSD', ...row })) });
  const { reportId } = await withTransaction(own.pool, async (tx) => {
    const { id } = await addFigures(tx, { brokerId: own.broker, ...WEEK1, ...figures, lines: rows.length, screenshotType: 'image/png', note: null, typedBy: 'a', typedAt: AT, screenshot: Buffer.from('picture') });
    return reportFigures(tx, id, AT);
  });
  await play(own.pool, reportId, AT);
  return reportId;
}

test.each(['trades', 'more'])('figures typed from a dashboard are replaced by the first file of their period (%s), whatever it states, and told so', async (name) => {
  const own = await desk();
  const figures = await typed(own, [{ account: 'std', at: '2026-11-06', lots: '2' }, { account: 'bob', at: '2026-11-05', lots: '1' }], true);
  expect([await pending(own), await pending(own, 'bob')]).toEqual(['12', '6']);
  const id = await judged(own, [name, WEEK1, csv([trade('1'), trade('2')])]);
  expect(await asked(own, id)).toBe('tied_out');
  await play(own.pool, id, AT);
  expect([await pending(own), await pending(own, 'bob')]).toEqual(['12', '0']);
  expect(await notice(own, id, 'REPLACES_FIGURES')).toMatchObject([{ lines: 2, message: expect.stringMatching(new RegExp(`${figures}.*earned 18 USD`)) }]);
  expect(await own.figures()).toMatchObject({ lots: { paid: '2', excluded: '0', quarantined: '0' } });
  expect((await verifyLedger(own.pool)).differences).toEqual([]);
});

test('figures typed beside a file are asked about like any other sums', async () => {
  const own = await desk();
  await posted(own, ['more', WEEK1, csv([trade('1')])]);
  const id = await typed(own, [{ account: 'std', at: '2026-11-06', lots: '3' }], false);
  expect(await notice(own, id, 'OVERLAPPING_LOTS')).toMatchObject([{ lines: 1 }]);
});
