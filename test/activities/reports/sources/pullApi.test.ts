import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { isExpected, sourcesToPoll } from '../../../../db/stores/expectedPeriods.ts';
import { brokerApi, type BrokerApi, type Fault, leave, says, SIGNING, status } from './brokerApi.ts';
import { AS_OF, sourceDesk, type SourceDesk } from './desk.ts';

let desk: SourceDesk;
let api: BrokerApi;
let day: string;
let nextDay = 0;
const rowsOf = (count: number): object[] => Array.from({ length: count }, (_, at) => ({ ticket: String(9_007_199_254_740_993n + BigInt(at)), login: '1001', symbol: 'EURUSD', lots: '0.10', closed: '2026-11-02T10:00:00Z' }));
const settings = (path: string, own: Partial<ApiSourceSettings> = {}): ApiSourceSettings => ({
  url: `${api.url}${path}`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging: { kind: 'none' }, emptyMeans: 'notReady', ...own,
});
const cutAfter = (body: string, headers: Record<string, string> = {}): Fault => (_asked, response) => {
  response.writeHead(200, headers).write(body);
  setImmediate(() => response.destroy());
  return true;
};
const silent: Fault = () => true;
const silentAfter: Fault = (_asked, response) => {
  response.writeHead(200).write('{"data":[');
  return true;
};
const latin1: Fault = (_asked, response) => {
  response.writeHead(200).end(Buffer.from('{"data":["\xff"]}', 'latin1'));
  return true;
};
const noContent: Fault = (_asked, response) => {
  response.writeHead(204).end();
  return true;
};
/** The rows of the pages of a kept file. */
const rowsIn = (text: string): object[] => text.split('\n').flatMap((page) => (JSON.parse(page) as { data: object[] }).data);
const BY_OFFSET = { kind: 'offset', limit: 4, start: 0, end: 'empty' } as const;
const BY_CURSOR = { kind: 'cursor', limit: 4, next: 'next' } as const;

beforeAll(async () => {
  desk = await sourceDesk();
  api = await brokerApi();
});
beforeEach(async () => {
  day = await desk.period(nextDay--);
  Object.assign(api, { asked: [], faults: [], total: null, rows: rowsOf(10) });
});
afterAll(async () => {
  await api.close();
  await desk.close();
});

describe('what is asked for', () => {
  test.each([
    ['iso', 'UTC', 'last', '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z', '2026-11-02', '2026-11-02'],
    ['iso', 'Europe/Athens', 'after', '2026-11-02T02:00:00+02:00', '2026-11-03T02:00:00+02:00', '2026-11-02', '2026-11-03'],
    ['epochMillis', 'UTC', 'last', '1793577600000', '1793664000000', '2026-11-02', '2026-11-02'],
    ['epochSeconds', 'America/New_York', 'last', '1793577600', '1793664000', '2026-11-01', '2026-11-02'],
    ['yyyy.MM.dd HH:mm', '+05:30', 'last', '2026.11.02 05:30', '2026.11.03 05:30', '2026-11-02', '2026-11-03'],
  ] as const)('%s in %s', async (format, zone, toDate, from, to, fromDate, lastDate) => {
    const period = await desk.period(2);
    const source = await desk.source('api', settings('/all?from={from}&to={to}&d1={fromDate}&d2={toDate}', { times: { format, dateFormat: 'yyyy-MM-dd', zone, toDate } }));
    expect(await desk.look('pullApi', period, source.id)).toEqual({ received: 1 });
    expect(Object.fromEntries(api.asked[0]!.query)).toEqual({ from, to, d1: fromDate, d2: lastDate });
  });

  test('a POST with a body, whose values are written as in JSON', async () => {
    const period = await desk.period(2);
    const source = await desk.source('api', settings('/all', { method: 'POST', body: '{"day":"{fromDate}","after":"{cursor}"}', headers: { 'x-ib': '77' } }));
    await desk.look('pullApi', period, source.id);
    expect(api.asked[0]).toMatchObject({ method: 'POST', body: '{"day":"2026-11-02","after":""}', headers: { 'content-type': 'application/json', 'x-ib': '77' } });
  });

  test('nothing before the period is over, nor of a source that is paused', async () => {
    const source = await desk.source('api', settings('/all'));
    expect(await desk.look('pullApi', await desk.period(2), source.id, { asOf: '2026-11-02T23:59:59.999Z' })).toEqual({ received: 0 });
    await desk.pool.query("UPDATE report_source SET state = 'paused' WHERE id = $1", [source.id]);
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(api.asked).toEqual([]);
  });
});

