import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
// @ts-expect-error it comes without types
import S3rver from 's3rver';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { S3SourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { type Asked, brokerApi, type BrokerApi, says, status } from './brokerApi.ts';
import { sourceDesk, type SourceDesk } from './desk.ts';

const directory = mkdtempSync(join(tmpdir(), 's3-'));
const server: { run(): Promise<AddressInfo>; close(): Promise<void> } = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: 'reports', configs: [] }] });
const aws = new AwsClient({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', service: 's3', region: 'us-east-1' });
let desk: SourceDesk;
let fake: BrokerApi;
let endpoint: string;
let period: string;
let prefix: string;
let prefixes = 0;

const settings = (own: Partial<S3SourceSettings> = {}): S3SourceSettings => ({
  endpoint, region: 'us-east-1', bucket: 'reports', prefix, pathStyle: true, accessKeyId: 'S3RVER', files: '*.csv', period: { pattern: '_(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})', zone: 'UTC' }, ...own,
});
const source = (own: Partial<S3SourceSettings> = {}, secret = 'S3RVER') => desk.source('s3', settings(own), secret, 'csv');
const poll = (sourceId: string, options: Parameters<SourceDesk['look']>[3] = {}) => desk.look('pollDrop', period, sourceId, options);
const encoded = (key: string): string => key.split('/').map(encodeURIComponent).join('/');
async function put(name: string, body: string): Promise<void> {
  expect((await aws.fetch(`${endpoint}/reports/${encoded(prefix + name)}`, { method: 'PUT', body })).status).toBe(200);
}
/** Names under the present prefix, folders and all. */
async function there(): Promise<string[]> {
  const list = await (await aws.fetch(`${endpoint}/reports?list-type=2&prefix=${encodeURIComponent(prefix)}`)).text();
  return [...list.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key!.slice(prefix.length)).toSorted();
}

beforeAll(async () => {
  desk = await sourceDesk();
  fake = await brokerApi();
  const address = await server.run();
  endpoint = `http://127.0.0.1:${address.port}`;
  period = await desk.period(2);
  await desk.period(3);
});
beforeEach(() => { prefix = `drop${++prefixes}/in/`; });
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
  await fake.close();
  await desk.close();
});

test('each object right under the prefix goes into the period of its name, and stays', async () => {
  const { id } = await source();
  const odd = 'trades & co + 50%_2026-11-03 (é).csv';
  await put('t_2026-11-02.csv', 'one\r\n');
  await put(odd, 'two');
  await put('older/t_2026-11-02.csv', 'in a folder');
  await put('t_2026-11-02.txt', 'another kind');
  expect(await poll(id)).toEqual({ received: 2 });
  const reports = await desk.reports(id);
  expect(reports.map(({ fileName, text, periodId, origin }) => [fileName, text, periodId === period, origin]).toSorted()).toEqual([['t_2026-11-02.csv', 'one\r\n', true, 's3'], [odd, 'two', false, 's3']]);
  expect(await poll(id)).toEqual({ received: 0 });
  expect(await there()).toHaveLength(4);
  await put('t_2026-11-02.csv', 'one again');
  expect(await poll(id)).toEqual({ received: 1 });
  // Back to what it said first: nobody knows whether the broker means it, and an operator is told, once.
  await put('t_2026-11-02.csv', 'one\r\n');
  expect(await poll(id)).toEqual({ received: 0 });
  expect(await desk.problem(id)).toMatchObject({ message: expect.stringContaining('gave something newer since') });
  expect(await poll(id)).toEqual({ received: 0 });
  expect((await desk.reports(id)).map(({ text }) => text)).toHaveLength(3);
  expect(await desk.problem(id)).toBeNull();
});

