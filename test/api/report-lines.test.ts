import { randomBytes } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { beforeAll, expect, test } from 'vitest';
import { endLink, requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { putSymbols } from '../../db/stores/symbols.ts';
import { reversal, setup, trade, WEEK1, WEEK2 } from '../activities/reports/intake/rows.ts';
import { type ApiDesk, apiDesk } from './report-desk.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let desk: ApiDesk;
let other: ApiDesk;
const reports: string[] = [];
const T1 = '2026-11-09T10:00:00.000Z';
const T2 = '2026-11-10T10:00:00.000Z';
const T3 = '2026-11-11T10:00:00.000Z';
const T4 = '2026-11-12T10:00:00.000Z';

interface Found { ticket: string | null; account: string; outcome: string | null; reason: string | null; amount: string | null; counts: boolean | null; reportId: string; raw: string; profileVersion: number; revisions: { revision: number; reason: string | null; outcome: string; knownAt: string | null }[]; entries: { accrualId: string | null; amount: string; at: string }[] }
const search = async (query: string, key?: string): Promise<{ items: Found[]; nextCursor: string | null }> => {
  const answer = await api.call('GET', `/v1/report-lines?${query}`, key === undefined ? {} : { key });
  expect([query, answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([query, 200, '']);
  return answer.json();
};
const tickets = async (query: string, key?: string) => (await search(query, key)).items.map(({ ticket, account, reason, outcome }) => `${ticket ?? ''} ${account} ${reason ?? outcome}`);

beforeAll(async () => {
  api = await testApi();
  desk = await apiDesk(api, setup);
  other = await apiDesk(api, setup);
  reports.push(await desk.post([trade('1'), trade('2', 'std', { symbol: 'NEWCOIN' }), trade('3', 'bob'), trade('4', 'std', { lots: 'x' }), trade('5', 'nobody'), trade('6', 'cent', { symbol: 'US30' })], WEEK1, T1));
  reports.push(await other.post([trade('1'), trade('2', 'bob')], WEEK1, T2));
  reports.push(await desk.post([trade('1', 'std', { lots: '2' }), trade('7', 'bob', { close: '2026-11-10T11:00:00Z', open: '2026-11-10T10:00:00Z' }), reversal('3')], WEEK2, T3));
  await putSymbols(drizzle(api.pool), desk.broker, { NEWCOIN: 'metals' });
  await desk.replay(T4);
});

test('a ticket is found in every version and period, the newest first, with all that became of it and what it earned', async () => {
  const { items } = await search(`brokerId=${desk.broker}&ticket=1`);
  expect(items).toMatchObject([
    { reportId: reports[2], outcome: 'paid', amount: '13.2', counts: true, profileVersion: 1, entries: [{ accrualId: expect.stringMatching(/^acr_/), amount: '6.6', at: T3 }], revisions: [{ revision: 1, outcome: 'paid', knownAt: T3 }] },
    { reportId: reports[0], outcome: 'superseded', reason: 'SUPERSEDED', counts: false, entries: [{ amount: '6.6', at: T1 }], revisions: [{ revision: 1, outcome: 'paid', knownAt: T1 }, { revision: 2, reason: 'SUPERSEDED', knownAt: T3 }] },
  ]);
  expect(items[1]!.raw).toContain('1,std,EURUSD');
  expect(await tickets('ticket=2')).toEqual(['2 bob paid', '2 std paid']);
  expect((await search(`ticket=2&brokerId=${desk.broker}`)).items).toMatchObject([{ amount: '8.8', revisions: [{ reason: 'UNKNOWN_SYMBOL', knownAt: T1 }, { outcome: 'paid', knownAt: T4 }], entries: [{ amount: '8.8', at: T4 }] }]);
});

test('filters by account, period, report, outcome, reason, symbol, close and user are joined', async () => {
  const broker = `brokerId=${desk.broker}`;
  expect(await tickets(`${broker}&account=bob`)).toEqual(['7 bob paid', '3 bob paid']);
  expect(await tickets('account=bob&server=S')).toEqual(['7 bob paid', '2 bob paid', '3 bob paid']);
  expect(await tickets(`${broker}&outcome=quarantined`)).toEqual(['4 std MALFORMED']);
  expect(await tickets(`${broker}&reason=INSTRUMENT_EXCLUDED`)).toEqual(['6 cent INSTRUMENT_EXCLUDED']);
  expect(await tickets(`${broker}&symbol=NEWCOIN`)).toEqual(['2 std paid']);
  expect(await tickets(`${broker}&from=2026-11-10T11:00:00Z&to=2026-11-10T11:00:01Z`)).toEqual(['7 bob paid']);
  expect(await tickets(`reportId=${reports[1]}`)).toEqual(['2 bob paid', '1 std paid']);
  const { items: [line] } = await search(`reportId=${reports[2]}`);
  expect(await tickets(`periodId=${(line as unknown as { periodId: string }).periodId}&account=std`)).toEqual([' std BROKER_REVERSED', '1 std paid']);
  expect(await tickets(`userId=${desk.users.get('bob')}`)).toEqual(['7 bob paid', '3 bob paid']);
  expect(await tickets(`userId=${desk.users.get('bob')}&ticket=1`)).toEqual([]);
});

test('as known on a day: reports, outcomes and money of later are left out, also in a report’s summary', async () => {
  const on = (at: string) => search(`brokerId=${desk.broker}&ticket=2&asKnownOn=${at}`);
  expect((await on(T1)).items).toMatchObject([{ reason: 'UNKNOWN_SYMBOL', counts: null, revisions: [{ revision: 1 }], entries: [] }]);
  expect((await on('2026-11-12T09:59:59.999Z')).items).toMatchObject([{ reason: 'UNKNOWN_SYMBOL' }]);
  expect((await on(T4)).items).toMatchObject([{ outcome: 'paid', revisions: [{}, {}], entries: [{ amount: '8.8' }] }]);
  expect((await on('2026-11-09T09:59:59.999Z')).items).toEqual([]);
  expect((await search(`brokerId=${desk.broker}&ticket=1&asKnownOn=${T2}`)).items).toMatchObject([{ reportId: reports[0], outcome: 'paid', revisions: [{ revision: 1 }] }]);
  const summary = async (at: string) => (await api.call('GET', `/v1/reports/${reports[0]}${at}`)).json<{ outcomes: { reason: string | null; outcome: string; lines: number }[] }>().outcomes.map(({ reason, outcome, lines }) => `${reason ?? outcome} ${lines}`).sort();
  const first = ['ACCOUNT_NOT_LINKED 1', 'INSTRUMENT_EXCLUDED 1', 'MALFORMED 1'];
  expect(await summary(`?asKnownOn=${T1}`)).toEqual([...first, 'UNKNOWN_SYMBOL 1', 'paid 2']);
  expect(await summary(`?asKnownOn=${T3}`)).toEqual([...first, 'SUPERSEDED 1', 'UNKNOWN_SYMBOL 1', 'paid 1']);
  expect(await summary('')).toEqual([...first, 'SUPERSEDED 1', 'paid 2']);
  expect(await summary('?asKnownOn=2026-11-09T09:00:00Z')).toEqual([]);
});

test('pages are stable while reports come in: every line is seen once, in order', async () => {
  const all = (await search(`brokerId=${desk.broker}`)).items;
  const seen: Found[] = [];
  for (let cursor = ''; ;) {
    const page = await search(`brokerId=${desk.broker}&limit=2${cursor}`);
    seen.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
    if (seen.length === 2) await desk.post([trade('90'), trade('91')], { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' }, T4);
  }
  expect(seen).toEqual(all);
  expect(await tickets(`brokerId=${desk.broker}&account=std&outcome=paid`)).toEqual(['91 std paid', '90 std paid', '1 std paid', '2 std paid']);
});

test('a trader sees the lines of his own verified accounts, from the time of his link, and nothing of anybody else', async () => {
  const keyOf = (user: string, at = desk) => api.key('trader', { userId: at.users.get(user)! });
  const [ann, bob, cyd] = [await keyOf('ann'), await keyOf('bob'), await keyOf('cyd')];
  expect(await tickets(`ticket=3`, bob)).toEqual(['3 bob paid']);
  expect(await tickets(`ticket=3`, ann)).toEqual([]);
  // A line that could not be read may hold other people's cells; a claim that nobody verified shows nothing.
  expect((await tickets('account=std', ann)).filter((line) => line.includes('MALFORMED'))).toEqual([]);
  expect((await tickets(`brokerId=${desk.broker}`, cyd))).toEqual([]);
  // Whatever user a trader asks for, it is himself who is searched.
  expect(await tickets(`userId=${desk.users.get('bob')}&ticket=3`, ann)).toEqual([]);
  expect(await tickets('ticket=2', await keyOf('ann', other))).toEqual([]);
  expect((await api.call('GET', '/v1/report-lines', { key: await api.key('trader', { userId: desk.users.get('ann')!, scopes: ['balances:read'] }) })).statusCode).toBe(403);
});

test('an account that changed hands: each of its users sees what closed in the time of his own link', async () => {
  const own = await apiDesk(api, setup);
  const db = drizzle(api.pool);
  const { rows: [link] } = await api.pool.query<{ id: string; account: string }>("SELECT k.id, k.trading_account_id AS account FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE a.broker_id = $1 AND a.login = 'bob'", [own.broker]);
  await endLink(db, link!.id, '2026-11-05T00:00:00.000Z');
  const next = await requestLink(db, { tradingAccountId: link!.account, userId: own.users.get('cyd')!, requestedAt: '2026-11-06T00:00:00.000Z' });
  await verifyLink(db, next.id, '2026-11-06T00:00:00.000Z');
  const closes = ['2026-11-04T11:00:00Z', '2026-11-05T12:00:00Z', '2026-11-07T11:00:00Z'];
  await own.post(closes.map((close, n) => trade(`${n + 1}`, 'bob', { close })), WEEK1, T1);
  const seen = async (user: string) => (await search('account=bob', await api.key('trader', { userId: own.users.get(user)! }))).items.map(({ ticket }) => ticket);
  expect([await seen('bob'), await seen('cyd')]).toEqual([['1'], ['3']]);
});

test('the file comes back byte for byte, whatever it holds and is called', async () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x00, 0xc3, 0x28]), randomBytes((1 << 20) + 13), Buffer.from('\r\n"\u0000')]);
  const name = '../отчёт "7"; \r\nx.xlsx'.replace(/[\r\n]/g, '');
  const { reportId } = await receiveReport(api.pool, { brokerId: desk.broker, ...WEEK2, fileName: name, declaredVersion: null, receivedBy: 'test', at: T4 }, (async function* () {
    for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001);
  })());
  const file = await api.call('GET', `/v1/reports/${reportId}/file`);
  expect([file.statusCode, file.rawPayload.length, file.rawPayload.equals(bytes)]).toEqual([200, bytes.length, true]);
  expect(decodeURIComponent(String(file.headers['content-disposition']).split("UTF-8''")[1]!)).toBe(name);
});
