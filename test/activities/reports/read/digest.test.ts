import { expect, test } from 'vitest';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { HEADER, read, TRADES } from './fixture.ts';
import fc from '../../../support/properties.ts';

const rows = fc.array(
  fc.tuple(fc.nat(50), fc.constantFrom('700100', '700200'), fc.constantFrom('EURUSD', 'XAUUSD.m', 'Müller 金'), fc.constantFrom('1.00', '0.25', 'x', ''), fc.constantFrom('2026.11.02 12:00:00', 'late'), fc.constantFrom('1', ''), fc.constantFrom('', 'a "b"', 'c,d', 'e\nf')),
  { maxLength: 30 },
);
const quoted = (cell: string | number): string => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));
const csv = (header: string, cells: (string | number)[][], end: string): string => [header, ...cells.map((row) => row.map(quoted).join(',').replaceAll('\n', end))].join(end) + end;

test('order of rows and columns, line ends, encoding, quotes and chunks do not change the digest; one row more or less does', async () => {
  await fc.assert(fc.asyncProperty(rows, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 40 }), async (table, random, chunk) => {
    const plain = await read(csv(HEADER, table, '\n'), TRADES);
    const shuffled = table.map((row) => ({ row, at: random.next().value ?? 0 })).sort((a, b) => a.at - b.at).map(({ row }) => row.toReversed());
    const turned = HEADER.split(',').toReversed().join(',');
    const other = await read(Buffer.from(`\ufeff${csv(turned, shuffled, '\r\n')}`, 'utf16le'), TRADES, chunk);
    expect(other.summary).toEqual(plain.summary);
    expect(other.lines.map((line) => line.contentHash).sort()).toEqual(plain.lines.map((line) => line.contentHash).sort());
    const [first] = table;
    if (first === undefined) return;
    expect((await read(csv(HEADER, [...table, first], '\n'), TRADES)).summary.contentDigest).not.toBe(plain.summary.contentDigest);
    expect((await read(csv(HEADER, table.slice(1), '\n'), TRADES)).summary.contentDigest).not.toBe(plain.summary.contentDigest);
  }), { numRuns: 60 });
});

test('csv: chunks cut anywhere give the same lines, and each raw text stands in its line', async () => {
  await fc.assert(fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 1, max: 9 }), async (table, end, chunk) => {
    const content = csv(HEADER, table, end);
    const whole = await read(content, TRADES);
    expect(await read(content, TRADES, chunk)).toEqual(whole);
    const physical = content.split(end);
    for (const line of whole.lines) expect(physical.slice(line.lineNumber - 1).join(end).startsWith(line.raw)).toBe(true);
    expect(whole.lines.length).toBe(table.length);
  }), { numRuns: 100 });
});

const JSON_TRADES: FileProfile = { ...TRADES, format: 'json', rowsPath: 'result.rows', totals: { lots: 'sum' } };

test('json: chunks cut anywhere and any layout give the same content', async () => {
  await fc.assert(fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (table, chunk, first) => {
    const names = HEADER.split(',');
    const objects = table.map((row) => Object.fromEntries(row.map((cell, at) => [names[at] ?? '', cell])));
    const hundredths = table.map((row): bigint => (row[3] === '1.00' ? 100n : row[3] === '0.25' ? 25n : 0n)).reduce((sum, lots) => sum + lots, 0n);
    const sum = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
    const document = first ? { sum, result: { rows: objects, x: [1, { y: 'z' }] } } : { result: { a: null, rows: objects }, sum };
    const dense = await read(JSON.stringify(document), JSON_TRADES);
    const spread = await read(JSON.stringify(document, null, 2), JSON_TRADES, chunk);
    expect({ ...spread.summary, stated: null }).toEqual({ ...dense.summary, stated: null });
    expect(spread.summary.lines).toBe(table.length);
    expect(dense.lines.map((line) => line.ticket)).toEqual(table.map((row) => String(row[0])));
  }), { numRuns: 100 });
});
