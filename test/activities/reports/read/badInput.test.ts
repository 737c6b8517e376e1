import { describe, expect, test } from 'vitest';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { bytesOf, HEADER, read, refusal, ROW, TRADES } from './fixture.ts';

const file = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');
const row = (change: Partial<Record<'deal' | 'login' | 'symbol' | 'volume' | 'time' | 'commission' | 'comment', string>>): string => {
  const cells = { deal: '5000', login: '700100', symbol: 'EURUSD', volume: '1.00', time: '2026.11.02 12:00:00', commission: '7.50', comment: '', ...change };
  return Object.values(cells).join(',');
};
const SEMICOLON: FileProfile = { ...TRADES, delimiter: ';', decimal: ',' };

describe('accepted', () => {
  test.each<[what: string, content: string | Uint8Array, profile: FileProfile, lines: number]>([
    ['BOM', `\ufeff${file(ROW)}`, TRADES, 1],
    ['UTF-16 by its BOM, whatever the label', Buffer.from(`\ufeff${file(ROW)}`, 'utf16le'), TRADES, 1],
    ['UTF-16 by its label', Buffer.from(file(ROW), 'utf16le'), { ...TRADES, encoding: 'utf-16le' }, 1],
    ['UTF-16 big endian', Buffer.from(`\ufeff${file(ROW)}`, 'utf16le').swap16(), TRADES, 1],
    ['no line end at the end', `${HEADER}\n${ROW}`, TRADES, 1],
    ['mixed line ends', `${HEADER}\r\n${ROW}\n${ROW}\r${ROW}\r\n`, TRADES, 3],
    ['blank rows', `${HEADER}\n\n${ROW}\n  \n,,,,,,\n${ROW}\n\n`, TRADES, 2],
    ['sep= line', `sep=;\n${HEADER.replaceAll(',', ';')}\n${ROW.replaceAll(',', ';').replaceAll('1.00', '1,00')}`, SEMICOLON, 1],
    ['sep= line in quotes', `"sep=;"\n${HEADER.replaceAll(',', ';')}\n${ROW.replaceAll(',', ';').replaceAll('1.00', '1,00')}`, SEMICOLON, 1],
    ['texts kept as such for a spreadsheet', file(row({ deal: '="5000"', login: '"=""700100"""', volume: '="1.00"' })), TRADES, 1],
    ['reordered headers', 'Volume,Comment,Time,Login,Symbol,Deal,Commission\n1.00,,2026.11.02 12:00:00,700100,EURUSD,5000,7.50', TRADES, 1],
    ['a new column', `New,${HEADER}\nx,${ROW}`, TRADES, 1],
    ['an unmapped header twice', `New,New,${HEADER}\nx,y,${ROW}`, TRADES, 1],
    ['quotes, delimiters and line ends in a quoted cell', file(row({ comment: '"a ""b"", c\r\nd"' })), TRADES, 1],
    ['a quote inside an unquoted cell', file(row({ comment: 'from 5" chart' })), TRADES, 1],
    ['lines above the header with a lone quote', `Report for "Miller\n\n${file(ROW)}`, { ...TRADES, headerRow: 3 }, 1],
    ['a currency that the profile does not list, where it lists none', file(row({ comment: 'EUR' })), { ...TRADES, columns: { ...TRADES.columns, comment: undefined, currency: 'Comment' } }, 1],
    ['gb18030', Buffer.concat([Buffer.from(file(ROW)), Buffer.from('1,7,EURUSD,1,2026.11.02 12:00:00,1,'), Buffer.from([0xd6, 0xd0, 0xce, 0xc4])]), { ...TRADES, encoding: 'gb18030' }, 2],
    ['Shift_JIS', Buffer.concat([Buffer.from(file(ROW)), Buffer.from('1,7,EURUSD,1,2026.11.02 12:00:00,1,'), Buffer.from([0x8e, 0xe6, 0x88, 0xf8])]), { ...TRADES, encoding: 'shift_jis' }, 2],
    ['windows-1251', Buffer.concat([Buffer.from(file(ROW)), Buffer.from('1,7,EURUSD,1,2026.11.02 12:00:00,1,'), Buffer.from([0xc4, 0xe0])]), { ...TRADES, encoding: 'windows-1251' }, 2],
    ['ISO-8859-15', Buffer.concat([Buffer.from(file(ROW)), Buffer.from('1,7,EURUSD,1,2026.11.02 12:00:00,1,'), Buffer.from([0xe4, 0xa4])]), { ...TRADES, encoding: 'iso-8859-15' }, 2],
    ['ten decimals', file(row({ volume: '0.0123456789' })), TRADES, 1],
    ['−0', file(row({ volume: '-0.00' })), TRADES, 1],
    ['negative and zero lots', file(row({ volume: '-1.00' }), row({ volume: '0' })), TRADES, 2],
    ['a date far ahead and one long ago', file(row({ time: '2099.01.01 00:00:00' }), row({ time: '1999.01.01 00:00:00' })), TRADES, 2],
    ['an ambiguous local time', file(row({ time: '2026.10.25 03:30:00' })), TRADES, 1],
    ['a header and nothing else', HEADER, TRADES, 0],
    ['same ticket with same and other content', file(ROW, ROW, row({ volume: '2.00' })), TRADES, 3],
    ['no ticket', file(row({ deal: '' })), TRADES, 1],
    ['unreadable commission', file(row({ commission: 'n/a' })), TRADES, 1],
    ['an accent in either Unicode form', 'Deal,Login,Symbol,Volume,Time,Vergu\u0308tung\n5000,7,EURUSD,1,2026.11.02 12:00:00,1', { ...TRADES, columns: { ...TRADES.columns, commission: 'Verg\u00fctung', comment: undefined } }, 1],
  ])('%s', async (_what, content, profile, lines) => {
    const found = await read(content, profile);
    expect(found.lines.map((line) => line.malformed)).toEqual(Array.from({ length: lines }, () => null));
    expect(found.summary.lines).toBe(lines);
  });
});

