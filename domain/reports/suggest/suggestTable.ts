import type { FileProfile, LineField, ReportLevel } from '../profile.ts';
import { columnsOf, mapColumns, type Column, type Mapped } from './columns.ts';
import { suggestDates } from './suggestDates.ts';
import { suggestMarks } from './suggestMarks.ts';
import { headerScores } from './synonyms.ts';
import { classesOf, kindsOf, statusesOf, textsOf } from './texts.ts';
import type { SampleTable, Suggesting } from './types.ts';

/** What is known beside the file. */
export interface Known { servers: readonly string[] }

/** Fields and the rest of the profile from the columns of a table; what only a person can say is asked. */
export function suggestTable(table: SampleTable, known: Known, s: Suggesting): void {
  const all = columnsOf(table);
  const mapped = mapColumns(all);
  const fields = new Map(mapped.map((one) => [one.field, one.column]));
  settleLevel(fields, s);
  settleKind(fields, s);
  if (fields.has('amount') && !fields.has('kind')) fields.delete('amount');
  if (fields.has('class') && fields.has('symbol') && s.profile.level === 'trade') fields.delete('class');
  if (fields.has('reference') && !fields.has('kind')) fields.delete('reference');

  const columns: FileProfile['columns'] = {};
  for (const one of mapped) if (fields.get(one.field) === one.column) keep(columns, one.field, one, s);
  for (const [field, column] of fields) if (columns[field] === undefined) keep(columns, field, { field, column, confidence: 'likely', reason: `"${column.header}", by its texts.` }, s);
  s.profile.columns = columns;
  const used = new Set(Object.values(columns));
  const unused = all.filter(({ header, repeated }) => header !== '' && !repeated && !used.has(header)).map(({ header }) => header);
  if (unused.length > 0) s.notes.push(`Not used: ${list(unused)}. Name them in the profile's columns if they hold something that counts.`);
  for (const { header, repeated } of all) if (repeated && header !== '') s.notes.push(`The header "${header}" stands more than once, so that no field can be read from it.`);

  suggestMarks(all, fields, table, s);
  suggestDates(all, fields, table, s);
  if (fields.has('class')) {
    const { classes, unknown } = classesOf(fields.get('class')!);
    s.set('classes', classes, 'likely', 'What these texts usually mean.');
    s.ask('classes', `Which instrument class does each text of "${fields.get('class')!.header}" mean?${unknown.length > 0 ? ` Not known: ${list(unknown)}.` : ''}`, { ...classes, ...Object.fromEntries(unknown.map((text) => [text, null])) });
  }
  if (fields.has('status')) {
    const { statuses, unknown } = statusesOf(fields.get('status')!);
    s.set('statuses', statuses, 'guess', 'What these texts usually mean.');
    s.ask('statuses', `Which texts of "${fields.get('status')!.header}" make a trade count (null: it is paid), and which exclude it for what reason?${unknown.length > 0 ? ` Not known, and in no list until you say what each means: ${listAll(unknown)}.` : ''} A text in no list makes its line malformed, which is not paid, so name also those that this sample does not have; an empty cell counts.`, statuses);
  }
  const currency = fields.get('currency');
  if (currency !== undefined) s.ask('currencies', `Which texts of "${currency.header}" mean USD? Commission and amounts are counted as USD; lines of any other text then wait.`, textsOf(currency).filter((text) => /^us(?:d|\$)$/i.test(text)));
  askRequired(fields, all, s);
  askServer(fields, known, s);
  s.ask('full', 'Does each file state its whole period? Then what a re-issue no longer has is taken back.', false, [true, false]);
}

function keep(columns: FileProfile['columns'], field: LineField, { column, confidence, reason }: Mapped, s: Suggesting): void {
  columns[field] = column.header;
  s.found(`columns.${field}`, column.header, confidence, reason);
}

/** Trades have a ticket or a time of day; sums are per account and day or month. */
function settleLevel(fields: Map<LineField, Column>, s: Suggesting): void {
  const close = fields.get('closeTime');
  const timed = (['closeTime', 'openTime', 'day'] as const).some((field) => fields.get(field)?.dates?.hasTime === true);
  let level: ReportLevel = 'trade';
  let reason = fields.has('ticket') ? 'Its rows have tickets.' : 'Its rows have a time of day.';
  if (fields.has('month') && !timed && !fields.has('ticket')) [level, reason] = ['account-month', 'Its rows have a month, no ticket and no time of day.'];
  else if ((fields.has('day') || close !== undefined) && !timed && !fields.has('ticket')) {
    [level, reason] = ['account-day', 'Its rows have a day, no ticket and no time of day.'];
    if (!fields.has('day')) fields.set('day', close!);
  }
  if (level === 'trade') {
    if (close === undefined && fields.has('day')) fields.set('closeTime', fields.get('day')!);
    for (const field of ['day', 'month'] as const) fields.delete(field);
  } else for (const field of ['openTime', 'closeTime', level === 'account-day' ? 'month' : 'day'] as const) fields.delete(field);
  s.set('level', level, fields.has('ticket') || level !== 'trade' || timed ? 'likely' : 'guess', reason);
}

