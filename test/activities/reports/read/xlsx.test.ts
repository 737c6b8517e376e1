import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readReport } from '../../../../activities/reports/read/readReport.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { bytesOf, HEADER, read, refusal, TRADES } from './fixture.ts';
import { rows, workbook, type WorkbookParts } from './workbook.ts';

const XLSX: FileProfile = { ...TRADES, format: 'xlsx', dateFormat: 'excel' };
const NAMES = HEADER.split(',');
/** 2 November 2026, noon. */
const NOON = 'n:46328.5';
const row = (change: Partial<Record<'deal' | 'login' | 'symbol' | 'volume' | 'time' | 'commission' | 'comment', string>> = {}): string[] =>
  Object.values({ deal: '5000', login: '700100', symbol: 'EURUSD', volume: 'n:1.5', time: NOON, commission: 'n:7.5', comment: '', ...change });
const sheet = (...table: string[][]): WorkbookParts => ({ sheets: { Deals: rows(NAMES, ...table) } });
const one = async (change: Parameters<typeof row>[0], profile: FileProfile = XLSX) => (await read(await workbook(sheet(row(change))), profile)).lines[0]!;

test('a row', async () => {
  const found = await read(await workbook(sheet(row({ comment: 'a\tb "c"' }))), XLSX, 7);
  expect(found.lines).toMatchObject([{ rowNumber: 1, lineNumber: 2, ticket: '5000', account: '700100', symbol: 'EURUSD', lots: '1.5', closeTime: '2026-11-02T10:00:00.000Z', commission: '7.5', malformed: null, raw: '5000\t700100\tEURUSD\t1.5\t46328.5\t7.5\t"a\tb ""c"""' }]);
});

describe('numbers are their shortest decimal', () => {
  test.each([['1.1000000000000001', '1.1'], ['0.30000000000000004', '0.30000000000000004'], ['1E-2', '0.01'], ['1.5E3', '1500'], ['1e-7', '0.0000001'], ['-2.50', '-2.5'], ['-0', '0'], ['0.1', '0.1'], ['.5', '0.5'], ['100', '100'], [' 3 ', '3'], ['123456789012345', '123456789012345']])('%s → %s', async (text, lots) => {
    expect((await one({ volume: `n:${text}` })).lots).toBe(lots);
  });
  test('texts have the profile’s marks, unit and lot unit; numbers have none of them', async () => {
    const profile: FileProfile = { ...XLSX, decimal: ',', thousands: '.', unitSuffix: ' Lots', lotUnit: '0.01' };
    const { lines } = await read(await workbook(sheet(row({ volume: '1.250,5 Lots' }), row({ volume: 'n:1250.5' }), row({ volume: '1250.5' }))), profile);
    expect(lines.map((line) => line.lots)).toEqual(['12.505', '12.505', null]);
  });
});

describe('tickets', () => {
  test.each([
    ['a text keeps every digit', '9007199254740993001', '9007199254740993001'], ['a number too, where the file has them all', 'n:9007199254740993', '9007199254740993'], ['… beyond any float', 'n:9223372036854775807', '9223372036854775807'],
    ['a round one', 'n:1000000000000000000', '1000000000000000000'], ['an exponent of a whole that a float holds', 'n:1.23E+15', '1230000000000000'], ['zeros in front, as text', '000123', '000123'],
  ])('%s', async (_what, deal, ticket) => expect(await one({ deal })).toMatchObject({ ticket, malformed: null }));
  test.each(['n:1.2345678901234568E+18', 'n:1234567890123456800', '1.23E+15'])('%s has lost its digits', async (deal) => {
    expect((await one({ deal })).malformed).toMatch(/"Deal" \(ticket\).*digits are lost/);
  });
});