describe('the line is quarantined, the rest is read', () => {
  test.each<[what: string, bad: string, says: RegExp]>([
    ['a row too short', '5000,700100,EURUSD', /3 cells, the header has 7: its column 4 is missing/],
    ['a row too long', row({ volume: '1,00' }), /8 cells, the header has 7: its column 8 is one too many/],
    ['a delimiter too many at the row’s end', `${ROW},`, /8 cells, the header has 7/],
    ['text after a closing quote', row({ comment: '"abc"def' }), /Cell 7 has text after its closing quote/],
    ['comma for point', row({ volume: '"1,50"' }), /Column "Volume" \(lots\) holds "1,50": it is not a number/],
    ['undeclared thousands', row({ volume: '"1,234.00"' }), /"Volume"/],
    ['comma and point mixed', row({ volume: '"1.234,56"' }), /"Volume"/],
    ['a minus that is none (U+2212)', row({ volume: '\u22121.00' }), /"Volume" \(lots\) holds "\u22121\.00"/],
    ['a plus', row({ volume: '+1.00' }), /"Volume"/],
    ['a date that no calendar has', row({ time: '2026.02.30 12:00:00' }), /no day 30 in month 2/],
    ['exponent', row({ volume: '1e2' }), /"Volume"/],
    ['NaN', row({ volume: 'NaN' }), /"Volume"/],
    ['empty lots', row({ volume: '' }), /"Volume" \(lots\) is empty/],
    ['a formula', row({ volume: '=1+1' }), /"Volume"/],
    ['a formula that joins texts', row({ volume: '="1"&"2"' }), /"Volume"/],
    ['a character cut in the middle', row({ volume: `${'x'.repeat(59)}😀y` }), /holds "x{59}…"/],
    ['a missing local time', row({ time: '2026.03.29 03:30:00' }), /does not exist in Europe\/Athens/],
    ['another date format', row({ time: '02/11/2026 12:00' }), /is not written as yyyy\.MM\.dd HH:mm:ss|not written/],
    ['a ticket as a float', row({ deal: '1.23E+15' }), /"Deal" \(ticket\).*digits are lost/],
    ['no account', row({ login: '' }), /"Login" \(account\) is empty/],
    ['no symbol', row({ symbol: ' ' }), /"Symbol" \(symbol\) is empty/],
  ])('%s', async (_what, bad, says) => {
    const { lines } = await read(file(ROW, bad, ROW), TRADES);
    expect(lines.map((line) => line.malformed === null)).toEqual([true, false, true]);
    expect(lines[1]).toMatchObject({ malformed: expect.stringMatching(says), raw: bad, lineNumber: 3 });
  });
});

