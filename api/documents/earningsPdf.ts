import type { YearOfEarnings } from '../../domain/statements/earnings.ts';
import type { Figures } from '../../domain/statements/figures.ts';
import { FIGURES } from './earningsCsv.ts';
import { PAGE_WIDTH, type PdfRow, PdfSheet } from './pdfSheet.ts';
import { placesOf, printed, printedInstant } from './print.ts';

export interface PrintedYear extends YearOfEarnings { userId: string; year: string; to: string; asKnownOn: string; madeAt: string }

const TITLES: Readonly<Record<keyof Figures, string>> = { earned: 'Earned', takenBack: 'Taken back', net: 'Net', paidOut: 'Paid out', returned: 'Came back', fees: 'Fees' };
const MONTH = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' });

/** The yearly summary of earnings as PDF. */
export async function earningsPdf(year: PrintedYear): Promise<Buffer> {
  const { months, parts, totals } = year;
  const oneCurrency = new Set(parts.map((part) => part.currency)).size <= 1;
  const sheet = new PdfSheet({ title: `Earnings of ${year.userId} in ${year.year}`, footer: `Earnings of ${year.userId} in ${year.year}`, madeAt: year.madeAt });
  const places = placesOf([...[...months, ...parts, ...totals].flatMap((row) => FIGURES.map((name) => row.figures[name])), ...parts.flatMap((part) => [part.opening, part.closing])]);
  const show = (amount: string): string => printed(amount, places);
    const all = [...[...months, ...parts, ...totals].flatMap((row) => FIGURES.map((name) => show(row.figures[name]))), ...parts.flatMap((part) => [show(part.opening), show(part.closing)])];
  const widths = (size: number): { size: number; amount: number } => ({ size, amount: Math.max(sheet.widest(all, size), ...Object.values(TITLES).map((title) => sheet.width(title, size)), 60) });
  const { size, amount } = [8, 7, 6].map(widths).find(({ amount }) => 8 * amount < PAGE_WIDTH - 130) ?? widths(5);
  const figures = FIGURES.map((name) => ({ title: TITLES[name], width: amount, right: true }));
  const cells = (row: { figures: Figures }): string[] => FIGURES.map((name) => show(row.figures[name]));
  const named = (row: { brokerName: string; programme: string; currency: string }): string => `${row.brokerName} · ${row.programme}${oneCurrency ? '' : ` · ${row.currency}`}`;
  const sums = (blank: string[], after: string[]): PdfRow[] => totals.map((total, i) => ({ cells: [...blank, `Total${oneCurrency ? '' : ` ${total.currency}`}`, ...cells(total), ...after], strong: true, rule: i === 0 }));

  sheet.heading(`Earnings in ${year.year}`, 18);
  sheet.fact('User', year.userId);
  sheet.fact('Made at', `${printedInstant(year.madeAt)} UTC, from the ledger as known on ${printedInstant(year.asKnownOn)} UTC${year.madeAt < year.to ? '; the year is not over' : ''}`);
  sheet.fact('Currency', [...new Set(parts.map((part) => part.currency))].join(', ') || 'USD');
  for (const total of totals) sheet.fact('In all', `earned ${printed(total.figures.earned, 2)}, taken back ${printed(total.figures.takenBack, 2)}, net ${printed(total.figures.net, 2)}, paid out ${printed(total.figures.paidOut, 2)} ${total.currency}`);
  if (parts.length === 0) sheet.note('There has been no money yet.');
  else {
    const left = PAGE_WIDTH - 6 * amount;
    sheet.heading('By month');
    if (months.length === 0) sheet.note('Nothing happened in this year.');
    else {
      const rows = months.map((row, i): PdfRow => {
        const first = months[i - 1]?.month !== row.month;
        return { cells: [first ? MONTH.format(new Date(`${row.month}-01T00:00:00Z`)) : '', named(row), ...cells(row)], rule: first };
      });
      await sheet.table([{ title: 'Month', width: left * 0.32 }, { title: 'Broker', width: left * 0.68 }, ...figures], [...rows, ...sums([''], [])], size);
    }
    sheet.heading('By broker and programme');
    const names = PAGE_WIDTH - 8 * amount;
    await sheet.table([{ title: 'Broker', width: names }, { title: 'Opening', width: amount, right: true }, ...figures, { title: 'Closing', width: amount, right: true }],
      parts.map((part): PdfRow => ({ cells: [named(part), show(part.opening), ...cells(part), show(part.closing)] })), size);
  }
  sheet.note('Months are in UTC and count what was posted in them: trading of one month that the broker reports in the next counts in the next. Taken back: corrections, clawbacks and negative adjustments. Net: earned less taken back. '
    + 'Came back: payouts that were returned after they had been paid. Opening and closing: what you had, pending, available, on hold and reserved together; opening + net − paid out + came back − fees = closing.');
  return sheet.finish();
}