/** A column of buys and sells beside other things tells the kind of a row; one of nothing else is the side where its name says so. */
function settleKind(fields: Map<LineField, Column>, s: Suggesting): void {
  const column = fields.get('kind') ?? (fields.has('side') && textsOf(fields.get('side')!).some((text) => !/^(?:buy|sell|long|short|b|s|l|kauf|verkauf|)$/i.test(text)) ? fields.get('side') : undefined);
  if (column === undefined) return;
  if (column === fields.get('side')) fields.delete('side');
  const { kinds, unknown } = kindsOf(column);
  if (kinds.trade === undefined && unknown.length > 20) return void fields.delete('kind');
  fields.set('kind', column);
  s.set('kinds', kinds, unknown.length === 0 && kinds.adjustment === undefined && kinds.reversal === undefined ? 'likely' : 'guess', `What the texts of "${column.header}" usually mean.`);
  s.ask('kinds', `What does each text of "${column.header}" mean: a trade, a reversal, a money adjustment, or nothing that counts?${unknown.length > 0 ? ` Not known: ${list(unknown)}.` : ''} A text in no list makes its line malformed, so name also those that this sample does not have.`, { ...kinds, ...(unknown.length > 0 ? { unknown } : {}) });
}

function askRequired(fields: ReadonlyMap<LineField, Column>, all: readonly Column[], s: Suggesting): void {
  const headers = all.filter(({ repeated }) => !repeated).map(({ header }) => header);
  const time = s.profile.level === 'account-month' ? 'month' : s.profile.level === 'account-day' ? 'day' : 'closeTime';
  for (const [field, what] of [['account', 'the trading account'], ['lots', 'the lots'], [time, 'when a trade was closed']] as const) {
    if (!fields.has(field)) s.ask(`columns.${field}`, `Which column holds ${what}?`, null, headers);
  }
  if (s.profile.level === 'trade' && !fields.has('ticket')) {
    s.ask('columns.ticket', 'Which column holds the ticket? Without one a trade is known by its whole row, and a re-issue that changes a row takes it back and pays it anew.', null, headers);
  }
  if (!fields.has('symbol') && !fields.has('class')) s.ask('columns.symbol', 'Which column holds the symbol?', null, headers);
  if (!fields.has('commission')) askCommission(all, headers, s);
  if (s.profile.kinds?.adjustment !== undefined && !fields.has('amount')) s.ask('columns.amount', 'Which column holds the amount of an adjustment?', null, headers);
  if (s.profile.kinds?.reversal !== undefined && !fields.has('reference') && !fields.has('ticket')) s.ask('columns.reference', 'Which column names the ticket that a reversal takes back?', null, headers);
}

/** Not every report has one; but a column that was not recognised is money that nobody claims from the broker. */
function askCommission(all: readonly Column[], headers: string[], s: Suggesting): void {
  const named = all.filter(({ header, filled }) => filled > 0 && (headerScores(header).get('commission') ?? 0) >= 50);
  const signed = named.find(({ cells }) => cells.some((cell) => /^[-+(]?\s*(?:\p{Sc}|[A-Z]{2,3}\$?\s?)\s*[-+]?\d/u.test(cell)));
  const why = signed !== undefined ? `"${signed.header}" holds "${signed.cells.find((cell) => cell !== '')!.slice(0, 40)}", and a profile reads no currency before a number: ask the broker for plain numbers.`
    : named.length > 0 ? `"${named[0]!.header}" holds "${named[0]!.cells.find((cell) => cell !== '')!.slice(0, 40)}", which is no number.` : 'No column says so by its name.';
  s.ask('columns.commission', `Which column holds the commission that the broker owes us, in USD? ${why} Without one no receivable is booked, and no cashback is compared with what was earned.`, null, headers);
}

function askServer(fields: ReadonlyMap<LineField, Column>, { servers }: Known, s: Suggesting): void {
  if (fields.has('server')) return;
  s.ask('server', 'On which server are these accounts? No column says so.', servers.length === 1 ? servers[0] : null, servers.length > 0 ? [...servers] : null);
}

const listAll = (texts: readonly string[]): string => texts.map((text) => `"${text.slice(0, 80)}"`).join(', ');
const list = (texts: readonly string[]): string => texts.slice(0, 12).map((text) => `"${text}"`).join(', ') + (texts.length > 12 ? ' …' : '');