test('a text kept as such for a spreadsheet is the text', async () => {
  expect((await read(file(row({ deal: '="0050"', login: '="700100"' })), TRADES)).lines[0]).toMatchObject({ ticket: '0050', account: '700100', malformed: null });
});

describe('1,234 against 1.234: the profile alone decides', () => {
  test.each<[text: string, marks: Partial<FileProfile>, lots: string | null]>([
    ['1.234', {}, '1.234'], ['1,234', {}, null], ['1,234', { thousands: ',' }, '1234'], ['1,23', { thousands: ',' }, null], ['0,234', { thousands: ',' }, null], ['1,234.5', { thousands: ',' }, '1234.5'],
    ['1,234', { decimal: ',' }, '1.234'], ['1.234', { decimal: ',' }, null], ['1.234', { decimal: ',', thousands: '.' }, '1234'], ['1.234,5', { decimal: ',', thousands: '.' }, '1234.5'], ['12.34,5', { decimal: ',', thousands: '.' }, null], ["1'234.5", { thousands: "'" }, '1234.5'], ['1\u202f234', { thousands: ' ' }, '1234'],
    ['-0', {}, '0'], ['-0.00', {}, '0'], ['0.0123456789', {}, '0.0123456789'], ['1.00 Lots', { unitSuffix: ' Lots' }, '1'], ['250', { lotUnit: '0.01' }, '2.5'],
  ])('%s with %j → %s', async (text, marks, lots) => {
    const profile: FileProfile = { ...TRADES, delimiter: ';', ...marks };
    expect((await read(`${HEADER.replaceAll(',', ';')}\n1;7;EURUSD;${text};2026.11.02 12:00:00;;`, profile)).lines[0]?.lots).toBe(lots);
  });
});