test('an object of one name for every day: what says the same a day later is that day’s, and is taken once', async () => {
  const { id } = await source({ period: undefined });
  const only = async (day: number): Promise<string> => {
    const own = await desk.period(day);
    await desk.pool.query("UPDATE report_period SET closed_at = '2026-09-01', closed_by = 'op', close_reason = 'other' WHERE id <> $1 AND closed_at IS NULL", [own]);
    return own;
  };
  const first = await only(16);
  await put('report.csv', 'no trades');
  // Written a day ago.
  utimesSync(join(directory, 'reports', prefix, 'report.csv._S3rver_object'), new Date(Date.now() - 86_400_000), new Date(Date.now() - 86_400_000));
  expect([await desk.look('pollDrop', first, id), await desk.look('pollDrop', first, id)]).toEqual([{ received: 1 }, { received: 0 }]);
  const second = await only(17);
  expect(await desk.look('pollDrop', second, id)).toEqual({ received: 0 });
  await put('report.csv', 'no trades');
  expect([await desk.look('pollDrop', second, id), await desk.look('pollDrop', second, id)]).toEqual([{ received: 1 }, { received: 0 }]);
  expect((await desk.reports(id)).map(({ periodId }) => periodId)).toEqual([first, second]);
  await desk.pool.query('UPDATE report_period SET reopened_at = now() WHERE closed_at IS NOT NULL');
});

test('moved where the settings say so, the failed ones elsewhere', async () => {
  const { id } = await source({ donePrefix: `${prefix}done/`, failedPrefix: `${prefix}failed/` });
  await put('t_2026-11-02.csv', 'one');
  await put('nameless.csv', 'two');
  expect(await poll(id)).toEqual({ received: 1 });
  expect(await there()).toEqual([expect.stringMatching(/^done\/\d{8}T\d+Z_t_2026-11-02\.csv$/), expect.stringMatching(/^failed\/.*_nameless\.csv$/)]);
  expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN' });
  await put('t_2026-11-02.csv', 'one');
  expect(await poll(id)).toEqual({ received: 0 });
  expect((await there()).filter((name) => !name.includes('/'))).toEqual([]);
});

test('two workers at once take each object once', async () => {
  const { id } = await source({ donePrefix: `${prefix}done/` });
  for (const day of ['02', '03']) await put(`t_2026-11-${day}.csv`, day);
  // s3rver itself answers with 500 to a list while an object goes away: such a look is tried again, as Temporal would.
  await Promise.allSettled([1, 2, 3].map(() => poll(id)));
  await poll(id);
  expect((await desk.reports(id)).map(({ text }) => text).toSorted()).toEqual(['02', '03']);
  expect((await there()).filter((name) => !name.includes('/'))).toEqual([]);
});

test('a test says what is there', async () => {
  const { id } = await source();
  await put('t_2026-11-02.csv', 'one');
  expect(await desk.test(id)).toMatchObject({ found: { files: [{ name: 't_2026-11-02.csv', bytes: 3, taken: false, period: { from: '2026-11-02T00:00:00.000Z' } }], more: false } });
});