describe('dates', () => {
  test.each([['46328.499999999996', '10:00:00.000'], ['46328.41666666666', '08:00:00.000'], ['46328.00000001', '22:00:00.001']])('%s is rounded to the millisecond', async (serial, time) => {
    expect((await one({ time: `n:${serial}` })).closeTime).toContain(time);
  });
  test('the 1900 system has a 29 February 1900 that no calendar has', async () => {
    const at = async (serial: string) => one({ time: `n:${serial}` }, { ...XLSX, timeZone: 'UTC' });
    expect((await at('59')).closeTime).toBe('1900-02-28T00:00:00.000Z');
    expect((await at('60')).malformed).toMatch(/"Time".*no Excel day 60/);
    expect((await at('61')).closeTime).toBe('1900-03-01T00:00:00.000Z');
  });
  test('the 1904 system, for times only', async () => {
    const found = await read(await workbook({ ...sheet(row({ time: 'n:44866.5', deal: 'n:44866' })), is1904: true }), XLSX);
    expect(found.lines[0]).toMatchObject({ ticket: '44866', closeTime: '2026-11-02T10:00:00.000Z' });
  });
  test('epoch millis, ISO cells and texts by the profile’s format', async () => {
    expect((await one({ time: 'n:1793613600000' }, { ...XLSX, dateFormat: 'epochMillis' })).closeTime).toBe('2026-11-02T10:00:00.000Z');
    expect((await one({ time: '<c t="d"><v>2026-11-02T12:00:00</v></c>' }, { ...XLSX, dateFormat: 'iso' })).closeTime).toBe('2026-11-02T10:00:00.000Z');
    expect((await one({ time: '02.11.2026 12:00' }, { ...XLSX, dateFormat: 'dd.MM.yyyy HH:mm' })).closeTime).toBe('2026-11-02T10:00:00.000Z');
    expect((await one({ time: '02.11.2026 12:00' })).malformed).toMatch(/"Time" \(closeTime\) holds "02\.11\.2026 12:00"/);
  });
});

