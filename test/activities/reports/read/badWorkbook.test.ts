import { describe, expect, test } from 'vitest';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';
import { spool } from '../../../../activities/reports/read/spool.ts';
import { SheetRows } from '../../../../activities/reports/read/xlsxSheet.ts';
import { readSharedStrings } from '../../../../activities/reports/read/xlsxStrings.ts';
import { XlsxZip } from '../../../../activities/reports/read/xlsxZip.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { bytesOf, HEADER, read, refusal, TRADES } from './fixture.ts';
import { rows, workbook, zip, type WorkbookParts } from './workbook.ts';

/** The bad-input table of workbooks: what no reader of sheets should believe. */

const XLSX: FileProfile = { ...TRADES, format: 'xlsx', dateFormat: 'excel' };
const ROW = ['5000', '700100', 'EURUSD', 'n:1.5', 'n:46328.5', 'n:7.5', ''];
const TABLE = rows(HEADER.split(','), ROW);
const SHEET = 'xl/worksheets/sheet0.xml';
const STRINGS = 'xl/sharedStrings.xml';

const book = (more: WorkbookParts = {}): Promise<Buffer> => workbook({ sheets: { Deals: TABLE }, ...more });
const sheet = (content: string): Promise<Buffer> => book({ sheets: { Deals: content } });
const part = (name: string, content: string | Buffer | null): Promise<Buffer> => book({ strings: '<si><t>a</t></si>', parts: { [name]: content } });
/** The file with one text for another of the same length, wherever it stands. */
const changed = async (file: Promise<Buffer>, from: string | Buffer, to: string | Buffer): Promise<Buffer> => {
  const bytes = Buffer.from(await file);
  const [old, next] = [Buffer.from(from), Buffer.from(to)];
  expect([old.length, bytes.includes(old)]).toEqual([next.length, true]);
  for (let at = bytes.indexOf(old); at >= 0; at = bytes.indexOf(old, at + next.length)) next.copy(bytes, at);
  return bytes;
};
/** Sets a 32- or 16-bit field of a part's entry in the zip's table of contents. */
const entry = async (name: string, field: number, value: number, bits: 16 | 32): Promise<Buffer> => {
  const bytes = Buffer.from(await book());
  const at = bytes.lastIndexOf(name) - 46;
  expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
  if (bits === 16) bytes.writeUInt16LE(value, at + field);
  else bytes.writeUInt32LE(value, at + field);
  return bytes;
};
const OLE2 = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Does not repeat itself much, so that it is no zip bomb. */
const LETTERS = Array.from({ length: 600 }, (_, at) => String.fromCharCode(97 + ((at * at * 7) % 23))).join('');
const LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>';
const XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>';

