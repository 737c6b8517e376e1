import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { brokerProfileSchema } from '../../../api/schemas/profile.ts';
import type { BrokerProfile } from '../../../domain/reports/profile.ts';

const TRADES = {
  format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm:ss', timeZone: 'Europe/Athens', level: 'trade', server: 'S',
  columns: { ticket: 'Deal', account: 'Login', symbol: 'Symbol', lots: 'Volume', closeTime: 'Time' },
};

test('its output is a broker profile', () => {
  expectTypeOf<z.output<typeof brokerProfileSchema>>().toExtend<BrokerProfile>();
  expect(brokerProfileSchema.parse(TRADES)).toEqual(TRADES);
  const mail = { format: 'eml', from: ['reports@broker.example'], attachment: { ...TRADES, format: 'xlsx', dateFormat: 'excel', sheet: 'Deals' } };
  expect(brokerProfileSchema.parse(mail)).toEqual(mail);
});

describe('what can be left out', () => {
  test.each([
    ['zone, with an offset in the format', { dateFormat: 'yyyy-MM-dd HH:mm:ss ZZ', timeZone: undefined }], ['zone, with epochMillis', { dateFormat: 'epochMillis', timeZone: undefined }], ['zone, with iso', { dateFormat: 'iso', timeZone: undefined }],
    ['a fixed zone', { timeZone: '+02:00' }], ['a footer', { footer: '^(Summe|Total) ?[0-9]*' }], ['a tab', { delimiter: '\t', quote: '' }], ['months without a day', { level: 'account-month', dateFormat: 'MM/yyyy', columns: { account: 'a', class: 'c', lots: 'l', month: 'm' }, classes: { FX: 'forex' } }],
  ])('%s', (_what, change) => {
    expect(brokerProfileSchema.safeParse({ ...TRADES, ...change }).error?.issues).toBeUndefined();
  });
});

describe('what is refused, with its field', () => {
  test.each<[string, object, string]>([
    ['unknown key', { delimeter: ';' }, ''], ['unknown column', { columns: { ...TRADES.columns, login: 'x' } }, 'columns'], ['no zone', { timeZone: undefined }, 'timeZone'], ['no such zone', { timeZone: 'Europe/Atlantis' }, 'timeZone'],
    ['zone for days', { dateFormat: 'iso', timeZone: undefined, level: 'account-day', columns: { ...TRADES.columns, day: 'Day' } }, 'timeZone'], ['format', { dateFormat: 'yyyy.MM.ddTHH:mm' }, 'dateFormat'], ['format without a day', { dateFormat: 'MM.yyyy' }, 'dateFormat'],
    ['delimiter of two', { delimiter: '||' }, 'delimiter'], ['delimiter is a line end', { delimiter: '\n' }, 'delimiter'], ['quote is the delimiter', { delimiter: '"' }, 'quote'], ['marks are one', { decimal: ',', thousands: ',' }, 'thousands'], ['a digit as mark', { decimal: '0' }, 'decimal'],
    ['footer does not compile', { footer: '^(Sum' }, 'footer'], ['footer is too large', { footer: '(?:a{1,100}){9}' }, 'footer'], ['footer looks around', { footer: '(?=a)b' }, 'footer'], ['footer refers back', { footer: '(a)\\1' }, 'footer'],
    ['no lots', { columns: { ...TRADES.columns, lots: undefined } }, 'columns.lots'], ['no close time', { columns: { ...TRADES.columns, closeTime: undefined } }, 'columns.closeTime'], ['no day', { level: 'account-day' }, 'columns.day'], ['no month', { level: 'account-month' }, 'columns.month'],
    ['no symbol', { columns: { ...TRADES.columns, symbol: undefined } }, 'columns'], ['no server', { server: undefined }, 'server'], ['kinds missing', { columns: { ...TRADES.columns, kind: 'Type' } }, 'kinds'], ['a kind twice', { columns: { ...TRADES.columns, kind: 'Type' }, kinds: { trade: ['buy'], ignore: ['buy '] } }, 'kinds.ignore'],
    ['adjustments without amount', { columns: { ...TRADES.columns, kind: 'Type' }, kinds: { adjustment: ['x'] } }, 'columns.amount'], ['a reason that is none', { columns: { ...TRADES.columns, status: 's' }, statuses: { a: 'paid' } }, 'statuses.a'], ['encoding', { encoding: 'latin-9000' }, 'encoding'],
    ['lot unit zero', { lotUnit: '0.00' }, 'lotUnit'], ['lot unit as a float', { lotUnit: 0.01 }, 'lotUnit'], ['header row zero', { headerRow: 0 }, 'headerRow'], ['level', { level: 'week' }, 'level'], ['format', { format: 'pdf' }, 'format'],
  ])('%s', (_what, change, path) => {
    const found = brokerProfileSchema.safeParse({ ...TRADES, ...change });
    expect(found.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});

describe('statuses', () => {
  const parse = (reason: string) => brokerProfileSchema.safeParse({ ...TRADES, columns: { ...TRADES.columns, status: 'Status' }, statuses: { '': null, x: reason } });

  test.each([
    'MALFORMED', 'DUPLICATE', 'SUPERSEDED', 'ACCOUNT_NOT_LINKED', 'LINK_NOT_VERIFIED', 'LINKED_AFTER_TRADE', 'AGREEMENT_INACTIVE', 'ACCOUNT_TYPE_EXCLUDED', 'UNKNOWN_SYMBOL',
    'ZERO_VOLUME_CLOSE_BY', 'MIN_DURATION', 'MIN_MOVE', 'SELF_REFERRAL',
  ])('%s is the judging\'s own', (reason) => {
    expect(parse(reason).error?.issues).toMatchObject([{ path: ['statuses', 'x'], message: expect.stringContaining(`${reason} is found by the judging itself`) }]);
  });
  test.each(['BROKER_FRAUD', 'BROKER_RULE_PARTIAL_CLOSE', 'BROKER_REVERSED', 'INSTRUMENT_EXCLUDED', 'BONUS_TRADE'])('%s is a broker\'s', (reason) => {
    expect(parse(reason).success).toBe(true);
  });
});
