import { describe, expect, test } from 'vitest';
import type { ReportLine } from '../../../domain/reports/line.ts';
import type { FileProfile, LineField } from '../../../domain/reports/profile.ts';
import { lineReader } from '../../../domain/reports/readLine.ts';
import { mappedFields } from '../../../domain/reports/row.ts';

const PROFILE: FileProfile = {
  format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade',
  columns: {
    ticket: 'ticket', account: 'account', server: 'server', symbol: 'symbol', lots: 'lots', openTime: 'open', closeTime: 'close', points: 'points', commission: 'pay', amount: 'amount',
    kind: 'kind', status: 'status', reference: 'ref', comment: 'note', side: 'side', openPrice: 'price',
  },
  kinds: { trade: ['T', ''], reversal: ['R'], adjustment: ['A'], ignore: ['B'] },
  statuses: { fraud: 'BROKER_FRAUD', fine: null },
};
const TRADE: Partial<Record<LineField, string>> = {
  ticket: '9007199254740993', account: '7', server: 'S', symbol: 'EURUSD', lots: '1', openTime: '2026-11-02T10:00:00Z', closeTime: '2026-11-02T11:00:00Z', points: '-30', commission: '5', kind: 'T',
};

function lineOf(cells: Partial<Record<LineField, string>>, profile: FileProfile = PROFILE, damage: string | null = null): ReportLine {
  return lineReader(profile)({ lineNumber: 2, raw: 'raw', cells: mappedFields(profile).map((field) => cells[field] ?? ''), typed: 0, damage }, 1, 'hash');
}

test('a trade has every field as text', () => {
  expect(lineOf({ ...TRADE, side: 'buy', openPrice: '1.0950', status: 'fraud' })).toEqual({
    rowNumber: 1, lineNumber: 2, raw: 'raw', contentHash: 'hash', kind: 'trade', malformed: null, ticket: '9007199254740993', account: '7', server: 'S', symbol: 'EURUSD', classText: null, class: null,
    lots: '1', openTime: '2026-11-02T10:00:00.000Z', closeTime: '2026-11-02T11:00:00.000Z', periodStart: null, bucket: null, points: '-30', commission: '5', amount: null, status: 'fraud',
    statusReason: 'BROKER_FRAUD', reference: null, reversedTicket: null, comment: null, kept: { side: 'buy', openPrice: '1.0950' },
  });
});

describe('only the cells that the kind needs are judged', () => {
  test.each<[LineField, string, fine: string]>([
    ['account', '', 'BR'], ['server', '', 'B'], ['symbol', '', 'BRA'], ['lots', '', 'BRA'], ['lots', '1e2', 'BRA'], ['openTime', '', 'BRA'], ['closeTime', 'x', 'BRA'], ['points', '', 'BRA'], ['points', 'n/a', 'BRA'],
    ['status', 'odd', 'BRA'], ['amount', 'x', 'TBR'], ['amount', '', 'TBR'], ['reference', '', 'TBA'], ['commission', 'x', 'TBRA'], ['comment', '', 'TBRA'], ['side', '?', 'TBRA'], ['openPrice', 'NaN', 'TBRA'], ['ticket', '', 'TBRA'],
  ])('%s %j is fine for %s', (field, text, fine) => {
    const whole = { ...TRADE, reference: '5', amount: '1' };
    const fineFor = ['T', 'B', 'R', 'A'].filter((kind) => lineOf({ ...whole, kind, [field]: text }).malformed === null);
    expect(fineFor.join('')).toBe(fine);
    const said = lineOf({ ...whole, kind: ['T', 'R', 'A'].find((kind) => !fine.includes(kind)) ?? 'T', [field]: text }).malformed;
    if (fine !== 'TBRA') expect(said).toContain(`"${PROFILE.columns[field]}" (${field})`);
  });
});

test('a cell that is not judged and cannot be read is null', () => {
  expect(lineOf({ kind: 'A', account: '7', server: 'S', amount: '-5.250', lots: 'x', closeTime: 'never', commission: '?' })).toMatchObject({ kind: 'adjustment', malformed: null, amount: '-5.25', lots: null, closeTime: null, commission: null });
});

