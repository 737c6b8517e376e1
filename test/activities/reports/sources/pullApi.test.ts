import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import type { ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { brokerApi, type BrokerApi, type Fault, leave, says, SIGNING, status } from './brokerApi.ts';
import { BY_CURSOR, BY_OFFSET, pullWorld, rowsOf } from './pullWorld.ts';

const w = pullWorld();
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
/** The rows of the pages of a kept file. */
const rowsIn = (text: string): object[] => text.split('\n').flatMap((page) => (JSON.parse(page) as { data: object[] }).data);

describe('what is asked for', () => {
  test.each([
    ['iso', 'UTC', 'last', '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z', '2026-11-02', '2026-11-02'],
    ['iso', 'Europe/Athens', 'after', '2026-11-02T02:00:00+02:00', '2026-11-03T02:00:00+02:00', '2026-11-02', '2026-11-03'],
    ['epochMillis', 'UTC', 'last', '1793577600000', '1793664000000', '2026-11-02', '2026-11-02'],
    ['epochSeconds', 'America/New_York', 'last', '1793577600', '1793664000', '2026-11-01', '2026-11-02'],
    ['yyyy.MM.dd HH:mm', '+05:30', 'last', '2026.11.02 05:30', '2026.11.03 05:30', '2026-11-02', '2026-11-03'],
  ] as const)('%s in %s', async (format, zone, toDate, from, to, fromDate, lastDate) => {
    const period = await w.desk.period(2);
    const source = await w.desk.source('api', w.settings('/all?from={from}&to={to}&d1={fromDate}&d2={toDate}', { times: { format, dateFormat: 'yyyy-MM-dd', zone, toDate } }));
    expect(await w.desk.look('pullApi', period, source.id)).toEqual({ received: 1 });
    expect(Object.fromEntries(w.api.asked[0]!.query)).toEqual({ from, to, d1: fromDate, d2: lastDate });
  });

  test('a POST with a body, whose values are written as in JSON', async () => {
    const period = await w.desk.period(2);
    const source = await w.desk.source('api', w.settings('/all', { method: 'POST', body: '{"day":"{fromDate}","after":"{cursor}"}', headers: { 'x-ib': '77' } }));
    await w.desk.look('pullApi', period, source.id);
    expect(w.api.asked[0]).toMatchObject({ method: 'POST', body: '{"day":"2026-11-02","after":""}', headers: { 'content-type': 'application/json', 'x-ib': '77' } });
  });

  test('nothing before the period is over, nor of a source that is paused', async () => {
    const source = await w.desk.source('api', w.settings('/all'));
    expect(await w.desk.look('pullApi', await w.desk.period(2), source.id, { asOf: '2026-11-02T23:59:59.999Z' })).toEqual({ received: 0 });
    await w.desk.pool.query("UPDATE report_source SET state = 'paused' WHERE id = $1", [source.id]);
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(w.api.asked).toEqual([]);
  });
});

describe('pages', () => {
  test('one page is kept exactly as it came', async () => {
    const body = '\ufeff{ "data" : [ {"ticket":1, "lots":0.10} ],\r\n "total":1 }\n';
    w.api.faults = [says(body)];
    const source = await w.desk.source('api', w.settings('/all'));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    const [report] = await w.desk.reports(source.id);
    expect(report).toMatchObject({ text: body, origin: 'api', sourceId: source.id, receivedBy: source.id, sha256: createHash('sha256').update(body).digest('hex'), periodId: w.day });
    expect(report!.facts).toEqual({ pages: [{ url: `${w.api.url}/all`, bytes: Buffer.byteLength(body), sha256: report!.sha256, status: 200, rows: 1, receivedAt: expect.any(String) }] });
    expect(w.desk.woken).toContain(report!.id);
  });

  test('by offset, to the first empty page, also where the server gives less than it is asked for', async () => {
    const source = await w.desk.source('api', w.settings('/offset?offset={offset}&limit={limit}', { paging: BY_OFFSET }));
    const small = (from: number) => says(JSON.stringify({ data: w.api.rows.slice(from, from + 3) }));
    w.api.faults = [small(0), small(3), leave, leave];
    await w.desk.look('pullApi', w.day, source.id);
    expect(w.api.asked.map(({ query }) => query.get('offset'))).toEqual(['0', '3', '6', '10', '0', '4', '8', '10']);
    const { text, facts } = (await w.desk.reports(source.id))[0]!;
    expect(rowsIn(text)).toEqual(w.api.rows);
    const pages = facts!['pages'] as { bytes: number }[];
    expect(pages).toHaveLength(4);
    expect(pages.reduce((sum, { bytes }) => sum + bytes, 3)).toBe(Buffer.byteLength(text));
  });

  test('by offset, to the total', async () => {
    const source = await w.desk.source('api', w.settings('/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }));
    await w.desk.look('pullApi', w.day, source.id);
    expect(w.api.asked.map(({ query }) => query.get('offset'))).toEqual(['0', '4', '8', '0', '4', '8']);
  });

  test.each([['cursor', '/cursor?after={cursor}&limit={limit}', BY_CURSOR], ['Link header', '/link?limit={limit}', { ...BY_CURSOR, next: { link: true } }]] as const)('by %s', async (_what, path, paging) => {
    const source = await w.desk.source('api', w.settings(path, { paging, totals: { count: 'total' } }));
    await w.desk.look('pullApi', w.day, source.id);
    expect(w.api.asked).toHaveLength(6);
    expect(w.api.asked[0]!.path).not.toContain('after');
    expect(rowsIn((await w.desk.reports(source.id))[0]!.text)).toEqual(w.api.rows);
  });

  test('a cursor that repeats ends the pull, and nothing is taken', async () => {
    w.api.faults = Array.from({ length: 5 }, () => says('{"data":[{"ticket":1}],"next":"again"}'));
    const source = await w.desk.source('api', w.settings('/cursor?after={cursor}', { paging: BY_CURSOR }));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code: 'SOURCE_CURSOR_REPEATS' });
    expect(await w.desk.reports(source.id)).toEqual([]);
  });

  test('a next page at another host is not followed', async () => {
    w.api.faults = [says('{"data":[{"ticket":1}]}', { link: '<http://evil.example/steal>; rel=next' })];
    const source = await w.desk.source('api', w.settings('/link', { paging: { ...BY_CURSOR, next: { link: true } } }));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code: 'SOURCE_LEADS_ELSEWHERE' });
  });

  test('a total that changes between pages begins the pull anew, and is a problem in the end', async () => {
    const source = await w.desk.source('api', w.settings('/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }));
    let asked = 0;
    w.api.total = () => (++asked === 1 ? 9 : 10);
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    expect(w.api.asked.map(({ query }) => query.get('offset'))).toEqual(['0', '4', '0', '4', '8', '0', '4', '8']);
    w.api.total = () => 100 + asked++;
    const other = await w.desk.source('api', w.settings('/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }));
    expect(await w.desk.look('pullApi', w.day, other.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(other.id)).toMatchObject({ code: 'SOURCE_MOVES' });
  });

  const kinds = [
    ['offset', '/offset?offset={offset}&limit={limit}', { paging: BY_OFFSET }], ['offset to the total', '/offset?offset={offset}&limit={limit}', { paging: { ...BY_OFFSET, total: 'total' } }],
    ['cursor', '/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR, totals: { count: 'total' } }], ['Link header', '/link?limit={limit}', { paging: { ...BY_CURSOR, next: { link: true } }, totals: { count: 'total' } }],
  ] as const;
  describe.each(kinds)('a row that goes while another comes, so that every count stays, by %s', (_what, path, own) => {
    test.each([1, 2].flatMap((after) => [0, 4, 7].map((gone) => [gone, after] as const)))('row %i goes after page %i: it begins anew, and no row is lost', async (gone, after) => {
      const source = await w.desk.source('api', w.settings(path, own));
      const moves: Fault = () => {
        w.api.rows = [...w.api.rows.toSpliced(gone, 1), { ...rowsOf(1)[0]!, ticket: '999' }];
        return false;
      };
      w.api.faults = [...Array.from({ length: after }, () => leave), moves];
      expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
      expect(rowsIn((await w.desk.reports(source.id))[0]!.text)).toEqual(w.api.rows);
    });
  });
  test('rows that never stand still are a problem in the end; what stands beside them may change', async () => {
    const source = await w.desk.source('api', w.settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    let asked = 0;
    w.api.faults = Array.from({ length: 40 }, (): Fault => () => {
      w.api.rows = [...w.api.rows.slice(1), { ...rowsOf(1)[0]!, ticket: String(asked++) }];
      return false;
    });
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code: 'SOURCE_MOVES' });
    expect(asked).toBe(12);
    const page = (at: number, next: string | null) => says(JSON.stringify({ at, data: rowsOf(2), next }));
    w.api.faults = [page(1, 'b'), page(2, null), page(3, 'other'), page(4, null)];
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
  });

  test('a count that the pages do not have is a problem', async () => {
    w.api.total = () => 11;
    const source = await w.desk.source('api', w.settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR, totals: { count: 'total' } }));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code: 'SOURCE_TOTALS_DIFFER', message: expect.stringContaining('11 rows') });
    expect(await w.desk.reports(source.id)).toEqual([]);
  });

  test.each([['a page', { maxPageBytes: 200 }, 'SOURCE_TOO_LARGE'], ['a report', { maxBytes: 900 }, 'SOURCE_TOO_LARGE'], ['pages', { maxPages: 2 }, 'SOURCE_TOO_MANY_PAGES']])('no more than %s may be', async (_what, own, code) => {
    const source = await w.desk.source('api', w.settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    expect(await w.desk.look('pullApi', w.day, source.id, { settings: own })).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code });
  });
});

