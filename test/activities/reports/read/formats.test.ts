import { Workbook } from 'exceljs';
import { expect, test } from 'vitest';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import type { ReportLine } from '../../../../domain/reports/line.ts';
import { read, TRADES } from './fixture.ts';
import fc from '../../../support/properties.ts';

/** One table in three formats: whichever a broker sends, the same lines come out. */

const COLUMNS = ['Deal', 'Login', 'Symbol', 'Volume', 'Time', 'Commission', 'Comment'] as const;
type Cell = string | number;

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replace(/\p{C}|_x/gu, '').trim());
const name = fc.constantFrom('EURUSD', 'XAUUSD#', 'GBPJPY.m', '', '£$"\',;|', 'ÄÖ金😀');
/** What a cell of a sheet can hold as a number without loss: up to fifteen digits. */
const decimal = fc.tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: 0, max: 6 })).map(([units, places]) => {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, digits.length - places)}${places === 0 ? '' : `.${digits.slice(digits.length - places)}`}`;
});
const figure = fc.oneof({ weight: 6, arbitrary: decimal }, { weight: 1, arbitrary: fc.constantFrom('', 'n/a', '1e2', '1,5') });
const serial = fc.tuple(fc.integer({ min: 61, max: 60_000 }), fc.integer({ min: 0, max: 86_399 })).map(([day, second]) => String(day + second / 86_400));
const row = fc.tuple(fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 25n }).map(String), fc.constant('')), fc.constantFrom('700100', '700101', '007', ''), name, figure, fc.oneof({ weight: 6, arbitrary: serial }, { weight: 1, arbitrary: fc.constantFrom('', 'never', '0', '60') }), figure, text);
const table = fc.array(row, { maxLength: 12 });
/** Which columns a workbook or a json document holds as numbers, where their texts are such. */
const numeric = fc.record({ Volume: fc.boolean(), Time: fc.boolean(), Commission: fc.boolean() });

const csvOf = (rows: string[][]): string => [COLUMNS, ...rows].map((cells) => cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\n');
const isNumber = (cell: string): boolean => /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell);

const jsonOf = (rows: string[][], typed: Record<string, boolean>): string => `[${rows.map((cells) => `{${COLUMNS.map((column, at) => {
  const cell = cells[at] ?? '';
  return `${JSON.stringify(column)}: ${typed[column] === true && isNumber(cell) ? cell : JSON.stringify(cell)}`;
}).join(', ')}}`).join(',\n')}]`;

async function xlsxOf(rows: string[][], typed: Record<string, boolean>): Promise<Buffer> {
  const book = new Workbook();
  const sheet = book.addWorksheet('Report');
  sheet.addRow([...COLUMNS]);
  for (const cells of rows) sheet.addRow(COLUMNS.map((column, at): Cell => (typed[column] === true && isNumber(cells[at] ?? '') ? Number(cells[at]) : (cells[at] ?? ''))));
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** What must be the same; raw text, its hash and places are the format's own. */
const bare = (lines: ReportLine[]): unknown => lines.map(({ raw: _raw, contentHash: _hash, lineNumber: _line, ...line }) => line);

test('csv, json and xlsx read to the same lines', async () => {
  const profile: FileProfile = { ...TRADES, dateFormat: 'excel' };
  await fc.assert(fc.asyncProperty(table, numeric, async (rows, typed) => {
    const filled = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
    const csv = await read(csvOf(filled), profile);
    const json = await read(jsonOf(filled, typed), { ...profile, format: 'json' });
    const xlsx = await read(await xlsxOf(filled, typed), { ...profile, format: 'xlsx' });
    expect(csv.lines.length).toBe(filled.length);
    expect(bare(json.lines)).toEqual(bare(csv.lines));
    expect(bare(xlsx.lines)).toEqual(bare(csv.lines));
    expect([json.summary.lots, xlsx.summary.lots]).toEqual([csv.summary.lots, csv.summary.lots]);
    expect(xlsx.lines.map(({ lineNumber }) => lineNumber)).toEqual(csv.lines.map(({ lineNumber }) => lineNumber));
  }), { numRuns: 60 });
});

test('the texts of a workbook have the same content as those of a csv file', async () => {
  const profile: FileProfile = { ...TRADES, dateFormat: 'excel' };
  await fc.assert(fc.asyncProperty(table, async (rows) => {
    const filled = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
    const [csv, xlsx] = [await read(csvOf(filled), profile), await read(await xlsxOf(filled, {}), { ...profile, format: 'xlsx' })];
    expect(xlsx.summary.contentDigest).toBe(csv.summary.contentDigest);
  }), { numRuns: 40 });
});
