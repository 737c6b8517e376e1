import { parse } from 'csv-parse/sync';
import { beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { postJournal, postJournals, type JournalDraft } from '../../db/ledger/journals.ts';
import { knownOn } from '../../db/stores/statement.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { seedUser } from '../../scripts/chaos/seed.ts';
import { pdfLines, pdfTexts } from '../support/pdf-text.ts';
import { FILE_NAME, statementStory, type StatementStory } from './statement-story.ts';
import { testApi, type TestApi } from './support.ts';

const OCTOBER = 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z';
const NOVEMBER = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';
const money = (values: Partial<Record<'pending' | 'available' | 'held' | 'reserved' | 'paid', string>> = {}) => ({ pending: '0', available: '0', held: '0', reserved: '0', paid: '0', ...values });

let api: TestApi;
let ann: StatementStory;
let key: string;
const get = (path: string, own = key) => api.call('GET', `/v1/users/${ann.userId}/${path}`, { key: own });
const json = async (path: string) => (await get(path)).json();
const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { bom: true, columns: true });

beforeAll(async () => {
  api = await testApi();
  ann = await statementStory(api);
  key = await api.key('trader', { userId: ann.userId });
});

test('a month has opening, entries and closing per broker and programme, and the next month begins where it ended', async () => {
  const october = await json(`statement?${OCTOBER}`);
  expect(october).toMatchObject({ userId: ann.userId, from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', madeAt: api.clock.now, nextCursor: null });
  expect(october.items.map((entry: { what: string }) => entry.what)).toEqual(['Earned', 'Became available', 'Put on hold', 'Earned']);
  expect(october.parts).toEqual([
    { brokerId: 'alpha', brokerName: 'alpha', programme: 'cashback', currency: 'USD', opening: money(), change: money({ held: '18.37' }), closing: money({ held: '18.37' }), figures: { earned: '18.37', takenBack: '0', net: '18.37', paidOut: '0', returned: '0', fees: '0' } },
    { brokerId: 'gamma', brokerName: '=1+1 Γάμμα', programme: 'partner', currency: 'USD', opening: money(), change: money({ pending: '0.00000001' }), closing: money({ pending: '0.00000001' }), figures: { earned: '0.00000001', takenBack: '0', net: '0.00000001', paidOut: '0', returned: '0', fees: '0' } },
  ]);
  const november = await json(`statement?${NOVEMBER}`);
  expect(november.parts.map((part: { opening: object }) => part.opening)).toEqual(october.parts.map((part: { closing: object }) => part.closing));
  expect(november.totals).toEqual([{ currency: 'USD', opening: money({ held: '18.37', pending: '0.00000001' }), change: money({ available: '7.05', held: '-18.37', paid: '10' }),
    closing: money({ pending: '0.00000001', available: '7.05', paid: '10' }), figures: { earned: '0', takenBack: '1.32', net: '-1.32', paidOut: '14', returned: '4', fees: '0' } }]);
});

test('without a period it covers everything and closes at the balances', async () => {
  const all = await json('statement');
  const balances = await json('balances');
  expect(all).toMatchObject({ from: null, to: null });
  expect(all.totals[0].closing).toEqual(balances.total);
  expect(all.parts.map((part: { brokerId: string; programme: string; currency: string; closing: object }) => ({ brokerId: part.brokerId, programme: part.programme, currency: part.currency, ...part.closing }))).toEqual(balances.parts);
});

test('each entry says why it is there, with ids that the user can open, and nothing that is for operators', async () => {
  const { items } = await json('statement');
  const cause = (kind: string) => items.find((entry: { kind: string }) => entry.kind === kind).cause;
  const report = { id: ann.reportId, fileName: FILE_NAME, from: '2026-09-28T00:00:00.000Z', to: '2026-10-05T00:00:00.000Z' };
  const account = { id: expect.stringMatching(/^tac_/), server: 'live', login: expect.any(String) };
  expect(cause('accrual_posted')).toEqual({ type: 'accrual', id: ann.accrualId, accrualIds: [ann.accrualId], report, account, holdReason: null, lines: 2, tickets: ['1001', '=2+5'] });
  expect(cause('accrual_cleared')).toEqual({ type: 'accrual', id: ann.accrualId, accrualIds: [ann.accrualId], report, account, holdReason: null, lines: null, tickets: [] });
  expect(cause('accrual_held')).toEqual({ type: 'hold', id: ann.holdId, accrualIds: [ann.accrualId], report, account, holdReason: 'FRAUD_CHECK', lines: null, tickets: [] });
  // Taken from available: the re-issue is the cause, and the accrual is the one that once brought the money.
  expect(cause('clawback')).toEqual({ type: 'report', id: ann.restatedId, accrualIds: [ann.accrualId], report: { ...report, id: ann.restatedId, fileName: 'again.csv' }, account, holdReason: null, lines: 1, tickets: ['1001'] });
  expect(cause('payout_paid')).toEqual({ type: 'payout', id: 'pay_ten-p', accrualIds: [], report: null, account: null, holdReason: null, lines: null, tickets: [] });
  for (const id of new Set<string>(items.flatMap((entry: { cause: { accrualIds: string[] } }) => entry.cause.accrualIds))) expect((await api.call('GET', `/v1/accruals/${id}`, { key })).statusCode).toBe(200);
  expect(JSON.stringify(items)).not.toContain('for operators only');
});

test('the pages of a statement show one state of the ledger, in either order', async () => {
  const whole = (await json('statement')).items;
  for (const order of ['oldest', 'newest']) {
    const first = await json(`statement?order=${order}&limit=4`);
    await postJournal(api.pool, posted(`late:${order}`, ann.userId, '1', '2026-10-06T00:00:00.000Z'));
    const seen = [...first.items];
    for (let cursor = first.nextCursor; cursor !== null;) {
      const page = await json(`statement?order=${order}&limit=4&cursor=${cursor}`);
      expect([page.asKnownOn, page.totals]).toEqual([first.asKnownOn, first.totals]);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    const expected = order === 'oldest' ? whole : [...whole, (await json('statement?order=oldest')).items.find((entry: { cause: { id: string } }) => entry.cause.id === 'late:oldest')]
      .sort((a, b) => (a.effectiveAt < b.effectiveAt ? 1 : a.effectiveAt > b.effectiveAt ? -1 : Number(b.journalId) - Number(a.journalId)));
    expect(seen).toEqual(expected);
  }
});

test('what was recorded later is left out as known before', async () => {
  const before = await knownOn(api.pool);
  await expect.poll(() => knownOn(api.pool)).not.toBe(before);
  await postJournal(api.pool, posted('learnt later', ann.userId, '3', '2026-10-07T00:00:00.000Z'));
  const pending = async (query: string) => (await json(`statement?${OCTOBER}${query}`)).totals[0].closing.pending;
  expect(plain(new Decimal(await pending('')).minus(await pending(`&asKnownOn=${before}`)))).toBe('3');
  expect((await json(`statement?${OCTOBER}&asKnownOn=9000-01-01T00:00:00Z`)).asKnownOn < '9000').toBe(true);
});

test('the CSV says what the JSON says; amounts stay numbers, what a spreadsheet would run does not', async () => {
  const response = await get(`statement.csv?${NOVEMBER}`);
  expect([response.headers['content-type'], response.headers['content-disposition'], response.headers['cache-control']])
    .toEqual(['text/csv; charset=utf-8', `attachment; filename="statement-${ann.userId}-from-2026-11-01-to-2026-12-01.csv"`, 'private, no-store']);
  expect(response.rawPayload.subarray(0, 3).toString('hex')).toBe('efbbbf');
  const statement = await json(`statement?${NOVEMBER}`);
  const rows = rowsOf(response.body);
  for (const [record, name] of [['opening', 'opening'], ['closing', 'closing']] as const) {
    expect(rows.filter((row) => row['record'] === record).map((row) => [row['brokerId'], row['programme'], row['pending'], row['available'], row['held'], row['reserved'], row['paid']]))
      .toEqual(statement.parts.map((part: Record<string, Record<string, string> | string>) => [part['brokerId'], part['programme'], ...Object.values(part[name]!)]));
  }
  const entries = rows.filter((row) => row['record'] === 'entry');
  expect(entries.map((row) => [row['journalId'], row['effectiveAt'], row['kind'], row['what'], row['causeId'], ...['pending', 'available', 'held', 'reserved', 'paid'].map((state) => row[state])])).toEqual(
    statement.items.map((entry: { journalId: string; effectiveAt: string; kind: string; what: string; cause: { id: string }; movements: { state: string; amount: string }[] }) =>
      [entry.journalId, entry.effectiveAt, entry.kind, entry.what, entry.cause.id, ...['pending', 'available', 'held', 'reserved', 'paid'].map((state) => entry.movements.find((m) => m.state === state)?.amount ?? '')]));
  expect(response.body).toContain(',-1.32,');
  const october = rowsOf((await get(`statement.csv?${OCTOBER}`)).body);
  expect(october.find((row) => row['kind'] === 'accrual_posted' && row['causeId'] === ann.accrualId)).toMatchObject({ reportFile: `'${FILE_NAME}`, tickets: '1001 =2+5', lines: '2' });
});

test('the PDF has the sums, each page the head and its number; the same statement gives the same bytes', async () => {
  const { asKnownOn } = await json('statement');
  const response = await get(`statement.pdf?${NOVEMBER}&asKnownOn=${asKnownOn}`);
  expect([response.headers['content-type'], response.rawPayload.subarray(0, 5).toString()]).toEqual(['application/pdf', '%PDF-']);
  expect((await get(`statement.pdf?${NOVEMBER}&asKnownOn=${asKnownOn}`)).rawPayload.equals(response.rawPayload)).toBe(true);
  const texts = pdfTexts(response.rawPayload);
  const lines = pdfLines(texts);
  expect(lines).toContain(`User | ${ann.userId}`);
  expect(lines).toContain('Period | 1 Nov 2026 – 30 Nov 2026 (days in UTC)');
  expect(lines.find((line) => line.startsWith('Made at'))).toContain('2026-11-16 10:00:00 UTC');
  const { totals } = await json(`statement?${NOVEMBER}&asKnownOn=${asKnownOn}`);
  expect(lines).toContain(`Closing | ${Object.values(totals[0].closing as Record<string, string>).map((amount) => new Decimal(amount).toFixed(8)).join(' | ')}`);
  expect(lines.filter((line) => line.includes('Taken back by the broker'))).toEqual(['2026-11-02 10:00:00 | Taken back by the broker | alpha | cashback | -1.32000000']);
  expect(lines.some((line) => line.includes('=1+1 Γάμμα'))).toBe(true);
  expect(lines.some((line) => /\bPage 1 of \d$/.test(line))).toBe(true);
});

test('the year is the sum of its months and of the ledger', async () => {
  const year = await json('earnings/2026');
  const all = await json('statement?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z');
  expect(year.totals).toEqual(all.totals.map(({ currency, figures }: Record<string, unknown>) => ({ currency, figures })));
  for (const part of year.parts) {
    const months = year.months.filter((month: { brokerId: string; programme: string }) => month.brokerId === part.brokerId && month.programme === part.programme);
    for (const name of ['earned', 'takenBack', 'net', 'paidOut', 'returned', 'fees']) {
      expect([name, plain(months.reduce((sum: Decimal, month: { figures: Record<string, string> }) => sum.plus(month.figures[name]!), new Decimal(0)))]).toEqual([name, part.figures[name]]);
    }
    const { net, paidOut, returned, fees } = part.figures;
    expect(plain(new Decimal(part.opening).plus(net).minus(paidOut).plus(returned).minus(fees))).toBe(part.closing);
  }
  expect(year.months.filter((month: { brokerId: string }) => month.brokerId === 'alpha').at(-1)).toMatchObject({ month: '2026-11', figures: { takenBack: '1.32', paidOut: '14', returned: '4' } });
  expect(await json('earnings/2027')).toMatchObject({ months: [], totals: [], parts: [{ brokerId: 'alpha', opening: year.parts[0].closing, closing: year.parts[0].closing }, { brokerId: 'gamma' }] });
  const csv = await get('earnings/2026.csv');
  const rows = rowsOf(csv.body);
  expect(rows.filter((row) => row['record'] === 'month').map((row) => [row['month'], row['brokerId'], row['earned'], row['takenBack']]))
    .toEqual(year.months.map((month: { month: string; brokerId: string; figures: { earned: string; takenBack: string } }) => [month.month, month.brokerId, month.figures.earned, month.figures.takenBack]));
  expect(rows.find((row) => row['brokerId'] === 'gamma')!['brokerName']).toBe("'=1+1 Γάμμα");
  expect(rows.find((row) => row['record'] === 'total')).toMatchObject({ currency: 'USD', ...year.totals[0].figures });
  const pdf = await get('earnings/2026.pdf');
  expect(pdfLines(pdfTexts(pdf.rawPayload))).toContain(`Total | ${Object.values(year.totals[0].figures as Record<string, string>).map((amount) => new Decimal(amount).toFixed(8)).join(' | ')}`);
  expect(pdf.headers['content-disposition']).toBe(`attachment; filename="earnings-${ann.userId}-2026.pdf"`);
});

test.each(['statement', 'statement.csv', 'statement.pdf', 'earnings/2026', 'earnings/2026.csv', 'earnings/2026.pdf'])('%s of somebody else is as unknown as one of nobody; support sees it', async (path) => {
  const { userId } = await seedUser(api.pool, { available: { beta: '0' } });
  const other = await api.key('trader', { userId });
  const foreign = (await get(path, other)).json();
  expect(foreign).toMatchObject({ status: 404, code: 'USER_UNKNOWN' });
  expect((await get(path, await api.key('support'))).statusCode).toBe(200);
});

test('an empty period, an unknown year and a foreign cursor are refused', async () => {
  expect((await get('statement.pdf?from=2026-11-01T00:00:00Z&to=2026-11-01T00:00:00Z')).json()).toMatchObject({ status: 422, code: 'PERIOD_EMPTY', at: { field: 'to' } });
  expect((await get('earnings/26')).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  expect((await get('earnings/26.csv')).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  expect((await get(`statement?cursor=${Buffer.from('1:5').toString('base64url')}`)).json()).toMatchObject({ status: 400, code: 'CURSOR_INVALID' });
});

test('a user without money has an empty statement in every form', async () => {
  const { userId } = await seedUser(api.pool, { available: { beta: '0' } });
  const own = await api.key('trader', { userId });
  const of = (path: string) => api.call('GET', `/v1/users/${userId}/${path}`, { key: own });
  expect((await of('statement')).json()).toMatchObject({ parts: [], totals: [], items: [], nextCursor: null });
  expect(rowsOf((await of('statement.csv')).body)).toEqual([]);
  expect(pdfLines(pdfTexts((await of('statement.pdf')).rawPayload))).toContain('There has been no money yet.');
  expect(pdfLines(pdfTexts((await of('earnings/2026.pdf')).rawPayload))).toContain('There has been no money yet.');
});

test('2,001 entries: the CSV has all, the PDF is refused with a word on what to do, and the head stands on every page of a shorter one', async () => {
  const { userId } = await seedUser(api.pool, { available: { beta: '0' } });
  const own = await api.key('trader', { userId });
  await withTransaction(api.pool, async (tx) => void (await postJournals(tx, Array.from({ length: 2_001 }, (_, i) => posted(`many:${i}`, userId, '0.01', new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString())))));
  const of = (path: string) => api.call('GET', `/v1/users/${userId}/${path}`, { key: own });
  const rows = rowsOf((await of('statement.csv')).body);
  expect([rows.filter((row) => row['record'] === 'entry').length, rows.at(-1)]).toEqual([2_001, expect.objectContaining({ record: 'closing', pending: '20.01' })]);
  expect((await of('statement.pdf')).json()).toMatchObject({ status: 422, code: 'STATEMENT_TOO_LONG', facts: { most: 2_000 } });
  const texts = pdfTexts((await of('statement.pdf?to=2026-01-01T02:00:00Z')).rawPayload);
  const pages = Math.max(...texts.map((text) => text.page));
  expect(pages).toBeGreaterThan(3);
  for (let page = 1; page <= pages; page++) {
    const lines = pdfLines(texts, page);
    expect(lines.filter((line) => line.startsWith('When | What | Broker | Programme | Pending'))).toHaveLength(1);
    expect(lines.at(-1)).toContain(`Page ${page} of ${pages}`);
  }
});

function posted(id: string, userId: string, amount: string, effectiveAt: string): JournalDraft {
  return { key: id, kind: 'accrual_posted', effectiveAt, cause: { type: 'test', id }, postings: [{ account: { kind: 'cashback_expense', brokerId: 'alpha' }, amount: `-${amount}` }, { account: { kind: 'pending', userId, brokerId: 'alpha', programme: 'cashback' }, amount }] };
}