describe('who asks', () => {
  const SIGNED = {
    kind: 'signed', canonical: '{method}\n{path}\n{timestamp}\n{bodyHash}', keyId: SIGNING.keyId, headers: { signature: 'x-signature', timestamp: 'x-time', keyId: 'x-key' },
    prefix: '', encoding: 'base64', timestamp: 'epochSeconds', secretEncoding: 'text',
  } as const;
  test('by bearer', async () => {
    const source = await w.desk.source('api', w.settings('/secure/all', { auth: { kind: 'bearer' } }), 'token-1');
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
  });
  test.each([[{ kind: 'basic', user: 'ib' } as const, 'authorization', `Basic ${Buffer.from('ib:s3cret').toString('base64')}`], [{ kind: 'header', name: 'x-api-key', prefix: 'Key ' } as const, 'x-api-key', 'Key s3cret']])('%o', async (auth, header, value) => {
    const source = await w.desk.source('api', w.settings('/all', { auth }), 's3cret');
    await w.desk.look('pullApi', w.day, source.id);
    expect(w.api.asked[0]!.headers[header]).toBe(value);
  });
  test('by signature, over GET and POST', async () => {
    const get = await w.desk.source('api', w.settings('/signed/all?from={from}', { auth: SIGNED }), SIGNING.secret);
    expect(await w.desk.look('pullApi', w.day, get.id)).toEqual({ received: 1 });
    const post = await w.desk.source('api', w.settings('/signed/all', { auth: SIGNED, method: 'POST', body: '{"from":"{from}"}' }), SIGNING.secret);
    expect(await w.desk.look('pullApi', w.day, post.id)).toEqual({ received: 1 });
  });
  test('a wrong signature is kept as a problem, without the secret', async () => {
    const source = await w.desk.source('api', w.settings('/signed/all', { auth: SIGNED }), 'another-secret');
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 0 });
    const problem = await w.desk.problem(source.id);
    expect(problem).toMatchObject({ code: 'SOURCE_REFUSES_US' });
    expect(JSON.stringify(problem)).not.toContain('another-secret');
  });
});

