import { describe, expect, test } from 'vitest';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';
import type { ReportLine, ReportSummary } from '../../../../domain/reports/line.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { bytesOf, refusal } from './fixture.ts';

const PROFILE: FileProfile = {
  format: 'json', rowsPath: 'data', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'S',
  columns: { ticket: 'id', account: 'login', symbol: 'symbol', lots: 'lots', closeTime: 'closed' },
};
const WHOLE: FileProfile = { ...PROFILE, totals: { lots: 'sum' } };
const PAGE: FileProfile = { ...WHOLE, totalsOf: 'page' };
const row = (id: number, lots = '1.5'): string => `{"id": ${id}, "login": 7, "symbol": "EURUSD", "lots": ${lots}, "closed": "2026-10-06T12:00:00Z"}`;
const page = (sum: string, ...rows: string[]): string => `{"data": [${rows.join(',')}], "sum": ${sum}}`;

async function readPages(content: string, profile: FileProfile, chunk?: number): Promise<{ lines: ReportLine[]; summary: ReportSummary }> {
  const lines: ReportLine[] = [];
  const summary = await readReportInBatches(bytesOf(content, chunk), profile, 'pull.json', (batch) => {
    lines.push(...batch);
  }, { pages: true });
  return { lines, summary };
}
const refused = (content: string, profile: FileProfile): Promise<unknown> => readPages(content, profile).then((read) => ({ notRefused: read.summary }), (error: unknown) => error);

test.each([1, 3, 1000])('rows of all pages in order, lines counted through the file (chunks of %i bytes)', async (chunk) => {
  const { lines, summary } = await readPages([page('0', row(1), row(2)), page('0'), `\n\ufeff${page('0', row(3))}`].join('\n'), PROFILE, chunk);
  expect(lines.map((line) => [line.rowNumber, line.lineNumber, line.ticket])).toEqual([[1, 1, '1'], [2, 1, '2'], [3, 4, '3']]);
  expect(summary.lots).toBe('4.5');
});

test('the pages’ content is the rows’, however they are cut into pages', async () => {
  const [two, one] = [await readPages(`${page('0', row(1))}\n${page('0', row(2))}`, PROFILE), await readPages(page('0', row(2), row(1)), PROFILE)];
  expect(two.summary.contentDigest).toBe(one.summary.contentDigest);
});

describe('totals', () => {
  test('of the whole: every page states the same', async () => {
    expect((await readPages([page('4.5', row(1), row(2)), page('"4.50"', row(3))].join('\n'), WHOLE)).summary.lines).toBe(3);
    expect(await refused([page('4.5', row(1), row(2)), page('1.5', row(3))].join('\n'), WHOLE)).toMatchObject({ code: 'TOTALS_DIFFER', at: { line: 2 }, facts: { stated: '1.5', summed: '4.5' } });
  });
  test('of each page: they are added up', async () => {
    expect((await readPages([page('3', row(1), row(2)), page('0'), page('1.5', row(3))].join('\n'), PAGE)).summary.lines).toBe(3);
    expect(await refused([page('3', row(1), row(2)), page('1.4', row(3))].join('\n'), PAGE)).toMatchObject({ code: 'TOTALS_DIFFER', message: expect.stringContaining('sum of 2 pages'), facts: { stated: '4.4', summed: '4.5' } });
    expect(await refused([page('3', row(1), row(2)), page('"n/a"', row(3))].join('\n'), PAGE)).toMatchObject({ code: 'TOTALS_UNREADABLE', at: { line: 2 } });
  });
  test('missing or twice on a page', async () => {
    expect(await refused(`${page('1.5', row(1))}\n{"data": []}`, PAGE)).toMatchObject({ code: 'TOTALS_MISSING', message: expect.stringContaining('on its page 2') });
    expect(await refused(`${page('1.5', row(1))}\n{"sum": 0, "data": [], "sum": 0}`, PAGE)).toMatchObject({ code: 'KEY_REPEATED', at: { line: 2 } });
  });
});

describe('refused', () => {
  test.each([[`${page('0', row(1))}\n{"error": "try later"}`, 'ROWS_MISSING', 2], [`${page('0', row(1))}\n<html>`, 'JSON_INVALID', 2], [`${page('0', row(1))}\n{"data": [`, 'JSON_INVALID', 2]])('%s', async (content, code, line) => {
    expect(await refused(content, PROFILE)).toMatchObject({ code, at: { line } });
  });
  test('pages where none are expected', async () => {
    expect(await refusal(`${page('0', row(1))}\n${page('0', row(2))}`, PROFILE)).toMatchObject({ code: 'JSON_INVALID', at: { line: 2, column: 1 } });
  });
});