describe('cells', () => {
  test.each([
    ['rich text without its phonetic runs', '<c t="inlineStr"><is><r><t>EUR</t></r><r><rPr><b/></rPr><t>USD</t></r><rPh sb="0" eb="1"><t>yuro</t></rPh></is></c>', 'EURUSD'],
    ['a shared text', '<c t="s"><v>1</v></c>', 'GBPUSD'], ['a formula’s text', '<c t="str"><f>A1&amp;"x"</f><v>USDJPY</v></c>', 'USDJPY'], ['a boolean', '<c t="b"><v>1</v></c>', 'TRUE'],
    ['escaped characters', '<c t="inlineStr"><is><t>A_x0042_C_x005F_x0041_</t></is></c>', 'ABC_x0041_'], ['entities and CDATA', '<c t="inlineStr"><is><t>A&amp;B<![CDATA[<C>]]></t></is></c>', 'A&B<C>'], ['prefixed elements', '<x:c xmlns:x="y" t="str"><x:v>AUDUSD</x:v></x:c>', 'AUDUSD'],
  ])('%s', async (_what, symbol, text) => {
    const strings = '<si><t>zero</t></si><si><r><t>GBP</t></r><r><t>USD</t></r><rPh sb="0" eb="2"><t>pon</t></rPh></si>';
    expect((await read(await workbook({ ...sheet(row({ symbol })), strings }), XLSX)).lines[0]?.symbol).toBe(text);
  });
  test.each([
    ['an error', { volume: '<c t="e"><v>#N/A</v></c>' }, /^Column "Volume" \(lots\) holds the error #N\/A of the spreadsheet\.$/], ['an error in a ticket, which may be empty', { deal: '<c t="e"><v>#REF!</v></c>' }, /"Deal" \(ticket\) holds the error #REF!/],
    ['a formula without its value', { volume: '<c><f>1+1</f></c>' }, /"Volume" \(lots\) is a formula without its value/], ['… as openpyxl writes it', { volume: '<c><f>1+1</f><v></v></c>' }, /formula without its value/], ['… in a text', { symbol: '<c t="str"><f>A1</f></c>' }, /formula without its value/],
    ['a damaged number', { volume: '<c><v>1,5</v></c>' }, /not written as one/], ['NaN', { volume: '<c><v>NaN</v></c>' }, /not written as one/], ['a date where a number should be', { volume: '02.11.2026' }, /"Volume"/], ['half a character', { symbol: '<c t="inlineStr"><is><t>_xD800_</t></is></c>' }, /half a character/],
    ['a NUL', { symbol: '<c t="inlineStr"><is><t>EUR_x0000_USD</t></is></c>' }, /NUL/],
  ])('%s makes the line malformed and says where', async (_what, change, says) => {
    const { lines } = await read(await workbook(sheet(row(), row(change), row())), XLSX);
    expect(lines.map((line) => line.malformed === null)).toEqual([true, false, true]);
    expect(lines[1]).toMatchObject({ malformed: expect.stringMatching(says), lineNumber: 3 });
    expect(JSON.stringify(lines)).not.toContain('\\u0000');
  });
  test('what no kind needs may be an error', async () => {
    expect(await one({ comment: '<c t="e"><v>#N/A</v></c>', commission: '<c><f>1</f></c>' })).toMatchObject({ malformed: null, comment: null, commission: null, raw: expect.stringContaining('#N/A') });
  });
  test('a formula’s number', async () => expect((await one({ volume: '<c><f>1+1</f><v>2</v></c>' })).lots).toBe('2'));
});

describe('rows', () => {
  test('gaps, missing references, blank and hidden rows, merged cells', async () => {
    const gap = `<row r="3">${row().map((content, at) => `<c r="${'ABCDEFG'[at]}3"${content.startsWith('n:') ? `><v>${content.slice(2)}</v>` : ` t="str"><v>${content}</v>`}</c>`).join('')}</row>`;
    const content = `${rows(NAMES)}${gap}<row/><row r="9" hidden="1"><c r="A9" t="str"><v>7</v></c><c r="C9" t="str"><v>XAUUSD</v></c><c><v>2</v></c></row><row r="10"><c r="G10" s="4"/></row>`;
    const { lines } = await read(await workbook({ sheets: { a: content }, after: '<mergeCells><mergeCell ref="A3:A9"/></mergeCells>' }), XLSX);
    expect(lines.map((line) => [line.lineNumber, line.ticket, line.symbol, line.lots, line.malformed])).toEqual([[3, '5000', 'EURUSD', '1.5', null], [9, '7', 'XAUUSD', '2', 'Column "Login" (account) is empty.']]);
  });
  test('the header’s row counts blank ones; a footer’s sums are compared', async () => {
    const profile: FileProfile = { ...XLSX, headerRow: 4, footer: '^Total' };
    const file = (sum: string): Promise<Buffer> => workbook({ sheets: { a: `<row r="2"><c t="str"><v>Report</v></c></row><row r="4">${rows(NAMES).slice(5)}${rows(row(), row(), ['Total', '', '', sum], row())}` } });
    expect((await read(await file('n:3'), profile)).summary).toMatchObject({ lines: 2, lots: '3' });
    expect(await refusal(await file('n:3.01'), profile)).toMatchObject({ code: 'TOTALS_DIFFER', at: { line: 7, column: 4, cell: 'D7' } });
    expect(await refusal(await file('n:3'), { ...profile, headerRow: 3 })).toMatchObject({ code: 'HEADER_MISSING', at: { line: 3 } });
    expect(await refusal(await file('n:3'), { ...profile, headerRow: 30 })).toMatchObject({ code: 'HEADER_MISSING', at: { line: 30 } });
  });
  test.each([['(3.00)', /marks: "\(3\.00\)"/], ['= 2,000 lots', /marks/], ['$3', /marks/], ['<c><f>SUM(D2:D3)</f></c>', /is a formula without its value/], ['<c t="str"><f>A1</f></c>', /formula without its value/], ['<c t="e"><v>#REF!</v></c>', /holds the error #REF!/], ['<c><v>1,5</v></c>', /not written as one/], ['n:1.2345678901234568E+18', /marks/]])('a footer’s sum %s is not passed over', async (sum, says) => {
    const problem = await refusal(await workbook(sheet(row(), row(), ['Total', '', '', sum])), { ...XLSX, footer: '^Total' });
    expect(problem).toMatchObject({ code: 'TOTALS_UNREADABLE', at: { line: 4, column: 4, cell: 'D4' }, message: expect.stringMatching(says) });
  });
  test.each([[['Total 9', 'n:5', '2 symbols', '', 'n:46328.5']], [['Total', '', '', 'lots', '', '-']]])('a footer without a sum: %j', async (cells) => {
    expect((await read(await workbook(sheet(row(), cells)), { ...XLSX, footer: '^Total' })).summary.stated).toEqual([]);
  });
  test('a sum that the spreadsheet reckoned in doubles is compared as such', async () => {
    const summed = async (sum: string, ...volumes: string[]): Promise<string> => {
      const file = await workbook(sheet(...volumes.map((volume) => row({ volume: `n:${volume}` })), ['Total', '', '', `<c><f>SUM(D2:D9)</f><v>${sum}</v></c>`]));
      return read(file, { ...XLSX, footer: '^Total' }).then(({ summary }) => summary.lots, (error: { code: string }) => error.code);
    };
    expect(await summed('0.30000000000000004', '0.1', '0.2')).toBe('0.3');
    expect(await summed('5.551115123125783E-17', '0.1', '0.2', '-0.3')).toBe('0');
    expect(await summed('0.300000000000001', '0.1', '0.2')).toBe('TOTALS_DIFFER');
    expect(await summed('0.31', '0.1', '0.2')).toBe('TOTALS_DIFFER');
  });
  test('a table that begins further right', async () => {
    const shift = (table: string[][]): string[][] => table.map((cells) => ['', '', ...cells]);
    const { summary } = await read(await workbook({ sheets: { a: rows(...shift([NAMES, row(), ['Total', '', '', 'n:1.5']])) } }), { ...XLSX, footer: '^Total' });
    expect(summary).toMatchObject({ lines: 1, lots: '1.5' });
  });
});

describe('sheets', () => {
  const book = workbook({ sheets: { Summary: rows(['x']), 'Deals &amp; more': rows(NAMES, row()) } });
  test.each([2, 'Deals & more', 'deals & MORE'])('%s', async (sheet) => expect((await read(await book, { ...XLSX, sheet })).summary.lines).toBe(1));
  test('the first is the default, and its header is not there', async () => expect((await refusal(await book, XLSX)).code).toBe('COLUMNS_MISSING'));
  test.each([3, 'Trades'])('%s is missing, and the names are said', async (sheet) => {
    expect(await refusal(await book, { ...XLSX, sheet })).toMatchObject({ code: 'SHEET_MISSING', message: expect.stringContaining('"Summary", "Deals & more"'), facts: { sheets: ['Summary', 'Deals & more'] } });
  });
});

test('a repeated header is named by its cell', async () => {
  expect(await refusal(await workbook({ sheets: { a: rows([...NAMES, '', 'Volume']) } }), XLSX)).toMatchObject({ code: 'COLUMN_REPEATED', at: { line: 1, column: 9, cell: 'I1' } });
});

test('macros and other parts are left alone', async () => {
  expect((await read(await workbook({ ...sheet(row()), parts: { 'xl/vbaProject.bin': 'x', 'docProps/core.xml': '<!DOCTYPE x [<!ENTITY a "b">]><x/>' } }), XLSX)).summary.lines).toBe(1);
});

test('nothing stays on the disk, however the reading ends', async () => {
  // A folder of its own: other files of tests read workbooks at the same time.
  const folder = mkdtempSync(join(tmpdir(), 'cashback-xlsx-'));
  vi.stubEnv('TMPDIR', folder);
  const changed = (): bigint => statSync(folder, { bigint: true }).mtimeNs;
  const before = changed();
  onTestFinished(() => { vi.unstubAllEnvs(); rmSync(folder, { recursive: true, force: true }); });
  const content = await workbook(sheet(row(), row()));
  await read(content, XLSX);
  await refusal(content.subarray(0, 200), XLSX);
  const reading = readReport(bytesOf(content), XLSX, 'a.xlsx');
  await reading.next();
  await reading.return({ lines: 0, lots: '0', contentDigest: '', stated: [] });
  expect(readdirSync(folder)).toEqual([]);
  expect(changed(), 'the folder was used').toBeGreaterThan(before);
});
