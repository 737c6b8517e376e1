import { describe, expect, test } from 'vitest';
import type { ReportLine } from '../../../../domain/reports/line.ts';
import type { FileProfile, LineField } from '../../../../domain/reports/profile.ts';
import { read } from './fixture.ts';
import { rows, workbook } from './workbook.ts';

/** Every key of a profile (cases/README "profile") in every format in which it makes sense: the same cells, the same line. */

type Cells = Partial<Record<LineField, string>>;
const TRADE: Cells = { ticket: '1', account: '7', symbol: 'EURUSD', lots: '1.5', closeTime: '2026-11-02T12:00:00' };
const DAY: Cells = { account: '7', class: 'FX', lots: '1.5', day: '2026-11-02' };
const BASE: Omit<FileProfile, 'columns'> = { format: 'csv', dateFormat: 'iso', timeZone: 'Europe/Athens', level: 'trade', server: 'S' };
const FORMATS = ['csv', 'json', 'xlsx'] as const;

/** Numbers are texts here unless marked `n:`, which json and xlsx hold as numbers of their own. */
const plain = (cell: string): string => cell.replace(/^n:/, '');

async function line(format: (typeof FORMATS)[number], cells: Cells, change: Partial<FileProfile>): Promise<ReportLine> {
  const fields = Object.keys(cells) as LineField[];
  const profile: FileProfile = { ...BASE, columns: Object.fromEntries(fields.map((field) => [field, field.toUpperCase()])), ...change, format };
  const texts = fields.map((field) => cells[field] ?? '');
  const content = format === 'csv' ? `${Object.values(profile.columns).join('|')}\n${texts.map(plain).join('|')}\n`
    : format === 'json' ? `[{${fields.map((field, at) => `"${field.toUpperCase()}": ${texts[at]?.startsWith('n:') === true ? plain(texts[at]) : JSON.stringify(texts[at])}`).join(', ')}}]`
    : await workbook({ sheets: { a: rows(fields.map((field) => field.toUpperCase()), texts) } });
  const { lines } = await read(content, format === 'csv' ? { ...profile, delimiter: '|' } : profile);
  expect(lines.length).toBe(1);
  return lines[0]!;
}