describe('refused', () => {
  test.each<[what: string, content: () => Promise<Buffer> | Buffer, code: string, at: object, says: RegExp]>([
    ['nothing', () => Buffer.alloc(0), 'NOT_XLSX', {}, /no xlsx file/],
    ['no zip', () => Buffer.from('Deal,Login'), 'NOT_XLSX', {}, /no xlsx file/],
    ['an old .xls', () => Buffer.concat([OLE2, Buffer.alloc(5_000)]), 'XLS_NOT_READ', {}, /save it as \.xlsx/],
    ['a password', () => Buffer.concat([OLE2, Buffer.alloc(70_000), Buffer.from('EncryptedPackage', 'utf16le')]), 'XLSX_ENCRYPTED', {}, /password/],
    ['an encrypted part', () => entry(SHEET, 8, 1, 16), 'XLSX_ENCRYPTED', {}, /password/],
    ['a zip cut off', async () => (await book()).subarray(0, 400), 'XLSX_DAMAGED', {}, /no whole zip/],
    ['another document', () => zip({ 'word/document.xml': '<x/>' }), 'NOT_XLSX', {}, /no xlsx workbook/],
    ['a binary workbook', () => zip({ 'xl/workbook.bin': 'x' }), 'NOT_XLSX', {}, /xlsb/],
    ['a part with a name like a path', () => changed(book({ parts: { 'docProps/core.xml': 'x' } }), 'docProps/core.xml', '../../../etc/pass'), 'XLSX_DAMAGED', {}, /no whole zip/],
    ['a part twice', () => changed(book({ parts: { 'xl/worksheets/sheet9.xml': 'x' } }), 'sheet9.xml', 'sheet0.xml'), 'XLSX_DAMAGED', {}, /twice/],
    ['a zip bomb', () => part('xl/media/image1.png', Buffer.alloc(50_000_000)), 'ZIP_BOMB', {}, /times its size/],
    ['a zip bomb in the sheet', () => sheet(`${TABLE}${' '.repeat(10_000_000)}`), 'ZIP_BOMB', {}, /sheet0\.xml unzips to \d+ times/],
    ['a part that claims to be larger than any', () => entry(SHEET, 24, 0xfffffff0, 32), 'ZIP_BOMB', {}, /unzips to 4294967280 bytes/],
    ['a part that is larger than it claims', () => entry(SHEET, 24, 10, 32), 'XLSX_DAMAGED', {}, /cannot be unzipped/],
    ['a part with another checksum', () => entry(SHEET, 16, 7, 32), 'XLSX_DAMAGED', {}, /checksum/],
    ['no sheet of that part', () => part(SHEET, null), 'XLSX_DAMAGED', {}, /sheet0\.xml is missing/],
    ['XXE in the sheet', () => part(SHEET, `${XXE}<worksheet><sheetData><row><c><v>&f;</v></c></row></sheetData></worksheet>`), 'XML_DTD', { part: SHEET, line: 1 }, /declares a document type/],
    ['XXE in the workbook', () => part('xl/workbook.xml', `${XXE}<workbook>&f;</workbook>`), 'XML_DTD', { part: 'xl/workbook.xml' }, /document type/],
    ['XXE in the relations', () => part('xl/_rels/workbook.xml.rels', `${XXE}<Relationships/>`), 'XML_DTD', {}, /document type/],
    ['an entity bomb in the shared texts', () => part(STRINGS, `${LAUGHS}<sst><si><t>&c;</t></si></sst>`), 'XML_DTD', { part: STRINGS }, /document type/],
    ['a document type without end', () => part(SHEET, `<!DOCTYPE x [${'<!ENTITY a "1">'.repeat(10_000)}`), 'XLSX_DAMAGED', { part: SHEET }, /no element in its first 65536/],
    ['an entity that nothing declares', () => sheet(`${TABLE}<row><c t="str"><v>&f;</v></c></row>`), 'XLSX_DAMAGED', { part: SHEET, line: 2 }, /no XML in line 2/],
    ['XML that is not closed', () => part(SHEET, '<worksheet><sheetData><row>'), 'XLSX_DAMAGED', { part: SHEET, line: 1 }, /no XML/],
    ['XML with crossed elements', () => part(SHEET, '<worksheet><sheetData></worksheet></sheetData>'), 'XLSX_DAMAGED', { part: SHEET }, /no XML/],
    ['bytes that are no text', () => part(SHEET, Buffer.concat([Buffer.from('<worksheet>'), Buffer.from([0xff, 0xc0])])), 'XLSX_DAMAGED', { part: SHEET }, /not text in utf-8/],
    ['NUL', () => sheet(`${TABLE}<row><c t="str"><v>a\0</v></c></row>`), 'XLSX_DAMAGED', { part: SHEET, line: 2 }, /disallowed character/],
    ['a field of 3 MB', () => sheet(`${TABLE}<row><c t="str"><v>${Array.from({ length: 3_000_000 }, (_, at) => String.fromCharCode(97 + ((at * at) % 23))).join('')}</v></c></row>`), 'ROW_TOO_LARGE', {}, /longer than 1048576 characters/],
    ['a shared text of many runs without end', () => book({ strings: `<si>${`<r><t>${LETTERS}</t></r>`.repeat(2_000)}</si>` }), 'ROW_TOO_LARGE', { part: STRINGS }, /text 1 of its part xl\/sharedStrings.xml is longer/],
    ['an inline text of many runs without end', () => sheet(`${TABLE}<row><c/><c t="inlineStr"><is>${`<r><t>${LETTERS}</t></r>`.repeat(2_000)}</is></c></row>`), 'ROW_TOO_LARGE', { line: 3, column: 2, cell: 'B3' }, /at cell B3/],
    ['a value in many pieces without end', () => sheet(`${TABLE}<row><c t="str">${`<v>${LETTERS}</v>`.repeat(2_000)}</c></row>`), 'ROW_TOO_LARGE', { line: 3, column: 1 }, /row 3/],
    ['a row that leads to a long shared text many times', () => book({ strings: `<si><t>${LETTERS.repeat(100)}</t></si>`, sheets: { Deals: `${TABLE}<row>${'<c t="s"><v>0</v></c>'.repeat(20)}</row>` } }), 'ROW_TOO_LARGE', { line: 3, cell: 'R3' }, /row 3/],
    ['a row beyond the sheet', () => sheet(`${TABLE}<row r="1048577"><c t="str"><v>1</v></c></row>`), 'XLSX_DAMAGED', { line: 1_048_577 }, /beyond the 1048576/],
    ['a column beyond the sheet', () => sheet(`${TABLE}<row r="3"><c r="XFE3"><v>1</v></c></row>`), 'XLSX_DAMAGED', { line: 3 }, /cell XFE3 in row 3/],
    ['rows that go back', () => sheet(`${TABLE}<row r="2"/>`), 'XLSX_DAMAGED', { line: 2 }, /row 2 stands after row 2/],
    ['a row of no number', () => sheet('<row r="x"/>'), 'XLSX_DAMAGED', {}, /row x/],
    ['cells that go back', () => sheet(`${TABLE}<row r="3"><c r="B3"><v>1</v></c><c r="A3"><v>1</v></c></row>`), 'XLSX_DAMAGED', { line: 3, column: 2 }, /cell A3/],
    ['a cell of another row', () => sheet(`${TABLE}<row r="3"><c r="A4"><v>1</v></c></row>`), 'XLSX_DAMAGED', { line: 3 }, /cell A4 in row 3/],
    ['a shared text that is not there', () => sheet(`${TABLE}<row r="3"><c r="C3" t="s"><v>9</v></c></row>`), 'XLSX_DAMAGED', { line: 3, column: 3 }, /cell C3 leads to the shared text 9/],
    ['a look-alike header', () => sheet(rows(HEADER.replace('Volume', 'V\u043elume').split(','), ROW)), 'COLUMNS_MISSING', { line: 1 }, /looks like "Volume"/],
    ['a repeated header', () => sheet(rows([...HEADER.split(','), 'Time'], ROW)), 'COLUMN_REPEATED', { line: 1, column: 8, cell: 'H1' }, /"Time"/],
    ['no header', () => sheet(''), 'HEADER_MISSING', { line: 1 }, /no header in row 1/],
  ])('%s', async (_what, content, code, at, says) => {
    const problem = await refusal(await content(), XLSX);
    expect({ code: problem.code, message: problem.message }).toEqual({ code, message: expect.stringMatching(says) });
    expect(problem.at).toMatchObject({ file: 'report.csv', ...at });
    expect(problem.message).not.toContain('root:');
  });
});

