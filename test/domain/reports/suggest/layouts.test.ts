import { describe, expect, test } from 'vitest';
import { suggestFor, type SuggestionResult } from '../../../../activities/reports/preview/suggest.ts';

interface Layout { what: string; file: string; encoding?: BufferEncoding; bytes?: Buffer; profile: object; asked: string[]; notes?: RegExp; read?: [lines: number, malformed: number] | null }

/** Enough rows to be a report. */
const rows = (header: string, row: (n: number) => string, count = 12): string => [header, ...Array.from({ length: count }, (_, n) => row(n))].join('\n');
const two = (n: number): string => String(n).padStart(2, '0');
const SYMBOLS = ['EURUSD', 'XAUUSD', 'GBPJPY'];
const symbol = (n: number): string => SYMBOLS[n % 3]!;

const LAYOUTS: Layout[] = [
  {
    what: 'MT4 history, tabs, two columns Price', asked: ['kinds', 'timeZone', 'server', 'full'], notes: /"Price" stands more than once/,
    file: rows('Login\tTicket\tOpen Time\tType\tSize\tItem\tPrice\tClose Time\tPrice\tCommission\tProfit', (n) => `70${n % 4}\t${9000 + n}\t2026.11.0${1 + n % 9} 10:0${n % 10}\t${n % 5 === 4 ? 'balance' : n % 2 ? 'buy' : 'sell'}\t0.${two(n + 1)}\t${symbol(n).toLowerCase()}\t1.1\t2026.11.0${1 + n % 9} 11:3${n % 10}\t1.2\t0.00\t-${n}.50`),
    profile: { format: 'csv', delimiter: '\t', level: 'trade', dateFormat: 'yyyy.MM.dd HH:mm', kinds: { trade: expect.arrayContaining(['buy', 'sell']), ignore: ['balance'] }, columns: { ticket: 'Ticket', account: 'Login', symbol: 'Item', lots: 'Size', openTime: 'Open Time', closeTime: 'Close Time', commission: 'Commission', kind: 'Type', profit: 'Profit' } },
  },
  {
    what: 'MT5 deals of both entries', asked: ['kinds', 'timeZone', 'server', 'full'],
    file: rows('Time,Login,Deal,Order,Symbol,Direction,Type,Volume,Price,Commission', (n) => `2026.11.13 09:${two(n)}:01.${two(n)}0,8${n % 3}1,${5000 + n},${100 + Math.floor(n / 2)},${symbol(n)},${n % 2 ? 'out' : 'in'},buy,0.10,1.08${n},0.70`),
    profile: { dateFormat: 'yyyy.MM.dd HH:mm:ss.SSS', columns: { ticket: 'Deal', closeTime: 'Time', symbol: 'Symbol', lots: 'Volume' } },
  },
  {
    what: 'cTrader portal: quoted, zone in the header, months by name, thousands', asked: ['columns.commission', 'lotUnit', 'timeZone', 'server', 'full'],
    file: rows('"Position ID";"Account Number";"Symbol";"Direction";"Closing Quantity";"Closing Time (UTC+2)";"Net Profit"', (n) => `"PID${n}";"5${n % 4}00${n % 4}";"${symbol(n)}";"Buy";"1,${two(n)}0.50 Lots";"${two(n + 1)} Nov 2026 1${n % 10}:00:00";"${n}.10"`),
    profile: { delimiter: ';', decimal: '.', thousands: ',', unitSuffix: ' Lots', dateFormat: 'dd MMM yyyy HH:mm:ss', columns: { ticket: 'Position ID', account: 'Account Number', symbol: 'Symbol', lots: 'Closing Quantity', closeTime: 'Closing Time (UTC+2)', side: 'Direction', profit: 'Net Profit' } },
  },
  {
    what: 'American dates and halves of the day', asked: ['columns.commission', 'timeZone', 'server', 'full'],
    file: rows('Trade ID,Trading Account,Instrument,Lots,Date Closed', (n) => `T${n},${100 + n % 3},${symbol(n)},0.5${n % 10},11/${two(n + 8)}/2026 ${1 + n % 9}:05 ${n % 2 ? 'PM' : 'AM'}`),
    profile: { dateFormat: 'MM/dd/yyyy h:mm a', columns: { ticket: 'Trade ID', account: 'Trading Account', symbol: 'Instrument', lots: 'Lots', closeTime: 'Date Closed' } },
  },
  {
    what: 'dates that can be read both ways', asked: ['columns.commission', 'dateFormat', 'timeZone', 'server', 'full'],
    file: rows('Ticket,Login,Symbol,Lots,Close Time', (n) => `${n},7${n % 3},${symbol(n)},0.10,0${1 + n % 9}/0${1 + n % 5}/2026 10:00`),
    profile: { columns: { closeTime: 'Close Time' } },
  },
  {
    what: 'a number that can be read both ways', asked: ['columns.commission', 'decimal', 'timeZone', 'server', 'full'],
    file: rows('Ticket;Login;Symbol;Lots;Close Time', (n) => `${n};7${n % 3};${symbol(n)};1,${n + 100};2026-11-${two(n + 1)} 10:00`),
    profile: { delimiter: ';', dateFormat: 'iso' },
  },
  {
    what: 'units, which are never guessed to be lots', asked: ['columns.commission', 'lotUnit', 'timeZone', 'server', 'full'],
    file: rows('Ticket,Login,Symbol,Volume (units),Close Time', (n) => `${n},7${n % 3},${symbol(n)},${(n + 1) * 1000},2026-11-${two(n + 1)} 10:00:00`),
    profile: { columns: { lots: 'Volume (units)' } },
  },
  {
    what: 'sep= and Swiss thousands', asked: ['columns.commission', 'lotUnit', 'timeZone', 'server', 'full'],
    file: `sep=;\n${rows('Ticket;Konto;Symbol;Lots;Datum', (n) => `${n};7${n % 3};${symbol(n)};1'2${two(n)}.50;${two(n + 10)}.11.2026 10:00:00`)}`,
    profile: { delimiter: ';', thousands: '\'', decimal: '.', dateFormat: 'dd.MM.yyyy HH:mm:ss', columns: { ticket: 'Ticket', account: 'Konto', symbol: 'Symbol', lots: 'Lots', closeTime: 'Datum' } },
  },
  {
    what: 'Russian in windows-1251, sums at the end', asked: ['timeZone', 'classes', 'server', 'full'],
    bytes: Buffer.concat([windows1251('Логин;Дата;Группа;Объем;Комиссия\n'), windows1251(rows('', (n) => `7${n % 4}1;${two(n + 1)}.11.2026;${n % 2 ? 'Форекс' : 'Металлы'};${n},25;${n},10`, 20).trim()), windows1251('\nИтого:;;;195,00;\n')]), file: '',
    profile: { encoding: 'windows-1251', delimiter: ';', decimal: ',', footer: '^Итого', level: 'account-day', dateFormat: 'dd.MM.yyyy', classes: { Форекс: 'forex', Металлы: 'metals' }, columns: { account: 'Логин', day: 'Дата', class: 'Группа', lots: 'Объем', commission: 'Комиссия' } },
  },
  {
    what: 'months by account and symbol, under a title', asked: ['columns.commission', 'timeZone', 'full'],
    file: `IB report\nGenerated,2026-11-30\n\n${rows('Month,Server,Account,Symbol,Lots', (n) => `${n % 2 ? 'Oct' : 'Sep'} 2026,S${n % 2},10${n},${symbol(n)},${n}.5`)}`,
    profile: { headerRow: 4, level: 'account-month', dateFormat: 'MMM yyyy', columns: { month: 'Month', server: 'Server', account: 'Account', symbol: 'Symbol', lots: 'Lots' } },
  },
  {
    what: 'json without a root key, numbers, times with offsets', asked: ['columns.commission', 'lotUnit', 'server', 'full'],
    file: JSON.stringify(Array.from({ length: 8 }, (_, n) => ({ id: n, user: { login: 700 + n }, symbol: symbol(n), volume: n + 1, closed_at: `2026-11-1${n}T10:00:00+02:00` }))),
    profile: { format: 'json', dateFormat: 'iso', level: 'trade', columns: { ticket: 'id', account: 'user.login', symbol: 'symbol', lots: 'volume', closeTime: 'closed_at' } },
  },
  {
    what: 'Spanish with articles, months by name and halves of the day', asked: ['timeZone', 'server', 'full'],
    file: rows('Número de orden|Número de cuenta|Símbolo|Lotes|Fecha de apertura|Fecha de cierre|Comisión|Nota interna', (n) => `${70 + n}|88${n % 3}1|${symbol(n)}|1.${two(n)}|${two(n + 1)}-Nov-2026 2:22 PM|${two(n + 1)}-Nov-2026 3:${two(n)} PM|4.50|x`), notes: /Not used: "Nota interna"/,
    profile: { delimiter: '|', level: 'trade', dateFormat: 'dd-MMM-yyyy h:mm a', columns: { ticket: 'Número de orden', account: 'Número de cuenta', symbol: 'Símbolo', lots: 'Lotes', openTime: 'Fecha de apertura', closeTime: 'Fecha de cierre', commission: 'Comisión' } },
  },
  {
    what: 'French with articles', asked: ['columns.commission', 'timeZone', 'server', 'full'],
    file: rows("N° d'ordre;Numéro de compte;Symbole;Lots;Date d'ouverture;Clôturé le", (n) => `${70 + n};88${n % 3}1;${symbol(n)};1,${two(n)};${two(n + 13)}/11/2026 10:22;${two(n + 13)}/11/2026 11:${two(n)}`),
    profile: { delimiter: ';', decimal: ',', level: 'trade', dateFormat: 'dd/MM/yyyy HH:mm', columns: { ticket: "N° d'ordre", account: 'Numéro de compte', openTime: "Date d'ouverture", closeTime: 'Clôturé le' } },
  },
  {
    what: 'date and time of day in two columns, which no profile joins', asked: ['columns.closeTime', 'timeZone', 'server', 'full'], notes: /Not used: "Close Time"/,
    file: rows('Ticket,Login,Symbol,Lots,Close Date,Close Time,IB Comm. USD', (n) => `${n},7${n % 3},${symbol(n)},0.1${n % 10},2026-11-${two(n + 1)},10:00:${two(n)},1.5${n % 10}`),
    profile: { level: 'trade', dateFormat: 'iso', columns: { closeTime: 'Close Date', commission: 'IB Comm. USD' } },
  },
  {
    what: 'midnights, and a commission with the currency before it', asked: ['columns.closeTime', 'columns.commission', 'timeZone', 'server', 'full'],
    file: rows('Deal;Login;Symbol;Lots;Close time;Commission ($)', (n) => `${n};7${n % 3};${symbol(n)};0.1${n % 10};${two(n + 13)}.11.2026 00:00;$1,0${two(n)}.20`),
    profile: { level: 'trade', dateFormat: 'dd.MM.yyyy HH:mm', columns: { closeTime: 'Close time' } },
  },
  {
    what: 'names that say nothing', asked: ['columns.commission', 'columns.account', 'columns.ticket', 'timeZone', 'server', 'full'],
    file: rows('a1;b2;c3;d4', (n) => `${symbol(n)};0,${two(n + 1)};${two(n + 13)}.11.2026 10:00;x`),
    profile: { columns: { symbol: 'a1', lots: 'b2', closeTime: 'c3' } }, read: null,
  },
  {
    what: 'a broker\'s status and kinds of his own', asked: ['columns.commission', 'kinds', 'statuses', 'timeZone', 'server', 'full'],
    file: rows('Order,Client login,Pair,Lot,Closed at,Record type,Trade status,Amount', (n) => `${n},7${n % 3},${symbol(n)},0.1${n % 10},2026-11-${two(n + 1)} 10:00,${['Trade', 'Adjustment', 'Kickback'][n % 3]},${['valid', 'fraud', 'Limbo'][n % 3]},${n % 3 === 1 ? '-1.50' : ''}`),
    profile: { kinds: { trade: ['Trade'], adjustment: ['Adjustment'] }, statuses: { valid: null, fraud: 'BROKER_FRAUD' }, columns: { kind: 'Record type', status: 'Trade status', amount: 'Amount', account: 'Client login' } }, read: [12, 4],
  },
];

