import { describe, expect, test } from 'vitest';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { read, refusal } from './fixture.ts';

const PROFILE: FileProfile = {
  format: 'json', rowsPath: 'data', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'S',
  columns: { ticket: 'id', account: 'client.login', symbol: 'symbol', lots: 'lots', closeTime: 'closed', commission: 'pay' },
};
const MEMBERS = ['"id": 1', '"client": {"login": "7"}', '"symbol": "EURUSD"', '"lots": 1.5', '"closed": "2026-10-06T12:00:00Z"'];
/** A row with members added, or in the place of its own. */
const row = (change: string): string => `{${MEMBERS.filter((member) => !change.includes(member.slice(0, member.indexOf(':') + 1))).join(', ')}${change}}`;

test('numbers keep every digit: tickets beyond 2^53, decimals as written', async () => {
  const { lines, summary } = await read(`{"data":[${row(', "id": 9007199254740993001, "lots": 0.1000000000000000001')},${row(', "lots": "0.2"')}]}`, PROFILE);
  expect(lines[0]).toMatchObject({ ticket: '9007199254740993001', lots: '0.1000000000000000001', malformed: null, account: '7' });
  expect(summary.lots).toBe('0.3000000000000000001');
});

test('typed numbers have a point, texts the profile’s marks', async () => {
  const { lines } = await read(`{"data":[${row(', "lots": 1.5')},${row(', "lots": "1.500,25"')},${row(', "lots": "1.5"')}]}`, { ...PROFILE, decimal: ',', thousands: '.' });
  expect(lines.map((line) => line.lots)).toEqual(['1.5', '1500.25', null]);
});

test('an own key with dots in its name wins over the path', async () => {
  const { lines } = await read(`{"data":[${row(', "client.login": "8"')},${row('')}]}`, PROFILE);
  expect(lines.map((line) => line.account)).toEqual(['8', '7']);
});

test('each row keeps its source text and place', async () => {
  const second = row(',\n "note": "a ] } \\" \\\\"');
  const { lines } = await read(`{\n "data": [\n  ${row('')},\n  ${second}\n ]\n}`, PROFILE);
  expect(lines.map((line) => [line.rowNumber, line.lineNumber, line.raw])).toEqual([[1, 3, row('')], [2, 4, second]]);
});

test('the document itself may be the array', async () => {
  expect((await read(`[${row('')}]`, { ...PROFILE, rowsPath: undefined })).summary.lines).toBe(1);
  expect((await read('{"data": []}', PROFILE)).summary.lines).toBe(0);
});

describe('the line is quarantined', () => {
  test.each([
    [row(', "lots": 1e2'), /lots/], [row(', "lots": null'), /empty/], [row(', "lots": [1]'), /holds an array/], [row(', "symbol": "EUR\\u0000USD"'), /NUL/], [row(', "symbol": "\\ud800"'), /half a character/],
    ['7', /no object/], ['null', /no object/], ['{}', /empty/], [row(', "id": 1.23E+15'), /digits are lost/], [row(', "closed": "2026-13-06T12:00:00Z"'), /no month 13/],
  ])('%s', async (bad, says) => {
    const { lines } = await read(`{"data":[${row('')},${bad},${row('')}]}`, PROFILE);
    expect(lines.map((line) => line.malformed === null)).toEqual([true, false, true]);
    expect(lines[1]?.malformed).toMatch(says);
    expect(JSON.stringify(lines)).not.toContain('\\u0000"');
  });
});

