import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { csv, setup, trade, WEEK1, WEEK2 } from '../activities/reports/intake/rows.ts';
import { type ApiDesk, apiDesk } from './report-desk.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let desk: ApiDesk;
let other: ApiDesk;
let first: string;
const AT = '2026-11-09T10:00:00.000Z';
const NEXT = '2026-11-12T10:00:00.000Z';
/** Workflows that were told something, by id. */
const told: string[] = [];
const client = { workflow: { signalWithStart: (_type: unknown, { workflowId }: { workflowId: string }) => Promise.resolve(told.push(workflowId)), start: (_type: unknown, { workflowId }: { workflowId: string }) => Promise.resolve(told.push(workflowId)) } } as unknown as Client;

interface Group { brokerId: string; reason: string; what: string; unknown: string; lines: number; lots: string; accounts: number; since: string; ageHours: number; oldestClose: string; nextStep: { text: string; operation: string | null; path: string | null }; linesPath: string; accountLinkId: string | null; oldestReportId: string }
const get = async <T>(url: string): Promise<T> => {
  const answer = await api.call('GET', url);
  expect([url, answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([url, 200, '']);
  return answer.json<T>();
};
const queue = async (query = ''): Promise<{ items: Group[]; sections: { section: string; count: number; since: string | null; list: string }[]; nextCursor: string | null }> => get(`/v1/work-queue?brokerId=${desk.broker}${query}`);
const group = async (reason: string, unknown?: string): Promise<Group> => (await queue()).items.find((one) => one.reason === reason && (unknown === undefined || one.unknown === unknown))!;
const change = async (method: 'POST' | 'PUT', path: string, body: object): Promise<void> => {
  const answer = await api.call(method, `/v1/brokers/${desk.broker}/${path}`, { body, headers: { 'idempotency-key': crypto.randomUUID() } });
  expect([path, answer.statusCode, answer.body.slice(0, 200)]).toMatchObject([path, expect.toSatisfy((status) => status === 200 || status === 201), expect.anything()]);
};

beforeAll(async () => {
  api = await testApi({ client });
  desk = await apiDesk(api, setup);
  other = await apiDesk(api, setup);
  first = await desk.post([
    trade('1', 'std', { symbol: 'NEWCOIN', lots: '0.20' }), trade('2', 'bob', { symbol: 'NEWCOIN', lots: '1.30', close: '2026-11-05T11:00:00Z' }), trade('3', 'std', { symbol: 'OTHER' }), trade('4', 'wait', { lots: '2' }),
    trade('5', 'std', { lots: 'x' }), trade('6', 'std', { lots: 'y' }), trade('7', 'std', { close: 'soon' }), trade('8', 'std', { lots: '-1' }), trade('9'),
  ], WEEK1, AT);
  await desk.post([trade('11', 'std', { symbol: 'NEWCOIN', lots: '5', close: '2026-11-12T11:00:00Z', open: '2026-11-12T10:00:00Z' })], WEEK2, NEXT);
  await other.post([trade('1', 'std', { symbol: 'NEWCOIN' })], WEEK1, NEXT);
});

test('waiting lines are grouped by what they wait for, the oldest first, with lots at stake, age, and what ends the waiting', async () => {
  const { items } = await queue();
  expect(items.map(({ reason, what, unknown, lines, lots, accounts }) => [reason, what, unknown, lines, lots, accounts].join(' | ')).sort()).toEqual([
    'LINK_NOT_VERIFIED | account | wait | 1 | 2 | 1',
    'MALFORMED | malformed | Column "close" (closeTime) holds …: it is no ISO date and time. | 1 | 1 | 1',
    'MALFORMED | malformed | Column "lots" (lots) holds …: it is not a number with the marks that the profile declares. | 2 | 0 | 1',
    'MALFORMED | malformed | Traded lots cannot be negative (…). | 1 | -1 | 1',
    'UNKNOWN_SYMBOL | symbol | NEWCOIN | 3 | 6.5 | 2', 'UNKNOWN_SYMBOL | symbol | OTHER | 1 | 1 | 1',
  ]);
  expect(items).toHaveLength(6);
  expect(await group('UNKNOWN_SYMBOL', 'NEWCOIN')).toMatchObject({
    since: AT, ageHours: 168, oldestClose: '2026-11-05T11:00:00.000Z', reports: 2, accounts: 2, lines: 3, lots: '6.5', oldestReportId: first, nextStep: { operation: 'putSymbols', path: `/v1/brokers/${desk.broker}/symbols` },
  });
  expect(await group('LINK_NOT_VERIFIED')).toMatchObject({ unknown: 'wait', server: 'S', nextStep: { operation: 'verifyLink', path: expect.stringMatching(/^\/v1\/links\/lnk_\w+\/verify$/) } });
  const malformed = items.filter(({ reason }) => reason === 'MALFORMED');
  expect(malformed.map(({ lines }) => lines).sort()).toEqual([1, 1, 2]);
  expect(malformed[0]!.nextStep).toMatchObject({ operation: 'rereadReport', path: `/v1/reports/${first}/reread` });
});

test('pages and filters: every group is seen once, of one broker or of all, by reason', async () => {
  const all = (await queue()).items;
  const seen: Group[] = [];
  for (let cursor = ''; ;) {
    const page = await queue(`&limit=2${cursor}`);
    seen.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(seen).toEqual(all);
  expect((await queue('&reason=MALFORMED')).items).toHaveLength(3);
  expect((await get<{ items: Group[] }>('/v1/work-queue')).items).toHaveLength(7);
  expect((await get<{ items: Group[] }>('/v1/work-queue?section=changes')).items).toEqual([]);
});

test('the lines behind a group, with the sentence that says what is wrong', async () => {
  const lines = await get<{ items: { ticket: string }[] }>((await group('UNKNOWN_SYMBOL', 'NEWCOIN')).linesPath);
  expect(lines.items.map(({ ticket }) => ticket)).toEqual(['1', '2', '11']);
  for (const one of (await queue()).items) expect([one.unknown, (await get<{ items: object[] }>(one.linesPath)).items.length]).toEqual([one.unknown, one.lines]);
  const wrong = await get<{ items: { lineNumber: number; detail: string; raw: string }[] }>(`/v1/quarantined-lines?brokerId=${desk.broker}&reason=MALFORMED&limit=1`);
  expect(wrong.items).toMatchObject([{ lineNumber: 6, detail: expect.stringContaining('"x"'), raw: expect.stringContaining('5,std'), reportId: first }]);
  const second = await get<{ items: { lineNumber: number }[] }>(`/v1/quarantined-lines?brokerId=${desk.broker}&reason=MALFORMED&limit=1&cursor=${(wrong as unknown as { nextCursor: string }).nextCursor}`);
  expect(second.items).toMatchObject([{ lineNumber: 7 }]);
});

test('mapping a symbol wakes both periods, also ended ones; the next step follows what is known, and the group goes when its lines are paid', async () => {
  told.length = 0;
  await change('PUT', 'symbols', { symbols: { NEWCOIN: 'crypto' } });
  expect([...told].sort()).toEqual([`report-period:${desk.broker}:2026-11-02_2026-11-09`, `report-period:${desk.broker}:2026-11-09_2026-11-16`]);
  expect((await group('UNKNOWN_SYMBOL', 'NEWCOIN')).nextStep).toMatchObject({ operation: 'addRate', text: expect.stringContaining('The class crypto has no rate') });
  await desk.replay(NEXT);
  told.length = 0;
  await change('POST', 'rates', { class: 'crypto', perLot: '4', effectiveFrom: '2026-11-10T00:00:00Z' });
  expect(told).toHaveLength(2);
  expect((await group('UNKNOWN_SYMBOL', 'NEWCOIN')).nextStep).toMatchObject({ operation: null, text: expect.stringContaining('judged again') });
  await desk.replay(NEXT);
  expect(await group('UNKNOWN_SYMBOL', 'NEWCOIN')).toMatchObject({ lines: 2, nextStep: { operation: 'addRate', text: expect.stringContaining('from 2026-11-05T11:00:00.000Z on') } });
  await change('POST', 'rates', { class: 'crypto', perLot: '3', effectiveFrom: '2026-11-01T00:00:00Z' });
  await desk.replay(NEXT);
  expect(await group('UNKNOWN_SYMBOL', 'NEWCOIN')).toBeUndefined();
  // Nothing of this broker is left to try: a further symbol wakes nobody but for what waits still.
  told.length = 0;
  await change('PUT', 'symbols', { symbols: { UNHEARD: 'crypto' } });
  expect(told).toEqual([`report-period:${desk.broker}:2026-11-02_2026-11-09`]);
});

test('everything else that waits is counted, with its list', async () => {
  await other.post(csv([trade('1')]).replace('ticket,', 'tickets,'), WEEK2, NEXT);
  await api.pool.query("INSERT INTO screening (id, user_id, reason, state, profile_version, list, list_version, entry, at) VALUES ('scr_1', $1, 'change', 'hit', 1, 'un', '1', 'e', $2)", [desk.users.get('ann'), AT]);
  await api.pool.query("INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ('per_1', $1, '2026-10-01Z', '2026-10-02Z')", [desk.broker]);
  const { sections } = await get<{ sections: { section: string; count: number; list: string }[] }>('/v1/work-queue');
  expect(Object.fromEntries(sections.map(({ section, count }) => [section, count]))).toEqual({ changes: 0, reports_refused: 1, reports_to_approve: 0, reports_noticed: 1, periods_late: 0, ownership_evidence: 0, screening_hits: 1, reconciliation_cases: 0 });
  for (const { list, section, count } of sections) expect([section, (await get<{ items: object[] }>(list)).items.length]).toEqual([section, count]);
  expect((await queue()).sections.map(({ section, count }) => [section, count])).toEqual([['reports_to_approve', 0], ['reports_refused', 0], ['reports_noticed', 1], ['periods_late', 0]]);
  expect((await queue('&section=reports_refused')).sections).toHaveLength(1);
});

test('only operators see it', async () => {
  const key = await api.key('trader', { userId: desk.users.get('ann')! });
  for (const url of ['/v1/work-queue', '/v1/quarantined-lines']) expect((await api.call('GET', url, { key })).statusCode).toBe(403);
});