describe.each(FORMATS)('%s', (format) => {
  test.each<[what: string, cells: Cells, change: Partial<FileProfile>, expected: Partial<ReportLine>]>([
    ['decimal and thousands', { ...TRADE, lots: '1.234,50' }, { decimal: ',', thousands: '.' }, { lots: '1234.5' }],
    ['thousands of a narrow space', { ...TRADE, lots: '1\u202f234.5' }, { thousands: ' ' }, { lots: '1234.5' }],
    ['unitSuffix', { ...TRADE, lots: '1.50 Lots', commission: '7.00 Lots' }, { unitSuffix: ' Lots' }, { lots: '1.5', commission: '7' }],
    ['lotUnit', { ...TRADE, lots: 'n:150' }, { lotUnit: '0.01' }, { lots: '1.5' }],
    ['epochMillis', { ...TRADE, closeTime: 'n:1793613600000' }, { dateFormat: 'epochMillis', timeZone: undefined }, { closeTime: '2026-11-02T10:00:00.000Z' }],
    ['epochMillis as text', { ...TRADE, closeTime: '1793613600000' }, { dateFormat: 'epochMillis' }, { closeTime: '2026-11-02T10:00:00.000Z' }],
    ['excel', { ...TRADE, closeTime: 'n:46328.5' }, { dateFormat: 'excel' }, { closeTime: '2026-11-02T10:00:00.000Z' }],
    ['excel as text, by the profile’s marks', { ...TRADE, lots: '2', closeTime: '46.328,5' }, { dateFormat: 'excel', decimal: ',', thousands: '.' }, { closeTime: '2026-11-02T10:00:00.000Z' }],
    ['dateFormat of tokens', { ...TRADE, closeTime: '2 Nov 2026 12:00 PM' }, { dateFormat: 'd MMM yyyy h:mm a' }, { closeTime: '2026-11-02T10:00:00.000Z' }],
    ['dateFormat of digits, as a number', { ...TRADE, closeTime: 'n:20261102120000' }, { dateFormat: 'yyyyMMddHHmmss' }, { closeTime: '2026-11-02T10:00:00.000Z' }],
    ['an offset in an ISO text beats timeZone', { ...TRADE, closeTime: '2026-11-02T12:00:00-05:00' }, {}, { closeTime: '2026-11-02T17:00:00.000Z' }],
    ['a time that occurs twice', { ...TRADE, closeTime: '2026-10-25T03:30:00' }, {}, { closeTime: '2026-10-25T00:30:00.000Z' }],
    ['a time that does not exist', { ...TRADE, closeTime: '2026-03-29T03:30:00' }, {}, { closeTime: null, malformed: 'Column "CLOSETIME" (closeTime) holds "2026-03-29T03:30:00": that local time does not exist in Europe/Athens.' }],
    ['statuses', { ...TRADE, status: 'fraud' }, { statuses: { fraud: 'BROKER_FRAUD' } }, { status: 'fraud', statusReason: 'BROKER_FRAUD' }],
    ['statuses: the empty text', { ...TRADE, status: '' }, { statuses: { '': 'BROKER_RULE_PARTIAL_CLOSE' } }, { status: null, statusReason: 'BROKER_RULE_PARTIAL_CLOSE' }],
    ['kinds: a reversal', { ...TRADE, kind: 'undo', reference: 'n:9007199254740993' }, { kinds: { trade: ['buy'], reversal: ['undo'] } }, { kind: 'reversal', reversedTicket: '9007199254740993' }],
    ['kinds: a number', { ...TRADE, kind: 'n:6' }, { kinds: { trade: ['0', '1'], ignore: ['6'] } }, { kind: 'ignore' }],
    ['kinds: an adjustment', { account: '7', lots: '', closeTime: '', symbol: '', kind: 'adj', amount: 'n:-3.35' }, { kinds: { trade: [''], adjustment: ['adj'] } }, { kind: 'adjustment', amount: '-3.35' }],
    ['server as a column', { ...TRADE, server: 'S-2' }, {}, { server: 'S-2' }],
    ['classes, account-day', DAY, { level: 'account-day', classes: { FX: 'forex' } }, { kind: 'aggregate', class: 'forex', bucket: '2026-11-02', periodStart: '2026-11-01T22:00:00.000Z', closeTime: '2026-11-02T21:59:59.999Z' }],
    ['account-day, excel', { ...DAY, day: 'n:46328' }, { level: 'account-day', dateFormat: 'excel', classes: { FX: 'forex' } }, { bucket: '2026-11-02' }],
    ['account-day, epochMillis', { ...DAY, day: 'n:1793613600000' }, { level: 'account-day', dateFormat: 'epochMillis', classes: { FX: 'forex' } }, { bucket: '2026-11-02' }],
    ['account-month', { account: '7', symbol: 'EURUSD', lots: '2', month: '2026-10' }, { level: 'account-month' }, { bucket: '2026-10', periodStart: '2026-09-30T21:00:00.000Z', closeTime: '2026-10-31T21:59:59.999Z' }],
    ['account-month, of names', { account: '7', symbol: 'EURUSD', lots: '2', month: 'October 2026' }, { level: 'account-month', dateFormat: 'MMMM yyyy' }, { bucket: '2026-10' }],
    ['account-month, as a number', { account: '7', symbol: 'EURUSD', lots: '2', month: 'n:202610' }, { level: 'account-month', dateFormat: 'yyyyMM' }, { bucket: '2026-10' }],
    ['the kept ones', { ...TRADE, side: 'buy', openPrice: 'n:1.085', profit: 'n:-12.5', currency: 'EUR', comment: 'from #200' }, {}, { comment: 'from #200', kept: { side: 'buy', openPrice: '1.085', profit: '-12.5', currency: 'EUR' } }],
  ])('%s', async (_what, cells, change, expected) => expect(await line(format, cells, change)).toMatchObject({ malformed: null, ...expected }));
});

describe('encodings of text, whatever the format', () => {
  const encoded: [label: string | undefined, bytes: (text: string) => Buffer][] = [
    [undefined, (text) => Buffer.from(`\ufeff${text}`, 'utf16le')], [undefined, (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()], ['utf-16be', (text) => Buffer.from(text, 'utf16le').swap16()],
    ['windows-1252', (text) => Buffer.from(text, 'latin1')], ['iso-8859-1', (text) => Buffer.from(text, 'latin1')], ['gb18030', (text) => Buffer.concat(text.split('é').flatMap((part, at) => [...(at > 0 ? [Buffer.from([0xa8, 0xa6])] : []), Buffer.from(part)]))],
  ];
  test.each(encoded)('%s', async (encoding, bytes) => {
    const columns = { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'z', comment: 'prénom' };
    const profile: FileProfile = { ...BASE, encoding, columns };
    const cells = ['1', '7', 'EURUSD', '1.5', '2026-11-02T12:00:00', 'é1'];
    const csv = await read(bytes(`${Object.values(columns).join(',')}\n${cells.join(',')}\n`), profile);
    const json = await read(bytes(`[${JSON.stringify(Object.fromEntries(Object.values(columns).map((name, at) => [name, cells[at]])))}]`), { ...profile, format: 'json' });
    for (const { lines } of [csv, json]) expect(lines).toMatchObject([{ comment: 'é1', malformed: null }]);
  });
});
