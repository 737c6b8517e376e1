import { type Money, MONEY_STATES } from '../../domain/statements/money.ts';
import { linesOf, StatementCheck, type StatementEntry, type StatementPart } from '../../domain/statements/statement.ts';
import { type CsvColumn, csvWriter } from './csv.ts';

const COLUMNS: readonly CsvColumn[] = [
  ...['record', 'effectiveAt', 'recordedAt', 'journalId', 'kind', 'what', 'brokerId', 'programme', 'currency'].map((name) => ({ name })),
  ...MONEY_STATES.map((name) => ({ name, money: true as const })),
  ...['causeType', 'causeId', 'accrualIds', 'reportId', 'reportFile', 'reportFrom', 'reportTo', 'server', 'login', 'holdReason', 'lines', 'tickets'].map((name) => ({ name })),
];
const NO_CAUSE = Array.from<string>({ length: 12 }).fill('');

/**
 * A statement as CSV: a row `opening` for each broker and programme, a row `entry` for each journal and part that it
 * moved, a row `closing` at the end; in each column opening and entries add up to closing. It is written as it is read;
 * should the entries not add up in the end, the download breaks off instead of ending well.
 */
export async function* statementCsv(statement: { from: string | null; to: string | null; parts: readonly StatementPart[] }, pages: AsyncIterable<readonly StatementEntry[]>): AsyncGenerator<string> {
  const csv = csvWriter(COLUMNS);
  const check = new StatementCheck();
  const { parts } = statement;
  const total = (record: 'opening' | 'closing', at: string | null): string => csv.rows(parts.map((part) => [record, at ?? '', '', '', '', '', part.brokerId, part.programme, part.currency, ...moneyCells(part[record]), ...NO_CAUSE]));
  yield csv.head() + total('opening', statement.from);
  for await (const page of pages) {
    for (const entry of page) check.add(entry);
    yield csv.rows(page.flatMap(entryRows));
  }
  check.mustMatch(parts);
  yield total('closing', statement.to);
}

function entryRows(entry: StatementEntry): string[][] {
  const { cause } = entry;
  return linesOf(entry).map((line) => [
    'entry', entry.effectiveAt, entry.recordedAt, entry.journalId, entry.kind, entry.what, line.brokerId, line.programme, line.currency, ...moneyCells(line.money),
    cause.type, cause.id, cause.accrualIds.join(' '), cause.report?.id ?? '', cause.report?.fileName ?? '', cause.report?.from ?? '', cause.report?.to ?? '',
    cause.account?.server ?? '', cause.account?.login ?? '', cause.holdReason ?? '', cause.lines === null ? '' : String(cause.lines), cause.tickets.join(' '),
  ]);
}

const moneyCells = (money: Readonly<Partial<Money>>): string[] => MONEY_STATES.map((state) => money[state] ?? '');
