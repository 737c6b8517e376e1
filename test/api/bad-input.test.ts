import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { nextReport } from '../../activities/reports/nextReport.ts';
import { readApiConfig } from '../../api/config.ts';
import { caseSetupSchema, loadSetup } from '../../scripts/case/setup.ts';
import { rows as sheetRows, workbook } from '../activities/reports/read/workbook.ts';
import { play } from '../activities/reports/intake/desk.ts';
import { csv, profile, setup, trade, WEEK1, type Row } from '../activities/reports/intake/rows.ts';
import { testApi, type TestApi } from './support.ts';

/** Bad input that only shows with what the database knows: through the real upload route and the real activities, without the workflow between them. */

const LIMIT = 200_000;
const ARRIVES = '2026-11-16T10:00:00.000Z';
const noWorkflow = { workflow: { signalWithStart: async () => ({}) } } as unknown as Client;

let api: TestApi;
beforeAll(async () => {
  const config = readApiConfig({ TWO_PEOPLE: 'off', API_MAX_EVENT_LOOP_DELAY: '0', API_RATE_LIMIT: '1000000', API_SIGN_IN_RATE_LIMIT: '1000000', API_REPORT_LIMIT: String(LIMIT) });
  api = await testApi({ client: noWorkflow, config });
  api.clock.now = ARRIVES;
});

interface Answer { id: string; state: string; refusal: { code: string; at?: object } | null; notices: { code: string; lines: number; firstLine: number; message: string }[] | null; fileName: string; outcomes: { outcome: string; reason: string | null; lines: number; amount: string }[] }

const STD = setup.accounts[0]!;

/** A broker of its own with one trader, whose accounts these are. */
async function open(own: object = profile, logins = [STD]): Promise<string> {
  const tag = randomBytes(4).toString('hex');
  const parsed = caseSetupSchema.parse({ ...setup, users: [{ id: STD.user }], accounts: logins, profile: own, steps: [] });
  parsed.broker.id = `bad-${tag}`;
  for (const user of parsed.users) user.id = `${tag}:${user.id}`;
  for (const account of parsed.accounts) account.user = `${tag}:${account.user}`;
  await loadSetup(api.pool, parsed);
  return parsed.broker.id;
}

const upload = (broker: string, payload: string | Buffer, name = 'week.csv', period = WEEK1) => api.call(
  'POST', `/v1/reports?${new URLSearchParams({ brokerId: broker, ...period, fileName: name }).toString()}`, { payload: Buffer.from(payload), headers: { 'content-type': 'application/octet-stream', 'idempotency-key': randomUUID() } });

async function submit(broker: string, payload: string | Buffer, name?: string, period = WEEK1): Promise<Answer> {
  const received = await upload(broker, payload, name, period);
  if (received.statusCode !== 201) throw new Error(received.body);
  const { reportId, periodId } = received.json<{ reportId: string; periodId: string }>();
  for (let next = await nextReport(api.pool, periodId); next?.reportId; next = await nextReport(api.pool, periodId)) await play(api.pool, next.reportId, ARRIVES);
  return (await api.call('GET', `/v1/reports/${reportId}`)).json<Answer>();
}

const outcomes = ({ outcomes: found }: Answer): string[] => found.map(({ outcome, reason, lines }) => `${lines} ${reason ?? outcome}`).sort();
const file = (...rows: Row[]): string => csv(rows);

describe('lines are judged', () => {
  test.each<[what: string, rows: Row[], verdict: string[]]>([
    ['before the agreement', [trade('1', 'std', { open: '2026-10-31T10:00:00Z', close: '2026-10-31T23:59:59.999Z' }), trade('2', 'std', { open: '2026-10-31T10:00:00Z', close: '2026-11-01T00:00:00Z' })], ['1 AGREEMENT_INACTIVE', '1 paid']],
    ['after the agreement', [trade('1', 'std', { close: '2026-11-20T00:00:00Z' })], ['1 AGREEMENT_INACTIVE']],
    ['outside of its period', [trade('1', 'std', { open: '2026-11-12T10:00:00Z', close: '2026-11-12T11:00:00Z' })], ['1 paid']],
    ['same ticket, same content', [trade('1'), trade('1'), trade('1')], ['1 paid', '2 DUPLICATE']],
    ['same ticket, other content: the later one counts', [trade('1'), trade('1', 'std', { lots: '2.00' })], ['1 SUPERSEDED', '1 paid']],
    ['negative lots, zero lots, ten decimals', [trade('1', 'std', { lots: '-1.00' }), trade('2', 'std', { lots: '0.00' }), trade('3', 'std', { lots: '0.0000000001' })], ['1 MALFORMED', '1 ZERO_VOLUME_CLOSE_BY', '1 paid']],
    ['an account that nobody has', [trade('1', 'stranger')], ['1 ACCOUNT_NOT_LINKED']],
  ])('%s', async (_what, rows, verdict) => expect(outcomes(await submit(await open(), file(...rows)))).toEqual(verdict));

  test('an account of another broker is not known here', async () => {
    await open(profile, [STD, { ...STD, login: 'elsewhere' }]);
    expect(outcomes(await submit(await open(), file(trade('1', 'elsewhere'), trade('2'))))).toEqual(['1 ACCOUNT_NOT_LINKED', '1 paid']);
  });
});