test.each([['T', 'ticket'], ['A', 'ticket'], ['A', 'account'], ['T', 'account'], ['R', 'reference']] as const)('of kind %s a %s that a spreadsheet has turned into a float has lost its digits', (kind, field) => {
  const whole = { ...TRADE, kind, reference: '5', amount: '1' };
  expect(lineOf(whole).malformed).toBeNull();
  expect(lineOf({ ...whole, [field]: '1.23E+15' }).malformed).toContain(`(${field}) holds "1.23E+15": a spreadsheet has turned it into a float`);
});

describe('kinds', () => {
  test('a text outside every list', () => expect(lineOf({ ...TRADE, kind: 'X' })).toMatchObject({ kind: null, malformed: 'Column "kind" (kind) holds "X": no list of the profile’s kinds has this text.', ticket: '9007199254740993' }));
  test('an empty text may be in a list', () => expect(lineOf({ ...TRADE, kind: '' }).kind).toBe('trade'));
  test('without a column every row is a trade', () => {
    const { kind: _, ...columns } = PROFILE.columns;
    expect(lineOf(TRADE, { ...PROFILE, columns }).kind).toBe('trade');
    expect(lineOf({ ...TRADE, day: '2026-11-02' }, { ...PROFILE, level: 'account-day', columns: { ...columns, day: 'day' } }).kind).toBe('aggregate');
  });
  test('a reversal takes back the ticket in reference, or in ticket where there is no such column', () => {
    expect(lineOf({ ...TRADE, kind: 'R', reference: '5000' })).toMatchObject({ reversedTicket: '5000', malformed: null });
    const { reference: _, ...columns } = PROFILE.columns;
    expect(lineOf({ ...TRADE, kind: 'R' }, { ...PROFILE, columns })).toMatchObject({ reversedTicket: '9007199254740993', reference: null });
    expect(lineOf({ ...TRADE, kind: 'R', ticket: '' }, { ...PROFILE, columns }).malformed).toMatch(/"ticket"/);
  });
  test('a damaged row has no kind, unless it is ignored', () => {
    expect(lineOf(TRADE, PROFILE, 'The row has 3 cells.')).toMatchObject({ kind: null, malformed: 'The row has 3 cells.' });
    expect(lineOf({ kind: 'B' }, PROFILE, 'The row has 3 cells.')).toMatchObject({ kind: 'ignore', malformed: null });
  });
});

describe('statuses and classes', () => {
  test('null means none, an empty text without an entry too', () => {
    expect(lineOf({ ...TRADE, status: 'fine' })).toMatchObject({ status: 'fine', statusReason: null, malformed: null });
    expect(lineOf(TRADE)).toMatchObject({ status: null, statusReason: null, malformed: null });
  });
  test('an empty text may have a reason', () => expect(lineOf(TRADE, { ...PROFILE, statuses: { '': 'BROKER_FRAUD' } }).statusReason).toBe('BROKER_FRAUD'));
  test('names of Object’s own are no entries', () => expect(lineOf({ ...TRADE, status: 'constructor' }).malformed).toMatch(/status/));
  const aggregate: FileProfile = { ...PROFILE, level: 'account-day', columns: { account: 'a', class: 'c', lots: 'l', day: 'd' }, server: 'S', classes: { FX: 'forex' } };
  test('a class', () => expect(lineOf({ account: '1', class: 'FX', lots: '1', day: '2026-11-02' }, aggregate)).toMatchObject({ class: 'forex', classText: 'FX', malformed: null }));
  test('an unknown class is not malformed', () => expect(lineOf({ account: '1', class: 'Rice', lots: '1', day: '2026-11-02' }, aggregate)).toMatchObject({ class: null, classText: 'Rice', malformed: null }));
  test('no class, no day', () => {
    expect(lineOf({ account: '1', lots: '1', day: '2026-11-02' }, aggregate).malformed).toMatch(/"c" \(class\) is empty/);
    expect(lineOf({ account: '1', class: 'FX', lots: '1', day: '2026-11-31' }, aggregate).malformed).toMatch(/no day 31/);
  });
});

test('lots are reported lots', () => {
  expect(lineOf({ ...TRADE, lots: '1250' }, { ...PROFILE, lotUnit: '0.01' }).lots).toBe('12.5');
  expect(lineOf({ ...TRADE, lots: '-3' }, { ...PROFILE, lotUnit: '0.001' }).lots).toBe('-0.003');
});