describe('the file is refused with its place', () => {
  const big = 'x'.repeat(10 * 1024 * 1024);
  test.each<[what: string, content: string | Uint8Array, profile: FileProfile, code: string, at: object, says: RegExp]>([
    ['empty file', '', TRADES, 'HEADER_MISSING', {}, /ends before its header in line 1/],
    ['fewer lines than headerRow', 'a\nb\n', { ...TRADES, headerRow: 3 }, 'HEADER_MISSING', {}, /line 3/],
    ['missing headers', 'Deal,Login,Symbol,Time,Commission\n', TRADES, 'COLUMNS_MISSING', { line: 1 }, /"Volume", "Comment"/],
    ['look-alike header (Cyrillic о)', file().replace('Volume', 'V\u043elume'), TRADES, 'COLUMNS_MISSING', { line: 1 }, /looks like "Volume"/],
    ['header in other letters', file().replace('Volume', 'VOLUME '), TRADES, 'COLUMNS_MISSING', { line: 1 }, /"VOLUME" looks like "Volume"/],
    ['repeated mapped header', `${HEADER},Volume\n`, TRADES, 'COLUMN_REPEATED', { line: 1, column: 8 }, /"Volume"/],
    ['wrong delimiter', file(ROW), { ...TRADES, delimiter: ';' }, 'COLUMNS_MISSING', { line: 1 }, /delimiter/],
    ['sep= in quotes against the profile', `"sep=;"\n${file(ROW)}`, TRADES, 'DELIMITER_WRONG', { line: 1 }, /";"/],
    ['sep= against the profile', `sep=;\n${file(ROW)}`, TRADES, 'DELIMITER_WRONG', { line: 1 }, /";"/],
    ['unclosed quote', file(ROW, row({ comment: '"never' }), ROW), TRADES, 'CSV_QUOTE_UNCLOSED', { line: 3, column: ROW.length + 1 }, /line 3/],
    ['a quote that swallowed a row', file(row({ comment: '"never' }), row({ comment: '"x"' })), TRADES, 'CSV_QUOTE_MISPLACED', { line: 3 }, /begun in line 2/],
    ['NUL', file(ROW, row({ comment: 'a\0b' })), TRADES, 'NUL_IN_TEXT', { line: 3, column: ROW.length + 2 }, /NUL/],
    ['not UTF-8', Buffer.concat([Buffer.from(file(ROW)), Buffer.from([0x4d, 0xfc, 0x6c])]), TRADES, 'ENCODING_WRONG', { line: 3, column: 2, byte: file(ROW).length + 2 }, /utf-8/],
    ['not UTF-8 in the first line, after a BOM', Buffer.concat([Buffer.from('\ufeffé'), Buffer.from([0xfc, 0x6c])]), TRADES, 'ENCODING_WRONG', { line: 1, column: 2, byte: 6 }, /line 1, column 2/],
    ['UTF-8 cut in the middle of a character', Buffer.from(file(ROW) + 'ü').subarray(0, -1), TRADES, 'ENCODING_WRONG', { line: 3 }, /utf-8/],
    ['half a UTF-16 character', Buffer.concat([Buffer.from(`\ufeff${file(ROW)}`, 'utf16le'), Buffer.from([0x41])]), TRADES, 'ENCODING_WRONG', {}, /utf-16le/],
    ['a byte that windows-1252 does not have', Buffer.concat([Buffer.from(file(ROW)), Buffer.from([0x81])]), { ...TRADES, encoding: 'windows-1252' }, 'ENCODING_WRONG', { line: 3, column: 1 }, /windows-1252/],
    ['UTF-8 read as windows-1252 in a header', file(ROW).replace('Commission', 'Vergütung'), { ...TRADES, encoding: 'windows-1252', columns: { ...TRADES.columns, commission: 'Vergütung' } }, 'COLUMNS_MISSING', { line: 1 }, /encoding/],
    ['unknown encoding', file(ROW), { ...TRADES, encoding: 'latin-9000' }, 'ENCODING_UNKNOWN', {}, /latin-9000/],
    ['10 MB field', file(ROW, row({ comment: big })), TRADES, 'ROW_TOO_LARGE', { line: 3 }, /1048576 characters/],
    ['10 MB quoted field', file(ROW, row({ comment: `"${big}"` })), TRADES, 'CSV_QUOTE_UNCLOSED', { line: 3 }, /line 3/],
    ['a trader’s HTML statement', '\ufeff\n<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<html>', TRADES, 'STATEMENT_IS_NO_REPORT', { line: 1, column: 1 }, /dispute/],
    ['… in UTF-16, under json', Buffer.from('\ufeff<html><head>', 'utf16le'), { ...TRADES, format: 'json' }, 'STATEMENT_IS_NO_REPORT', { line: 1 }, /no report/],
    ['… saved as .xls', '<table><tr><td>Deal</td></tr></table>', { ...TRADES, format: 'xlsx' }, 'STATEMENT_IS_NO_REPORT', { line: 1 }, /xlsx or json/],
    ['xlsx under a csv profile', Buffer.from('PK\u0003\u0004rest'), TRADES, 'FORMAT_WRONG', { line: 1 }, /a zip, perhaps an xlsx/],
    ['xls under a csv profile', Buffer.from('d0cf11e0a1b11ae1', 'hex'), TRADES, 'FORMAT_WRONG', { line: 1 }, /old Excel/],
    ['csv under an xlsx profile', file(ROW), { ...TRADES, format: 'xlsx' }, 'NOT_XLSX', {}, /no xlsx file/],
  ])('%s', async (_what, content, profile, code, at, says) => {
    const problem = await refusal(content, profile);
    expect({ code: problem.code, message: problem.message }).toEqual({ code, message: expect.stringMatching(says) });
    expect(problem.at).toMatchObject({ file: 'report.csv', ...at });
  });
});

test.each([1, 2, 3, 7, 64])('a byte that is no UTF-8 is named wherever chunks of %i bytes end', async (chunk) => {
  const before = Buffer.from(file(row({ comment: 'Müller 金 😀' })));
  const problem = await refusal(Buffer.concat([before, Buffer.from('é金'), Buffer.from([0xe9]), Buffer.from('abc')]), TRADES, chunk);
  expect(problem).toMatchObject({ code: 'ENCODING_WRONG', at: { line: 3, byte: before.length + 5 + 1 } });
});

