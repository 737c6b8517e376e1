import { read } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchReport } from '../../../../activities/reports/sources/api/fetchReport.ts';
import { closeFile } from '../../../../activities/reports/read/spool.ts';
import { systemResolver } from '../../../../activities/webhooks/addresses.ts';
import type { ApiPaging, ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { brokerApi, type BrokerApi } from './brokerApi.ts';
import { NEARBY } from './desk.ts';
import fc from '../../../support/properties.ts';

let api: BrokerApi;
beforeAll(async () => { api = await brokerApi(); });
afterAll(() => api.close());

const PATHS = { offset: '/offset?offset={offset}&limit={limit}', cursor: '/cursor?after={cursor}&limit={limit}', link: '/link?limit={limit}', none: '/all' };
const pagings = (limit: number): [string, ApiPaging][] => [
  [PATHS.offset, { kind: 'offset', limit, start: 0, end: 'empty' }], [PATHS.offset, { kind: 'offset', limit, start: 0, end: 'short' }], [PATHS.offset, { kind: 'offset', limit, start: 0, end: 'empty', total: 'total' }],
  [PATHS.cursor, { kind: 'cursor', limit, next: 'next' }], [PATHS.link, { kind: 'cursor', limit, next: { link: true } }], [PATHS.none, { kind: 'none' }],
];
const settings = (path: string, paging: ApiPaging): ApiSourceSettings => ({
  url: `${api.url}${path}`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging, emptyMeans: 'noTrades', totals: { count: 'total' },
});
async function rowsBy(path: string, paging: ApiPaging): Promise<unknown[]> {
  const fetched = await fetchReport({ settings: settings(path, paging), secret: null, rowsPath: 'data', from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' }, { settings: NEARBY, resolve: systemResolver });
  const { file, pages, rows } = fetched!;
  const text = (await promisify(read)(file.fd, Buffer.alloc(file.bytes), 0, file.bytes, 0)).buffer.toString();
  await closeFile(file.fd);
  const found = text.split('\n').flatMap((page) => (JSON.parse(page) as { data: unknown[] }).data);
  expect([rows, pages.length, pages.reduce((sum, page) => sum + page.bytes, pages.length - 1)]).toEqual([found.length, text.split('\n').length, file.bytes]);
  return found;
}

test('whatever the paging, the rows are those of one page', async () => {
  const row = fc.record({ ticket: fc.nat(), comment: fc.string(), lots: fc.constantFrom('0.10', '1e5', '12.00') });
  await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 25 }), fc.integer({ min: 1, max: 30 }), async (rows, limit) => {
    api.rows = rows;
    const one = JSON.parse(JSON.stringify(rows)) as unknown[];
    for (const [path, paging] of pagings(limit)) expect(await rowsBy(path, paging)).toEqual(one);
  }), { numRuns: 15 });
});
