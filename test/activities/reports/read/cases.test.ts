import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokerProfileSchema } from '../../../../api/schemas/profile.ts';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';
import type { ReportLine } from '../../../../domain/reports/line.ts';

const CASES = join(import.meta.dirname, '../../../cases');

/** Lines by kind and the sum of lots, worked out from the files with other tools (awk, jq). */
const EXPECTED: [folder: string, file: string, kinds: Partial<Record<string, number>>, lots: string][] = [
  ['d1-mt5-deals', 'week-1.csv', { trade: 320 }, '228.5'],
  ['d1-mt5-deals', 'week-2.csv', { trade: 150 }, '113.61'],
  ['d2-portal-aggregate', 'november.csv', { aggregate: 168 }, '8014.13'],
  ['d2-portal-aggregate', 'november-copy.csv', { aggregate: 168 }, '8014.13'],
  ['d2-portal-aggregate', 'november-v2.csv', { aggregate: 166 }, '7983.6'],
  ['d2-portal-aggregate', 'november-v3.csv', { aggregate: 166 }, '5987.49'],
  ['d3-reversals', 'w1.csv', { trade: 91 }, '1321.61'],
  ['d3-reversals', 'w2.csv', { trade: 40, reversal: 1, adjustment: 1 }, '39.96'],
  ['d3-reversals', 'w3.csv', { reversal: 2 }, '0'],
  ['d4-api-tier', 'a.json', { trade: 130 }, '84.08'],
  ['d4-api-tier', 'b.json', { trade: 60 }, '48.75'],
  ['d4-api-tier', 'c.json', { trade: 40 }, '32.05'],
  ['d5-edges', 'a.txt', { trade: 2 }, '35'],
  ['d5-edges', 'b.txt', { trade: 17 }, '32.978'],
  ['d5-edges', 'b2.txt', { trade: 16 }, '29.978'],
  ['d5-edges', 'c.txt', { trade: 1, adjustment: 2 }, '10'],
];

async function readCase(folder: string, file: string): Promise<{ lines: ReportLine[]; digest: string; lots: string }> {
  const setup = JSON.parse(readFileSync(join(CASES, folder, 'setup.json'), 'utf8')) as { profile: unknown };
  const lines: ReportLine[] = [];
  const summary = await readReportInBatches(createReadStream(join(CASES, folder, 'reports', file)), brokerProfileSchema.parse(setup.profile), file, (batch) => {
    lines.push(...batch);
  });
  expect(summary.lines).toBe(lines.length);
  return { lines, digest: summary.contentDigest, lots: summary.lots };
}

test.each(EXPECTED)('%s/%s is read whole', async (folder, file, kinds, lots) => {
  const found = await readCase(folder, file);
  expect(found.lots).toBe(lots);
  expect(found.lines.filter((line) => line.malformed !== null)).toEqual([]);
  expect(Object.fromEntries(Object.entries(Object.groupBy(found.lines, (line) => String(line.kind))).map(([kind, of]) => [kind, of?.length]))).toEqual(kinds);
  const text = readFileSync(join(CASES, folder, 'reports', file), 'latin1').split(/\r\n|\n/);
  for (const line of found.lines) expect(text[line.lineNumber - 1]).toContain(line.raw.split('\n')[0]?.slice(0, 20));
});

describe('lines as the cases say', () => {
  test('a renamed, reordered file with CRLF has the same digest, a changed one has not', async () => {
    const [first, copy, second] = [await readCase('d2-portal-aggregate', 'november.csv'), await readCase('d2-portal-aggregate', 'november-copy.csv'), await readCase('d2-portal-aggregate', 'november-v2.csv')];
    expect(copy.digest).toBe(first.digest);
    expect(second.digest).not.toBe(first.digest);
  });
  test('an aggregate', async () => {
    const { lines } = await readCase('d2-portal-aggregate', 'november.csv');
    expect(lines[0]).toMatchObject({ rowNumber: 1, lineNumber: 4, raw: '700100;02.11.2026;Indizes;12,00;108', account: '700100', server: 'Beta-01', classText: 'Indizes', class: 'indices', lots: '12', bucket: '2026-11-02', periodStart: '2026-11-01T23:00:00.000Z', closeTime: '2026-11-02T22:59:59.999Z', commission: '108' });
  });
  test('a trade, a reversal and an adjustment', async () => {
    const { lines } = await readCase('d3-reversals', 'w1.csv');
    expect(lines.at(-1)).toMatchObject({ ticket: '4999', lots: '1250', closeTime: '2026-10-14T09:00:00.500Z', raw: '"4999","700110","EURUSD","Close","14/10/2026 09:00:00.500","1 250.00 Lots","",""' });
    const { lines: later } = await readCase('d3-reversals', 'w2.csv');
    expect(later.at(-2)).toMatchObject({ kind: 'reversal', ticket: null, reference: '4999', reversedTicket: '4999', lots: null, lineNumber: 42 });
    expect(later.at(-1)).toMatchObject({ kind: 'adjustment', amount: '3.35', account: '700130' });
  });
  test('the broker’s own status', async () => {
    const { lines } = await readCase('d5-edges', 'b.txt');
    expect(lines.filter((line) => line.statusReason !== null).map((line) => [line.ticket, line.statusReason])).toEqual([['81', 'BROKER_FRAUD'], ['82', 'BROKER_RULE_PARTIAL_CLOSE']]);
  });
});