describe.each([['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r']])('%s ends lines', (_name, end) => {
  const text = [HEADER, ROW, row({ comment: 'Müller' }), ''].join(end);
  test.each([1, 2, 3, 5, 7, 64, 100_000])('… in the places of refusals too, wherever chunks of %i bytes end', async (chunk) => {
    const at = { line: 4, column: 6 };
    expect(await refusal(`${text}50€0,\0`, TRADES, chunk)).toMatchObject({ code: 'NUL_IN_TEXT', at });
    expect(await refusal(Buffer.concat([Buffer.from(`${text}50€0,`), Buffer.from([0xfc])]), TRADES, chunk)).toMatchObject({ code: 'ENCODING_WRONG', at });
    expect(await refusal(Buffer.concat([Buffer.from(`${text}5000,`, 'latin1'), Buffer.from([0x81])]), { ...TRADES, encoding: 'windows-1252' }, chunk)).toMatchObject({ code: 'ENCODING_WRONG', at });
  });
});

describe('footer', () => {
  const profile: FileProfile = { ...SEMICOLON, thousands: '.', footer: '^(Summe|Total)', headerRow: 2 };
  const content = (...footer: string[]): string => ['Report', HEADER.replaceAll(',', ';'), '1;7;EURUSD;1.250,50;2026.11.02 12:00:00;1,5;', '2;7;EURUSD;0,25;2026.11.02 12:00:00;kaputt;', ...footer].join('\r\n');
  test.each([[['Summe;;;1.250,75;;;']], [['Total;;;1250,75;;1,50;', 'printed;;;9;;;', 'Total;;;7;;;']], [['Summe']], [[]]])('sums agree: %j', async (footer) => {
    expect((await read(content(...footer), profile)).summary).toMatchObject({ lines: 2, lots: '1250.75' });
  });
  test('a sum that differs refuses the report with the difference', async () => {
    const problem = await refusal(content('Summe;;;1.250,70;;;'), profile);
    expect(problem).toMatchObject({ code: 'TOTALS_DIFFER', at: { line: 5, column: 4 }, facts: { field: 'lots', stated: '1250.7', summed: '1250.75', difference: '0.05' } });
  });
  test.each(['(2,00)', '$2,00', '= 2,00 Lots', '2,00 Lots', '2,00 EUR', '1.250,75-', '+1.250,75', '\u0661\u0662', 'ca. 1.250,75'])('a sum written as %s is not passed over', async (text) => {
    expect(await refusal(content(`Summe;;;${text};;;`), profile)).toMatchObject({ code: 'TOTALS_UNREADABLE', at: { line: 5, column: 4 }, message: expect.stringContaining(`(footer, line 5, column 4) that is no number by the profile's marks: "${text}"`) });
  });
  test.each(['Summe 9 vom 2026-11-09', 'Summe;Konten: 3;Symbole: 1;;2026-11-09;;9 Zeilen', 'Summe;;;Lots;;Provision;', 'Summe;;;-;;n/a;'])('%s states no sum', async (row) => {
    expect((await read(content(row), profile)).summary).toMatchObject({ lines: 2, stated: [] });
  });
  test('a commission sum that differs too', async () => expect((await refusal(content('Summe;;;1.250,75;;1,49;'), profile)).code).toBe('TOTALS_DIFFER'));
  test('a sum in other marks', async () => expect((await refusal(content('Summe;;;1250.75;;;'), profile)).code).toBe('TOTALS_UNREADABLE'));
  test('lots are compared in reported lots', async () => expect((await read(content('Summe;;;1.250,75;;;'), { ...profile, lotUnit: '0.01' })).summary.lots).toBe('12.5075'));
});

test('a file’s name is only shown, however it looks', async () => {
  const problem: unknown = await readReportInBatches(bytesOf('x'), TRADES, '../../etc/passwd', () => undefined).then(() => null, (error: unknown) => error);
  expect(problem).toMatchObject({ code: 'COLUMNS_MISSING', at: { file: '../../etc/passwd' } });
});

describe('a currency that the profile does not list as USD', () => {
  const profile: FileProfile = { ...TRADES, columns: { ...TRADES.columns, comment: undefined, currency: 'Comment' }, currencies: ['USD', 'US$'] };
  test.each([['USD', null], ['US$', null], [' USD ', null], ['usd', /"usd"/], ['EUR', /Column "Comment" \(currency\) holds "EUR": .*only USD is counted/], ['', /Column "Comment" \(currency\) is empty/]])('%j', async (text, says) => {
    const malformed = (await read(file(row({ comment: text })), profile)).lines[0]?.malformed ?? null;
    if (says === null) expect(malformed).toBeNull();
    else expect(malformed).toMatch(says);
  });
});