describe('a source that fails', () => {
  const failing = async (faults: BrokerApi['faults'], own: Partial<ApiSourceSettings> = {}): Promise<{ error: unknown; problem: { code: string } | null }> => {
    w.api.faults = faults;
    const source = await w.desk.source('api', w.settings('/all', own));
    const error: unknown = await w.desk.look('pullApi', w.day, source.id).then((answer) => answer, (failure: unknown) => failure);
    expect(await w.desk.reports(source.id)).toEqual([]);
    return { error, problem: await w.desk.problem(source.id) };
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
    w.api.faults = [leave, status(429, { 'retry-after': '1' })];
    const source = await w.desk.source('api', w.settings('/cursor?after={cursor}&limit={limit}', { paging: BY_CURSOR }));
    expect(await w.desk.look('pullApi', w.day, source.id)).toEqual({ received: 1 });
    expect(w.api.asked).toHaveLength(7);
    expect(await w.desk.problem(source.id)).toBeNull();
  });
  test('a server that refuses the connection, and a name that leads nowhere', async () => {
    const closed = await brokerApi();
    await closed.close();
    const source = await w.desk.source('api', w.settings('', { url: `${closed.url}/all` }));
    await expect(w.desk.look('pullApi', w.day, source.id)).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_REFUSED', nonRetryable: false });
    await expect(w.desk.look('pullApi', w.day, source.id, { resolve: async () => [] })).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_REFUSED' });
    const named = await w.desk.source('api', w.settings('', { url: 'http://api.broker.example/all' }));
    await expect(w.desk.look('pullApi', w.day, named.id, { resolve: async () => [] })).rejects.toMatchObject({ type: 'SOURCE_DNS_FAILED' });
  });
  test('a name that leads into a private network is not asked', async () => {
    const source = await w.desk.source('api', w.settings('', { url: 'https://api.broker.example/all' }));
    expect(await w.desk.look('pullApi', w.day, source.id, { settings: { allowPrivate: false }, resolve: async () => [{ address: '8.8.8.8', family: 4 }, { address: '10.0.0.7', family: 4 }] })).toEqual({ received: 0 });
    expect(await w.desk.problem(source.id)).toMatchObject({ code: 'SOURCE_ADDRESS_NOT_PUBLIC' });
    const plain = await w.desk.source('api', w.settings('/all'));
    expect(await w.desk.look('pullApi', w.day, plain.id, { settings: { allowPrivate: false } })).toEqual({ received: 0 });
    expect(await w.desk.problem(plain.id)).toMatchObject({ code: 'SOURCE_URL_NOT_ALLOWED' });
  });
});