function windows1251(text: string): Buffer {
  return Buffer.from(Array.from(text).map((letter) => {
    const code = letter.charCodeAt(0);
    return code < 0x80 ? code : letter === 'ё' ? 0xb8 : code - 0x410 + 0xc0;
  }));
}
const suggestion = ({ file, bytes, encoding = 'utf8' }: Pick<Layout, 'file' | 'bytes' | 'encoding'>): Promise<SuggestionResult> => suggestFor(bytes ?? Buffer.from(file, encoding), 'sample', { servers: [] });

test.each(LAYOUTS)('$what', async ({ profile, asked, notes, read, ...layout }) => {
  const found = await suggestion(layout);
  expect(found.profile).toMatchObject(profile);
  expect(found.questions.map(({ setting }) => setting).sort()).toEqual([...asked].sort());
  if (notes !== undefined) expect(found.notes.join('\n')).toMatch(notes);
  if (read === null) expect(found.read).toBeNull();
  else {
    const malformed = found.read!.malformed.reduce((total, { lines }) => total + lines, 0);
    expect([found.read!.refusal, found.read!.looked > 7, malformed]).toEqual([null, true, read?.[1] ?? 0]);
  }
  for (const finding of found.findings) expect(finding.reason).toMatch(/^.{8,}\.$/s);
});