/** By the words of Amazon's own description of the signature. */
function authorizationOf({ method, path, headers }: Asked, secret: string): string {
  const signedHeaders = /SignedHeaders=([^,]+)/.exec(headers.authorization!)![1]!;
  const [uri, query = ''] = path.split('?') as [string, string?];
  const canonical = [method, uri, query.split('&').toSorted().join('&'), ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name])}`), '', signedHeaders, headers['x-amz-content-sha256']].join('\n');
  const time = String(headers['x-amz-date']);
  const scope = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request'];
  const key = scope.reduce<string | Buffer>((with_, part) => createHmac('sha256', with_).update(part).digest(), `AWS4${secret}`);
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join('\n');
  return `AWS4-HMAC-SHA256 Credential=S3RVER/${scope.join('/')}, SignedHeaders=${signedHeaders}, Signature=${createHmac('sha256', key).update(toSign).digest('hex')}`;
}

describe('problems', () => {
  test.each([['an unknown key', { accessKeyId: 'WRONG' }, 'SOURCE_REFUSES_US'], ['a bucket that is not there', { bucket: 'nothing-here' }, 'SOURCE_NOT_THERE']])('%s', async (_what, own, code) => {
    const { id } = await source(own);
    expect(await poll(id)).toEqual({ received: 0 });
    expect(await desk.problem(id)).toMatchObject({ code });
  });
  const list = (inside: string): string => `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType>${inside}</ListBucketResult>`;
  const object = (name: string, size = 3): string => `<Contents><Key>${encodeURIComponent(prefix + name)}</Key><Size>${size}</Size><ETag>&quot;1&quot;</ETag><LastModified>2026-11-04T00:00:00.000Z</LastModified></Contents>`;
  const faked = () => source({ endpoint: fake.url });

  test('every request is signed (AWS Signature Version 4, worked out here anew, as s3rver does not check it)', async () => {
    const name = 'a & b+c (é) 100%_2026-11-02.csv';
    fake.faults = [says(list(object(name))), says('one'), (_asked, response) => { response.writeHead(200, { etag: '"1"' }).end(); return true; }, says('<CopyObjectResult/>'), (_asked, response) => { response.writeHead(200, { etag: '"1"' }).end(); return true; }, status(204)];
    fake.asked = [];
    const { id } = await source({ endpoint: fake.url, donePrefix: 'done it/' }, 'the-secret');
    expect(await poll(id)).toEqual({ received: 1 });
    expect(fake.asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'HEAD', 'PUT', 'HEAD', 'DELETE']);
    for (const asked of fake.asked) expect(asked.headers.authorization).toBe(authorizationOf(asked, 'the-secret'));
    expect(fake.asked[3]!.headers['x-amz-copy-source']).toBe(`/reports/${prefix}${encodeURIComponent(name).replace('(', '%28').replace(')', '%29')}`);
  });
  test('a list of several parts is read whole', async () => {
    fake.faults = [says(list(`${object('a_2026-11-02.csv')}<IsTruncated>true</IsTruncated><NextContinuationToken>to+ken/=</NextContinuationToken>`)), says(list(`${object('b_2026-11-03.csv')}<IsTruncated>false</IsTruncated>`))];
    const { id } = await faked();
    expect((await desk.test(id))['found']).toMatchObject({ files: [{ name: 'a_2026-11-02.csv' }, { name: 'b_2026-11-03.csv' }] });
    expect(fake.asked.at(-1)!.query.get('continuation-token')).toBe('to+ken/=');
  });
  test.each([
    ['a list that never ends', () => Array.from({ length: 3 }, () => says(list('<IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken>'))), 'SOURCE_CURSOR_REPEATS'],
    ['entities', () => [says('<!DOCTYPE l [<!ENTITY a "aaaa">]><ListBucketResult>&a;</ListBucketResult>')], 'SOURCE_ANSWER_UNREADABLE'],
    ['no XML', () => [says('<ListBucketResult><Contents></ListBucketResult>')], 'SOURCE_ANSWER_UNREADABLE'],
    ['something else', () => [says('{"data":[]}')], 'SOURCE_ANSWER_UNREADABLE'],
    ['another region', () => [status(301)], 'SOURCE_REDIRECTS'],
  ])('%s', async (_what, faults, code) => {
    fake.faults = faults();
    const { id } = await faked();
    expect(await poll(id)).toEqual({ received: 0 });
    expect(await desk.problem(id)).toMatchObject({ code });
  });
  test('a busy bucket is tried again when it says', async () => {
    fake.faults = [status(503, { 'retry-after': '9' })];
    const { id } = await faked();
    await expect(poll(id)).rejects.toMatchObject({ type: 'SOURCE_FAILING', nextRetryDelay: 9_000 });
  });
  test('an object that is replaced while it is read is left for the next look', async () => {
    fake.faults = [says(list(object('a_2026-11-02.csv'))), says('one'), (_asked, response) => { response.writeHead(200, { etag: '"2"' }).end(); return true; }];
    const { id } = await faked();
    expect(await poll(id)).toEqual({ received: 0 });
    expect([await desk.reports(id), await desk.problem(id)]).toEqual([[], null]);
  });
  test('a name that would lead out of the prefix is left alone', async () => {
    fake.faults = [says(list(object('..') + object('x\u0001_2026-11-02.csv')))];
    const { id } = await source({ endpoint: fake.url, files: '*' });
    expect(await poll(id)).toEqual({ received: 0 });
    expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringContaining('Its name is a path') });
    expect(fake.faults).toEqual([]);
  });
});