describe('pages', () => {
  test('one page is kept exactly as it came', async () => {
    const body = '\ufeff{ "data" : [ {"ticket":1, "lots":0.10} ],\r\n "total":1 }\n';
    api.faults = [says(body)];
    const source = await desk.source('api', settings('/all'));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    const [report] = await desk.reports(source.id);
    expect(report).toMatchObject({ text: body, origin: 'api', sourceId: source.id, receivedBy: source.id, sha256: createHash('sha256').update(body).digest('hex'), periodId: day });
    expect(report!.facts).toEqual({ pages: [{ url: `${api.url}/all`, bytes: Buffer.byteLength(body), sha256: report!.sha256, status: 200, rows: 1, receivedAt: expect.any(String) }] });
    expect(desk.woken).toContain(report!.id);
  });

  test('by offset, to the first empty page, also where the server gives less than it is asked for', async () => {
    const source = await desk.source('api', settings('/offset?offset={offset}&limit={limit}', { paging: BY_OFFSET }));
    const small = (from: number) => says(JSON.stringify({ data: api.rows.slice(from, from + 3) }));
    api.faults = [small(0), small(3), leave, leave];
    await desk.look('pullApi', day, source.id);
    expect(api.asked.map(({ query }) => query.get('offset'))).toEqual(['0', '3', '6', '10']);
    const { text, facts } = (await desk.reports(source.id))[0]!;
    expect(rowsIn(text)).toEqual(api.rows);
    const pages = facts!['pages'] as { bytes: number }[];
    expect(pages).toHaveLength(4);
    expect(pages.reduce((sum, { bytes }) => sum + bytes, 3)).toBe(Buffer.byteLength(text));
  });

  test('by offset, to the total', async () => {
    const source = await desk.source('api', settings('/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }));
    await desk.look('pullApi', day, source.id);
    expect(api.asked.map(({ query }) => query.get('offset'))).toEqual(['0', '4', '8']);
  });

  test.each([['cursor', '/cursor?after={cursor}&limit={limit}', BY_CURSOR], ['Link header', '/link?limit={limit}', { ...BY_CURSOR, next: { link: true } }]] as const)('by %s', async (_what, path, paging) => {
    const source = await desk.source('api', settings(path, { paging, totals: { count: 'total' } }));
    await desk.look('pullApi', day, source.id);
    expect(api.asked).toHaveLength(3);
    expect(api.asked[0]!.path).not.toContain('after');
    expect(rowsIn((await desk.reports(source.id))[0]!.text)).toEqual(api.rows);
  });

  test('a cursor that repeats ends the pull, and nothing is taken', async () => {
    api.faults = Array.from({ length: 5 }, () => says('{"data":[{"ticket":1}],"next":"again"}'));
    const source = await desk.source('api', settings('/cursor?after={cursor}', { paging: BY_CURSOR }));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toMatchObject({ code: 'SOURCE_CURSOR_REPEATS' });
    expect(await desk.reports(source.id)).toEqual([]);
  });

  test('a next page at another host is not followed', async () => {
    api.faults = [says('{"data":[{"ticket":1}]}', { link: '<http://evil.example/steal>; rel=next' })];
    const source = await desk.source('api', settings('/link', { paging: { ...BY_CURSOR, next: { link: true } } }));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toMatchObject({ code: 'SOURCE_LEADS_ELSEWHERE' });
  });

  test('a total that changes between pages begins the pull anew, and is a problem in the end', async () => {
    const source = await desk.source('api', settings('/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }));
    let asked = 0;
    api.total = () => (++asked === 1 ? 9 : 10);
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    expect(api.asked.map(({ query }) => query.get('offset'))).toEqual(['0', '4', '0', '4', '8']);
    api.total = () => 100 + asked++;
    const other = await desk.source('api', settings('/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }));
    expect(await desk.look('pullApi', day, other.id)).toEqual({ received: 0 });
    expect(await desk.problem(other.id)).toMatchObject({ code: 'SOURCE_MOVES' });
  });

  test('a count that the pages do not have is a problem', async () => {
    api.total = () => 11;
    const source = await desk.source('api', settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR, totals: { count: 'total' } }));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toMatchObject({ code: 'SOURCE_TOTALS_DIFFER', message: expect.stringContaining('11 rows') });
    expect(await desk.reports(source.id)).toEqual([]);
  });

  test.each([['a page', { maxPageBytes: 200 }, 'SOURCE_TOO_LARGE'], ['a report', { maxBytes: 900 }, 'SOURCE_TOO_LARGE'], ['pages', { maxPages: 2 }, 'SOURCE_TOO_MANY_PAGES']])('no more than %s may be', async (_what, own, code) => {
    const source = await desk.source('api', settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    expect(await desk.look('pullApi', day, source.id, { settings: own })).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toMatchObject({ code });
  });
});

describe('who asks', () => {
  const SIGNED = {
    kind: 'signed', canonical: '{method}\n{path}\n{timestamp}\n{bodyHash}', keyId: SIGNING.keyId, headers: { signature: 'x-signature', timestamp: 'x-time', keyId: 'x-key' },
    prefix: '', encoding: 'base64', timestamp: 'epochSeconds', secretEncoding: 'text',
  } as const;
  test('by bearer', async () => {
    const source = await desk.source('api', settings('/secure/all', { auth: { kind: 'bearer' } }), 'token-1');
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
  });
  test.each([[{ kind: 'basic', user: 'ib' } as const, 'authorization', `Basic ${Buffer.from('ib:s3cret').toString('base64')}`], [{ kind: 'header', name: 'x-api-key', prefix: 'Key ' } as const, 'x-api-key', 'Key s3cret']])('%o', async (auth, header, value) => {
    const source = await desk.source('api', settings('/all', { auth }), 's3cret');
    await desk.look('pullApi', day, source.id);
    expect(api.asked[0]!.headers[header]).toBe(value);
  });
  test('by signature, over GET and POST', async () => {
    const get = await desk.source('api', settings('/signed/all?from={from}', { auth: SIGNED }), SIGNING.secret);
    expect(await desk.look('pullApi', day, get.id)).toEqual({ received: 1 });
    const post = await desk.source('api', settings('/signed/all', { auth: SIGNED, method: 'POST', body: '{"from":"{from}"}' }), SIGNING.secret);
    expect(await desk.look('pullApi', day, post.id)).toEqual({ received: 1 });
  });
  test('a wrong signature is kept as a problem, without the secret', async () => {
    const source = await desk.source('api', settings('/signed/all', { auth: SIGNED }), 'another-secret');
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    const problem = await desk.problem(source.id);
    expect(problem).toMatchObject({ code: 'SOURCE_REFUSES_US' });
    expect(JSON.stringify(problem)).not.toContain('another-secret');
  });
});

describe('a source that fails', () => {
  const failing = async (faults: BrokerApi['faults'], own: Partial<ApiSourceSettings> = {}): Promise<{ error: unknown; problem: { code: string } | null }> => {
    api.faults = faults;
    const source = await desk.source('api', settings('/all', own));
    const error: unknown = await desk.look('pullApi', day, source.id).then((answer) => answer, (failure: unknown) => failure);
    expect(await desk.reports(source.id)).toEqual([]);
    return { error, problem: await desk.problem(source.id) };
  };
  test.each([['seconds', '7', 7_000], ['a date', new Date(Date.now() + 3_600_000 * 5).toUTCString(), 3_600_000]])('429 is tried again when the server says, by %s', async (_what, header, delay) => {
    const { error, problem } = await failing([status(429, { 'retry-after': header })]);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ nonRetryable: false, type: 'SOURCE_BUSY', nextRetryDelay: delay });
    expect(problem).toMatchObject({ code: 'SOURCE_BUSY' });
  });
  test.each([
    ['500', status(500), 'SOURCE_FAILING'], ['503', status(503), 'SOURCE_FAILING'],
    ['a body that is cut', cutAfter('{"data":[', { 'content-length': '1000' }), 'SOURCE_CONNECTION_CLOSED'],
    ['a chunked body that is cut', cutAfter('{"data":[]'), 'SOURCE_CONNECTION_CLOSED'],
    ['silence', silent, 'SOURCE_TIMEOUT'],
    ['silence in the middle', silentAfter, 'SOURCE_TIMEOUT'],
  ] as const)('%s is tried again by the profile', async (_what, fault, code) => {
    const { error, problem } = await failing([fault]);
    expect(error).toMatchObject({ nonRetryable: false, type: code });
    expect(problem).toMatchObject({ code });
  });
  test.each([
    ['301', status(301, { location: 'http://evil.example/' }), 'SOURCE_REDIRECTS'], ['401', status(401), 'SOURCE_REFUSES_US'], ['403', status(403), 'SOURCE_REFUSES_US'], ['404', status(404), 'SOURCE_NOT_THERE'], ['422', status(422), 'SOURCE_REFUSED'],
    ['a page of HTML', says('<html>maintenance</html>'), 'SOURCE_ANSWER_UNREADABLE'], ['half a document', says('{"data":[{"ticket":1}'), 'SOURCE_ANSWER_UNREADABLE'], ['no rows', says('{"rows":[]}'), 'SOURCE_ANSWER_UNREADABLE'],
    ['bytes that are no UTF-8', latin1, 'SOURCE_ANSWER_UNREADABLE'],
    ['an encoding', says('{}', { 'content-encoding': 'gzip' }), 'SOURCE_ANSWER_UNREADABLE'],
  ] as const)('%s is kept as a problem', async (_what, fault, code) => {
    const { error, problem } = await failing([fault]);
    expect(error).toEqual({ received: 0 });
    expect(problem).toMatchObject({ code });
  });
  test('a later page that is asked too early is waited for, without beginning anew', async () => {
    api.faults = [leave, status(429, { 'retry-after': '1' })];
    const source = await desk.source('api', settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    expect(api.asked).toHaveLength(4);
    expect(await desk.problem(source.id)).toBeNull();
  });
  test('a server that refuses the connection, and a name that leads nowhere', async () => {
    const closed = await brokerApi();
    await closed.close();
    const source = await desk.source('api', settings('', { url: `${closed.url}/all` }));
    await expect(desk.look('pullApi', day, source.id)).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_REFUSED', nonRetryable: false });
    await expect(desk.look('pullApi', day, source.id, { resolve: async () => [] })).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_REFUSED' });
    const named = await desk.source('api', settings('', { url: 'http://api.broker.example/all' }));
    await expect(desk.look('pullApi', day, named.id, { resolve: async () => [] })).rejects.toMatchObject({ type: 'SOURCE_DNS_FAILED' });
  });
  test('a name that leads into a private network is not asked', async () => {
    const source = await desk.source('api', settings('', { url: 'https://api.broker.example/all' }));
    expect(await desk.look('pullApi', day, source.id, { settings: { allowPrivate: false }, resolve: async () => [{ address: '8.8.8.8', family: 4 }, { address: '10.0.0.7', family: 4 }] })).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toMatchObject({ code: 'SOURCE_ADDRESS_NOT_PUBLIC' });
    const plain = await desk.source('api', settings('/all'));
    expect(await desk.look('pullApi', day, plain.id, { settings: { allowPrivate: false } })).toEqual({ received: 0 });
    expect(await desk.problem(plain.id)).toMatchObject({ code: 'SOURCE_URL_NOT_ALLOWED' });
  });
});

describe('ready or not', () => {
  const READY = { path: 'meta.state', value: 'final' };
  test.each([['it says so', '{"meta":{"state":"running"},"data":[{"ticket":1}]}'], ['it has no rows yet', '{"data":null,"meta":{"state":"running"}}'], ['it says nothing', '{}']])('not while %s', async (_what, body) => {
    const source = await desk.source('api', settings('/all', { ready: READY }));
    api.faults = [says(body), says('{"meta":{"state":"final"},"data":[{"ticket":1}]}')];
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toBeNull();
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
  });
  test('no rows are either no report yet, or a day without trades', async () => {
    api.rows = [];
    const waiting = await desk.source('api', settings('/all'));
    expect(await desk.look('pullApi', day, waiting.id)).toEqual({ received: 0 });
    const quiet = await desk.source('api', settings('/all', { emptyMeans: 'noTrades' }));
    expect(await desk.look('pullApi', day, quiet.id)).toEqual({ received: 1 });
    api.faults = [noContent];
    expect(await desk.look('pullApi', await desk.period(29), quiet.id, { asOf: '2026-12-01T00:00:00.000Z' })).toEqual({ received: 0 });
  });
});

describe('once more', () => {
  test('the same is not taken twice, another content is the next version', async () => {
    const source = await desk.source('api', settings('/all'));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    api.rows = rowsOf(11);
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    expect((await desk.reports(source.id)).map(({ periodId }) => periodId)).toEqual([day, day]);
  });
  test('an API that goes back to what it said first is taken again', async () => {
    const source = await desk.source('api', settings('/all'));
    for (const count of [3, 4, 3]) {
      api.rows = rowsOf(count);
      expect([await desk.look('pullApi', day, source.id), await desk.look('pullApi', day, source.id)]).toEqual([{ received: 1 }, { received: 0 }]);
    }
    expect((await desk.reports(source.id)).map(({ text }) => (JSON.parse(text) as { data: object[] }).data.length)).toEqual([3, 4, 3]);
  });
  test('before its report is due an API is asked only where it says when it is ready; what an operator took earlier is asked for once more', async () => {
    const early = '2026-11-19T06:00:00.000Z';
    await desk.pool.query(
      `WITH c AS (INSERT INTO report_calendar (id, broker_id, version, effective_from, cadence, zone, expected_after, overdue_after, escalated_after, created_by, created_at)
         SELECT 'cal_' || $1, 'alpha', count(*) + 1, now(), 'day', 'UTC', 'PT6H', 'PT12H', 'P2D', 'op', now() FROM report_calendar RETURNING id)
       UPDATE report_period SET calendar_id = (SELECT id FROM c), due_at = '2026-11-20T05:00Z', overdue_at = '2026-11-20T12:00Z', escalated_at = '2026-11-21T00:00Z' WHERE id = $1`, [day]);
    const post = (sourceId: string) => desk.pool.query(
      "WITH r AS (UPDATE report SET state = 'posted', posted_at = received_at WHERE source_id = $2 AND state = 'received' RETURNING no) UPDATE report_period SET latest_report_no = (SELECT max(no) FROM r) WHERE id = $1", [day, sourceId]);
    const source = await desk.source('api', settings('/all'));
    expect(await sourcesToPoll(desk.pool, day, early)).not.toContainEqual(expect.objectContaining({ sourceId: source.id }));
    expect(await desk.look('pullApi', day, source.id, { asOf: early })).toEqual({ received: 0 });
    expect(await desk.look('pullApi', day, source.id, { asOf: early, again: true })).toEqual({ received: 1 });
    await post(source.id);
    expect(await isExpected(desk.pool, day)).toBe(true);
    expect(await sourcesToPoll(desk.pool, day, AS_OF)).toContainEqual(expect.objectContaining({ sourceId: source.id }));
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    await desk.pool.query("UPDATE report SET state = 'unchanged' WHERE source_id = $1 AND state = 'received'", [source.id]);
    expect(await isExpected(desk.pool, day)).toBe(false);
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
  });
  test('an API that says when it is ready is asked as soon as the period is over', async () => {
    const ready = await desk.source('api', settings('/all', { ready: { path: 'meta.state', value: 'closed' } }));
    expect(await sourcesToPoll(desk.pool, day, '2026-11-01T00:00:00.000Z')).toContainEqual(expect.objectContaining({ sourceId: ready.id }));
  });
  test('two workers at once take it once', async () => {
    const source = await desk.source('api', settings('/all'));
    const answers = await Promise.all([1, 2, 3, 4].map(() => desk.look('pullApi', day, source.id)));
    expect(answers.map(({ received }) => received).toSorted()).toEqual([0, 0, 0, 1]);
    expect(await desk.reports(source.id)).toHaveLength(1);
  });
  test('a posted period is asked for only where an operator wants it', async () => {
    const source = await desk.source('api', settings('/all'));
    await desk.look('pullApi', day, source.id);
    await desk.pool.query('UPDATE report_period p SET latest_report_no = (SELECT no FROM report WHERE source_id = $2) WHERE p.id = $1', [day, source.id]);
    api.rows = rowsOf(12);
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(await desk.look('pullApi', day, source.id, { again: true })).toEqual({ received: 1 });
  });
  test('a profile that is missing is kept as a problem', async () => {
    const source = await desk.source('api', settings('/all'), null, 'none-such');
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 0 });
    expect(await desk.problem(source.id)).toMatchObject({ code: 'PROFILE_MISSING' });
  });
  test('a test takes nothing and says what there is', async () => {
    const source = await desk.source('api', settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    expect(await desk.test(source.id)).toMatchObject({ state: 'done', found: { ready: true, pages: 3, rows: 10 }, problem: null });
    api.faults = [status(403)];
    expect(await desk.test(source.id)).toMatchObject({ state: 'done', found: null, problem: { code: 'SOURCE_REFUSES_US' } });
    expect(await desk.reports(source.id)).toEqual([]);
  });
  test('another format is kept as it comes', async () => {
    api.faults = [says('ticket;lots\r\n1;0.10\r\n', { 'content-type': 'text/csv' })];
    const source = await desk.source('api', settings('/all'), null, 'csv');
    expect(await desk.look('pullApi', day, source.id)).toEqual({ received: 1 });
    expect(await desk.reports(source.id)).toMatchObject([{ text: 'ticket;lots\r\n1;0.10\r\n', fileName: expect.stringMatching(/\.csv$/) }]);
  });
});