describe('a key that stands twice', () => {
  const profile: FileProfile = { ...PROFILE, columns: { ...PROFILE.columns, kind: 'kind', comment: 'note' }, kinds: { trade: ['t'], ignore: ['b'] } };
  const trade = (own: string): string => `{"id": 1, "kind": "t", "client": {"login": "7"}, "symbol": "EURUSD", "lots": 1.5, "closed": "2026-10-06T12:00:00Z"${own}}`;
  test.each([
    [', "lots": 100', 'Column "lots" (lots) stands twice'], [', "l\\u006fts": 1.5', 'Column "lots" (lots) stands twice'], [', "client": {"login": "8"}', 'Column "client.login" (account) stands twice'], [', "id": "2"', 'Column "id" (ticket) stands twice'],
    [', "kind": "b"', 'Column "kind" (kind) stands twice'], [', "note": "\\"", "symbol" : {"a": [1]}', 'Column "symbol" (symbol) stands twice'], [', "x": [{"lots": 1}, "]"], "closed": null', 'Column "closed" (closeTime) stands twice'],
  ])('%s makes the line malformed', async (own, says) => {
    const { lines } = await read(`{"data":[${trade('')},${trade(own)},${trade('')}]}`, profile);
    expect(lines.map(({ malformed }) => malformed === null)).toEqual([true, false, true]);
    expect(lines[1]!.malformed).toContain(says);
  });
  test('… inside of the object that holds it', async () => {
    const { lines } = await read(`{"data":[${trade('').replace('"login": "7"', '"login": "7", "login": "7"')}]}`, profile);
    expect(lines[0]!.malformed).toContain('Column "client.login" (account) stands twice');
  });
  test.each([', "other": 1, "other": 2', ', "x": {"lots": 9, "id": 3, "login": 1}', ', "note": "\\"lots\\": 1, {\\"id\\""', ', "x": [{"id": 1}, {"id": 2}]', ', "pay": 1, "pay": 2', ', "note": "lots", "login": 5'])('%s is nobody’s business', async (own) => {
    expect((await read(`{"data":[${trade(own)}]}`, profile)).lines[0]).toMatchObject({ malformed: null, lots: '1.5', ticket: '1', account: '7' });
  });
});

test('what no kind needs may hold anything', async () => {
  const profile: FileProfile = { ...PROFILE, columns: { ...PROFILE.columns, comment: 'note' } };
  const { lines } = await read(`{"data":[${row(', "pay": [1], "note": {"a": 1}')},${row(', "id": {"$oid": 1}')}]}`, profile);
  expect(lines[0]).toMatchObject({ malformed: null, commission: null, comment: null, raw: expect.stringContaining('"a": 1') });
  expect(lines[1]?.malformed).toBe('Column "id" (ticket) holds an object.');
});