describe('times after the report arrived', () => {
  test('are judged as any other, and the report says so', async () => {
    const report = await submit(await open(), file(trade('1'), trade('2', 'std', { close: '2026-11-16T10:00:00.001Z' }), trade('3', 'std', { close: '2026-11-19T23:00:00Z' })));
    expect(outcomes(report)).toEqual(['3 paid']);
    expect(report.notices).toEqual([{ code: 'CLOSES_AFTER_ARRIVAL', lines: 2, firstLine: 3, message: expect.stringContaining('the last at 2026-11-19T23:00:00.000Z') },
      { code: 'OUTSIDE_PERIOD', lines: 2, firstLine: 3, message: expect.stringContaining('the first at 2026-11-16T10:00:00.001Z, the last at 2026-11-19T23:00:00.000Z') }]);
  });
  test('a close at the arrival itself is no news of that kind', async () => {
    expect((await submit(await open(), file(trade('1', 'std', { close: ARRIVES })))).notices!.map(({ code }) => code)).toEqual(['OUTSIDE_PERIOD']);
  });
});

describe('currency', () => {
  const columns = { ...profile.columns, currency: 'currency' };
  const lines = ['USD', 'EUR', '', 'USC'].map((currency, at) => `${csv([trade(String(at + 1))]).split('\n')[1]},${currency}`);
  const content = [`${csv([]).split('\n')[0]},currency`, ...lines, ''].join('\n');
  test('a profile that lists what means USD has the other lines quarantined', async () => {
    const report = await submit(await open({ ...profile, columns, currencies: ['USD'] }), content);
    expect(outcomes(report)).toEqual(['1 paid', '3 MALFORMED']);
    expect(report.notices).toEqual([]);
    const { items } = (await api.call('GET', `/v1/reports/${report.id}/lines?reason=MALFORMED`)).json<{ items: { detail: string }[] }>();
    expect(items.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('Column "currency" (currency) holds "EUR"'), 'Column "currency" (currency) is empty.', expect.stringContaining('"USC"'),
    ]);
  });
  test('without it they are judged as any other, and the report says so', async () => {
    const report = await submit(await open({ ...profile, columns }), content);
    expect(outcomes(report)).toEqual(['4 paid']);
    expect(report.notices).toMatchObject([{ code: 'OTHER_CURRENCY', lines: 2, firstLine: 3, message: expect.stringContaining('"EUR", "USC"') }]);
  });
  test.each([['EUR'], ['usc'], [' JPY ']])('%s cannot be listed as USD', async (text) => {
    const broker = await open();
    const answer = await api.call('POST', `/v1/brokers/${broker}/profiles`, { body: { ...profile, columns, currencies: ['US$', text] }, headers: { 'idempotency-key': randomUUID() } });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('is not USD');
  });
});

describe('two files for one period', () => {
  test('the second is the next version: only the difference is posted', async () => {
    const broker = await open();
    await submit(broker, file(trade('1'), trade('2')));
    const second = await submit(broker, file(trade('1'), trade('2', 'std', { lots: '1.50' })), 'again.csv');
    expect([second.state, outcomes(second)]).toEqual(['posted', ['2 paid']]);
  });
  test('the same again, renamed and in another order, changes nothing', async () => {
    const broker = await open();
    await submit(broker, file(trade('1'), trade('2')));
    expect(await submit(broker, csv([trade('2'), trade('1')], '\r\n'), 'renamed.csv')).toMatchObject({ state: 'unchanged', refusal: null });
  });
  test('the same lines for an overlapping period are refused where some have no ticket', async () => {
    const broker = await open();
    await submit(broker, file(trade('1'), trade('')));
    expect(await submit(broker, file(trade('1'), trade('')), 'month.csv', { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' })).toMatchObject({ state: 'refused', refusal: { code: 'CONTENT_OF_OTHER_PERIOD' } });
  });
});

describe('the file', () => {
  test('over the size limit is not kept', async () => {
    const broker = await open();
    const answer = await upload(broker, Buffer.alloc(LIMIT + 1, 'a'));
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([413, 'REPORT_TOO_LARGE']);
    expect((await api.call('GET', `/v1/reports?brokerId=${broker}`)).json<{ items: unknown[] }>().items).toEqual([]);
  });
  test('has a name like a path, which is only a name', async () => {
    expect(await submit(await open(), file(trade('1')), '../../etc/passwd')).toMatchObject({ state: 'posted', fileName: '../../etc/passwd' });
  });
  test.each<[what: string, own: object, content: () => Promise<Buffer> | string, code: string]>([
    ['is a zip bomb', { ...profile, format: 'xlsx' }, () => workbook({ sheets: { a: ' '.repeat(20_000_000) } }), 'ZIP_BOMB'],
    ['names other files (XXE)', { ...profile, format: 'xlsx' }, () => workbook({ sheets: { a: sheetRows(['ticket']) }, parts: { 'xl/workbook.xml': '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>' } }), 'XML_DTD'],
    ['is a trader’s statement', profile, () => '<!DOCTYPE HTML><html><head><title>Statement: 1 - A</title></head></html>', 'STATEMENT_IS_NO_REPORT'],
    ['is another format', profile, () => workbook({ sheets: { a: sheetRows(['ticket']) } }), 'FORMAT_WRONG'],
  ])('%s: refused, and nothing of it is posted', async (_what, own, content, code) => {
    expect(await submit(await open(own), await content())).toMatchObject({ state: 'refused', refusal: { code }, outcomes: [] });
  });
});
