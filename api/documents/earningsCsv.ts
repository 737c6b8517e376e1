import type { YearOfEarnings } from '../../domain/statements/earnings.ts';
import type { Figures } from '../../domain/statements/figures.ts';
import { type CsvColumn, csvWriter } from './csv.ts';

export const FIGURES = ['earned', 'takenBack', 'net', 'paidOut', 'returned', 'fees'] as const satisfies readonly (keyof Figures)[];
const COLUMNS: readonly CsvColumn[] = [
  ...['record', 'month', 'brokerId', 'brokerName', 'programme', 'currency'].map((name) => ({ name })),
  ...['opening', ...FIGURES, 'closing'].map((name) => ({ name, money: true as const })),
];

/** A year of earnings as CSV: rows `month`, then `part` (the year by broker and programme), then `total` by currency. */
export function earningsCsv({ months, parts, totals }: YearOfEarnings): string {
  const csv = csvWriter(COLUMNS);
  const cells = (figures: Figures): string[] => FIGURES.map((name) => figures[name]);
  return csv.head() + csv.rows([
    ...months.map((row) => ['month', row.month, row.brokerId, row.brokerName, row.programme, row.currency, '', ...cells(row.figures), '']),
    ...parts.map((row) => ['part', '', row.brokerId, row.brokerName, row.programme, row.currency, row.opening, ...cells(row.figures), row.closing]),
    ...totals.map((row) => ['total', '', '', '', '', row.currency, '', ...cells(row.figures), '']),
  ]);
}