describe('a row made to keep the reader busy', () => {
  test.each<[what: string, value: string, code: string, says: RegExp]>([
    ['deep, with a number', `${'['.repeat(20_000)}1${']'.repeat(20_000)}`, 'JSON_INVALID', /nested deeper than 64 \(line 2, column/],
    ['deep, of objects', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, 'JSON_INVALID', /nested deeper than 64/],
    ['deep, never closed', '['.repeat(500_000), 'JSON_INVALID', /nested deeper than 64/],
    ['10 MB field', `"${'x'.repeat(10 * 1024 * 1024)}"`, 'ROW_TOO_LARGE', /longer than 1048576/],
  ])('%s', async (_what, value, code, says) => {
    const problem = await refusal(`{"data":[\n${row(`, "note": ${value}`)}]}`, PROFILE);
    expect({ code: problem.code, message: problem.message, line: problem.at['line'] }).toEqual({ code, message: expect.stringMatching(says), line: 2 });
  });
  test('brackets in texts are no depth, nor are many side by side', async () => {
    const { lines } = await read(`{"data":[${row(`, "note": "${'['.repeat(100)}", "more": [${Array.from({ length: 100 }, () => '[1]').join()}]`)}]}`, PROFILE);
    expect(lines[0]).toMatchObject({ malformed: null });
  });
});

test.each([['"1\\u0000x"', '"1x"'], ['"\\ud800"', '"\ufffd"'], [`"${'x'.repeat(59)}😀y"`, `"${'x'.repeat(59)}"`]])('a sum that is no number, %s, is quoted as it can be kept', async (sum, quoted) => {
  const problem = await refusal(`{"data":[${row('')}], "sum": ${sum}}`, { ...PROFILE, totals: { lots: 'sum' } });
  expect(problem.code).toBe('TOTALS_UNREADABLE');
  expect(problem.message).toContain(quoted);
});

describe('the file is refused with line and column', () => {
  test.each([
    ['{"rows": []}', 'ROWS_MISSING', 1, 13], ['{"data": {}}', 'ROWS_MISSING', 1, 10], ['{"data": 5}', 'ROWS_MISSING', 1, 10], ['', 'JSON_INVALID', 1, 1],
    [`{"data":[${row('')}`, 'JSON_INVALID', 1, 9 + row('').length + 1], [`{"data":[${row('')}]`, 'JSON_INVALID', 1, 11 + row('').length], [`{"data":[\n${row('')} ${row('')}]}`, 'JSON_INVALID', 2, row('').length + 2],
    ['{"data":[]} x', 'JSON_INVALID', 1, 13], ['{"data":[1,]}', 'JSON_INVALID', 1, 12], ['{"data":[],}', 'JSON_INVALID', 1, 12], ["{'data':[]}", 'JSON_INVALID', 1, 2], ['{"data":[{a:1}]}', 'JSON_INVALID', 1, 10], ['{"data":[01]}', 'JSON_INVALID', 1, 10],
    ['{"data":[NaN]}', 'JSON_INVALID', 1, 10], ['{"x": tru, "data":[]}', 'JSON_INVALID', 1, 7], ['{"data":[],"data":[]}', 'KEY_REPEATED', 1, 12], ['['.repeat(70), 'JSON_INVALID', 1, 65], [`{"x": "a\nb", "data": []}`, 'JSON_INVALID', 1, 7],
  ])('%j', async (content, code, line, column) => {
    const problem = await refusal(content, PROFILE);
    expect({ code: problem.code, ...problem.at }).toEqual({ code, file: 'report.csv', line, column });
  });
});

describe('totals', () => {
  const stated: FileProfile = { ...PROFILE, totals: { lots: 'meta.sum.lots' } };
  test.each(['{"meta":{"sum":{"lots":3}},"data":[R,R]}', '{"data":[R,R],"meta":{"sum":{"lots":"3.00"}}}', '{"data":[R,R],"meta.sum.lots":3.0}'])('agree: %s', async (content) => {
    expect((await read(content.replaceAll('R', row('')), stated)).summary.lots).toBe('3');
  });
  test('differ', async () => {
    expect(await refusal(`{"data":[${row('')}],"meta":{"sum":{"lots":1.49}}}`, stated)).toMatchObject({ code: 'TOTALS_DIFFER', at: { line: 1, column: `{"data":[${row('')}],"meta":{"sum":{"lots":1`.length }, facts: { stated: '1.49', summed: '1.5', difference: '0.01' } });
  });
  test.each([['0.30000000000000004', null], ['0.3', null], ['"0.30000000000000004"', 'TOTALS_DIFFER'], ['0.300000000000001', 'TOTALS_DIFFER'], ['0.3000000000000010', 'TOTALS_DIFFER'], ['0.30000000000000104', 'TOTALS_DIFFER']])('a typed %s, which has more digits than a double keeps, is compared as one', async (sum, code) => {
    const content = `{"data":[${row(', "lots": 0.1')},${row(', "lots": 0.2')}],"meta":{"sum":{"lots":${sum}}}}`;
    if (code === null) expect((await read(content, stated)).summary.lots).toBe('0.3');
    else expect((await refusal(content, stated)).code).toBe(code);
  });
  test('are missing or no number', async () => {
    expect((await refusal(`{"data":[${row('')}]}`, stated)).code).toBe('TOTALS_MISSING');
    expect((await refusal(`{"data":[${row('')}],"meta":{"sum":{"lots":15e-1}}}`, stated)).code).toBe('TOTALS_UNREADABLE');
    expect((await refusal(`{"data":[${row('')}],"meta":{"sum":{"lots":1.5}},"meta":{"sum":{"lots":1.5}}}`, stated)).code).toBe('KEY_REPEATED');
  });
});