describe('what is asked', () => {
  test('names the two readings of a date, and the zone that a header speaks of', async () => {
    const find = async (what: string, setting: string) => (await suggestion(LAYOUTS.find((layout) => layout.what.startsWith(what))!)).questions.find((question) => question.setting === setting)!;
    expect(await find('dates that', 'dateFormat')).toMatchObject({ choices: ['dd/MM/yyyy HH:mm', 'MM/dd/yyyy HH:mm'], suggested: null });
    expect(await find('cTrader', 'timeZone')).toMatchObject({ suggested: '+02:00' });
    expect(await find('MT4', 'timeZone')).toMatchObject({ suggested: null });
    expect(await find('units', 'lotUnit')).toMatchObject({ choices: ['1', '0.01', '0.0001'], suggested: null });
    expect(await find('date and time', 'columns.closeTime')).toMatchObject({ suggested: 'Close Date', question: expect.stringContaining('it stands in "Close Time", but a profile cannot join two columns') });
    expect(await find('midnights', 'columns.closeTime')).toMatchObject({ suggested: 'Close time' });
    expect(await find('midnights', 'columns.commission')).toMatchObject({ suggested: null, question: expect.stringContaining('"Commission ($)" holds "$1,000.20", and a profile reads no currency before a number') });
    expect(await find('units', 'columns.commission')).toMatchObject({ suggested: null, question: expect.stringMatching(/No column says so.*no receivable is booked/) });
    expect(await find('a broker', 'kinds')).toMatchObject({ suggested: { unknown: ['Kickback'] } });
    expect(await find('a broker', 'statuses')).toMatchObject({ suggested: { valid: null, fraud: 'BROKER_FRAUD' }, question: expect.stringMatching(/Not known.*: "Limbo"/) });
  });
  test.each([
    ['Rebate status', ['Settled', 'Under review', 'Pending', 'In dispute', 'ok', 'Clôturé', 'Active'], { Settled: null, ok: null }],
    ['Flag', ['yes', 'no', ''], { '': null }],
    ['Eligible', ['yes', 'no'], { yes: null, no: 'BROKER_REJECTED' }],
    ['Status', Array.from({ length: 30 }, (_, n) => `Held by desk ${n}`), {}],
  ])('of the texts of a status "%s" only known words of success are suggested as paid, each other one is asked for', async (header, texts, known) => {
    const found = await suggestion({ file: rows(`Ticket,Login,Symbol,Lots,Close Time,Commission,${header}`, (n) => `${n},7${n % 3},EURUSD,0.10,2026-11-13 10:00:0${n % 10},1.00,${texts[n % texts.length]}`, 60) });
    expect(found.profile).toMatchObject({ columns: { status: header } });
    expect((found.profile as { statuses: object }).statuses).toEqual(known);
    const { suggested, question } = found.questions.find(({ setting }) => setting === 'statuses')!;
    expect(suggested).toEqual(known);
    const unknown = texts.filter((text) => !(text in known));
    for (const text of unknown) expect(question).toContain(`"${text}"`);
    expect(found.read!.malformed.reduce((total, { lines }) => total + lines, 0)).toBe(Array.from({ length: 60 }, (_, n) => texts[n % texts.length]!).filter((text) => unknown.includes(text)).length);
  });
});