test('UTF-16 parts are read', async () => {
  const xml = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData>${TABLE}</sheetData></worksheet>`, 'utf16le');
  expect((await read(await part(SHEET, xml), XLSX)).summary).toMatchObject({ lines: 1, lots: '1.5' });
});

test.each([[{ strings: 2, characters: 100 }], [{ strings: 100, characters: 5 }]])('texts beyond what memory is meant for: %j', async (limits) => {
  const file = await XlsxZip.open(await spool(bytesOf(await book({ strings: '<si><t>abc</t></si><si><t>def</t></si><si><t>g</t></si>' }))), 'a.xlsx');
  await expect(readSharedStrings(file, STRINGS, limits)).rejects.toMatchObject({ code: 'TOO_MANY_TEXTS' });
  file.close();
});

describe('cells that no column has', () => {
  const far = (row: number, column = 'XFD'): string => `<row r="${row}"><c r="${column}${row}"><v>1</v></c></row>`;
  test.each([['XFD', 0], ['AN', 0], ['AM', 39]])('a value in %s right of a header that ends in G: %i cells are kept', (column, cells) => {
    const kept = new SheetRows([], 'a.xlsx', 1);
    const element = (name: string, attributes: Record<string, string>, inside: () => void = () => undefined): void => {
      kept.open(name, attributes);
      inside();
      kept.close(name);
    };
    const value = (): void => element('v', {}, () => kept.text('1'));
    kept.open('sheetData', {});
    element('row', {}, () => HEADER.split(',').forEach(() => element('c', {}, value)));
    element('row', {}, () => element('c', { r: `${column}2` }, value));
    expect(kept.take().map(({ texts, numbers }) => [texts.length, numbers.length])).toEqual([[7, 7], ...(cells === 0 ? [] : [[cells, cells]])]);
  });
  test('they are no rows, and no part of a row’s text', async () => {
    const wide = ROW.map((content, at) => `<c r="${'ABCDEFG'[at]}3"${content.startsWith('n:') ? `><v>${content.slice(2)}</v>` : ` t="str"><v>${content}</v>`}</c>`).join('');
    const found = await read(await sheet(`${rows(HEADER.split(','))}${far(2)}<row r="3">${wide}<c r="XFD3"><v>1</v></c></row>${Array.from({ length: 3_000 }, (_, at) => far(at + 4)).join('')}`), XLSX);
    expect(found.lines.map(({ lineNumber, raw, malformed }) => [lineNumber, raw, malformed])).toEqual([[3, '5000\t700100\tEURUSD\t1.5\t46328.5\t7.5', null]]);
  });
  test('no more columns are read than reports have, however wide the header is', async () => {
    const cells = HEADER.split(',').map((name) => `<c t="str"><v>${name}</v></c>`).join('');
    const found = await read(await sheet(`<row r="1">${cells}<c r="AMJ1" t="str"><v>x</v></c><c r="XFD1" t="str"><v>x</v></c></row>${far(2)}${far(3, 'AMK')}${far(4, 'AMJ')}`), XLSX);
    expect(found.lines.map(({ lineNumber, raw }) => [lineNumber, raw.length])).toEqual([[4, 1_024]]);
  });
});

test('rows are handed on by what they weigh: shared texts make them far larger than their sheet', async () => {
  const strings = `<si><t>${Array.from({ length: 900_000 }, (_, at) => String.fromCharCode(97 + ((at * at) % 23))).join('')}</t></si>`;
  const one = [...ROW.slice(0, 6), '<c t="s"><v>0</v></c>'];
  const batches: number[] = [];
  await readReportInBatches(bytesOf(await book({ strings, sheets: { Deals: rows(HEADER.split(','), ...Array.from({ length: 12 }, () => one)) } })), XLSX, 'a.xlsx', (lines) => { batches.push(lines.length); });
  expect(batches).toEqual([5, 5, 2]);
});

test('more bytes than any workbook has', async () => {
  const chunk = Buffer.alloc(8 * 1_048_576, 'PK');
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield chunk;
  }
  await expect(readReportInBatches(endless(), XLSX, 'a.xlsx', () => undefined)).rejects.toMatchObject({ code: 'XLSX_TOO_LARGE' });
});