test.each(['IB Comm. USD', 'IB Comm', 'Partner comm. (USD)', 'Comm, USD', 'Commission (USD)', 'Commission USD', 'Earned commission', 'Total IB commission, $', 'Introducing Broker Commission'])('"%s" is a commission', async (name) => {
  const found = await suggestion({ file: rows(`Ticket;Login;Symbol;Lots;Close Time;${name};Comment`, (n) => `${n};7${n % 3};EURUSD;0.10;2026-11-13 10:00:00;1.${two(n)};x`) });
  expect(found.profile).toMatchObject({ columns: { commission: name, comment: 'Comment' } });
});

test.each<[string, Buffer, string, RegExp]>([
  ['an HTML statement', Buffer.from('<!DOCTYPE html><html><body><table><tr><td>Ticket</td></tr></table></body></html>'), 'html', /HTML page/],
  ['an old Excel file', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'xls', /\.xlsx or csv/],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'pdf', /PDF/],
  ['a zip', Buffer.from('504b030414000000', 'hex'), 'zip', /Unpack it/],
  ['prose', Buffer.from('Dear partner,\nplease find your report attached.\n'), 'csv', /could be a header/],
  ['JSON without a list', Buffer.from('{"error":"try later"}'), 'json', /No list of objects/],
  ['JSON that breaks off', Buffer.from('[{"ticket":1},{"ticket":'), 'csv', /is none/],
  ['a mail without an attachment', Buffer.from('From: a@b.example\r\nTo: c@d.example\r\nSubject: Report\r\n\r\nSee you.\r\n'), 'eml', /no attachment/],
])('%s is told as what it is', async (_what, bytes, format, note) => {
  const found = await suggestFor(bytes, 'sample.csv', { servers: [] });
  expect(found).toMatchObject({ format, profile: null, read: null });
  expect(found.notes.join('\n')).toMatch(note);
});
