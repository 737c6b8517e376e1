import { type Money, MONEY_STATES, NO_MONEY, owed } from '../../domain/statements/money.ts';
import { linesOf, type StatementCause, StatementCheck, type StatementEntry, type StatementPart, type StatementTotal, statementTotals } from '../../domain/statements/statement.ts';
import { PAGE_WIDTH, type PdfRow, PdfSheet } from './pdfSheet.ts';
import { placesOf, printed, printedDay, printedInstant, printedPeriod } from './print.ts';

export interface PrintedStatement { userId: string; from: string | null; to: string | null; asKnownOn: string; madeAt: string; parts: readonly StatementPart[]; entries: readonly StatementEntry[] }

const TITLES: Readonly<Record<keyof Money, string>> = { pending: 'Pending', available: 'Available', held: 'On hold', reserved: 'Reserved', paid: 'Paid' };

/** A statement as PDF: sums first, then each entry with its cause. Throws `STATEMENT_CHANGED` where the entries do not add up. */
export async function statementPdf(statement: PrintedStatement): Promise<Buffer> {
  const { parts, entries } = statement;
  const check = new StatementCheck();
  for (const entry of entries) check.add(entry);
  check.mustMatch(parts);
  const totals = statementTotals(parts);
  const oneCurrency = new Set(parts.map((part) => part.currency)).size <= 1;
  const sheet = new PdfSheet({ title: `Statement of ${statement.userId}`, footer: `Statement of ${statement.userId}, ${printedPeriod(statement.from, statement.to)}`, madeAt: statement.madeAt });
  const lines = entries.map((entry) => ({ entry, lines: linesOf(entry) }));
  const places = placesOf([...parts.flatMap((part) => [part.opening, part.change, part.closing]), ...lines.flatMap((entry) => entry.lines.map((line) => line.money))].flatMap((money) => Object.values(money)));
  const show = (amount: string): string => printed(amount, places);
  const all = [...totals, ...parts].flatMap((sums) => [sums.opening, sums.change, sums.closing]).concat(lines.flatMap((entry) => entry.lines.map((line) => ({ ...NO_MONEY, ...line.money }))));
  const { size, text, amount } = grid(sheet, all.flatMap((money) => Object.values(money).map(show)));
  const [when, programme, side] = ['2026-12-31 23:59:59', oneCurrency ? 'Programme' : 'Programme · USD', 'Sum of entries'].map((widest) => sheet.width(widest, size)) as [number, number, number];
  const broker = Math.min(130, (text - when - programme) * 0.35);
  const money = MONEY_STATES.map((state) => ({ title: TITLES[state], width: amount, right: true }));
  const kind = (part: { programme: string; currency: string }): string => (oneCurrency ? part.programme : `${part.programme} · ${part.currency}`);
  const amounts = (money: Readonly<Partial<Money>>): string[] => MONEY_STATES.map((state) => (money[state] === undefined ? '' : show(money[state])));

  sheet.heading('Statement', 18);
  sheet.fact('User', statement.userId);
  sheet.fact('Period', printedPeriod(statement.from, statement.to));
  sheet.fact('Made at', `${printedInstant(statement.madeAt)} UTC, from the ledger as known on ${printedInstant(statement.asKnownOn)} UTC`);
  sheet.fact('Currency', [...new Set(parts.map((part) => part.currency))].join(', ') || 'USD');
  for (const total of totals) {
    sheet.fact('In the period', inPeriod(total));
    sheet.fact('At the end', `${printed(owed(total.closing), 2)} ${total.currency} in all, of it ${printed(total.closing.available, 2)} available`);
  }

  sheet.heading('Opening and closing');
  if (parts.length === 0) sheet.note('There has been no money yet.');
  else {
    const three = (broker: string, programme: string, sums: { opening: Money; change: Money; closing: Money }, strong: boolean): PdfRow[] => [
      { cells: [broker, programme, 'Opening', ...amounts(sums.opening)], strong, rule: true }, { cells: ['', '', 'Sum of entries', ...amounts(sums.change)], strong }, { cells: ['', '', 'Closing', ...amounts(sums.closing)], strong },
    ];
    await sheet.table([{ title: 'Broker', width: text - programme - side }, { title: 'Programme', width: programme }, { title: '', width: side }, ...money],
      [...parts.flatMap((part) => three(part.brokerName, kind(part), part, false)), ...totals.flatMap((total) => three('Everything', oneCurrency ? '' : total.currency, total, true))], size);
  }

  sheet.heading('Entries');
  if (entries.length === 0) sheet.note('There are no entries in this period.');
  else {
    const names = new Map(parts.map((part) => [part.brokerId, part.brokerName]));
    const rows = lines.flatMap(({ entry, lines }) => lines.map((line, i): PdfRow => ({
      cells: [i === 0 ? printedInstant(entry.effectiveAt) : '', i === 0 ? entry.what : '', names.get(line.brokerId) ?? line.brokerId, kind(line), ...amounts(line.money)],
      ...(i === 0 ? { note: { column: 1, text: causeOf(entry.cause) } } : {}),
    })));
    const sums = totals.map((total, i): PdfRow => ({ cells: ['', 'Sum of entries', '', oneCurrency ? '' : total.currency, ...amounts(total.change)], strong: true, rule: i === 0 }));
    await sheet.table([{ title: 'When', width: when }, { title: 'What', width: text - when - programme - broker }, { title: 'Broker', width: broker }, { title: 'Programme', width: programme }, ...money], [...rows, ...sums], size);
  }
  sheet.note('Times are in UTC. Pending: earned, still within its clearing period. Available: can be paid out; below zero after a clawback that exceeded it. On hold: stopped by a check. '
    + 'Reserved: in a payout that is under way. Paid: paid out, less what came back. Every accrual (acr_…) has an explanation line by line in the API.');
  return sheet.finish();
}

/** Columns that fit the widest amount; the print gets smaller before the text's columns get too narrow. */
function grid(sheet: PdfSheet, amounts: readonly string[]): { size: number; text: number; amount: number } {
  const widths = (size: number): { size: number; text: number; amount: number } => {
    const amount = Math.max(sheet.widest(amounts, size), ...Object.values(TITLES).map((title) => sheet.width(title, size)), 52);
    return { size, amount, text: PAGE_WIDTH - MONEY_STATES.length * amount };
  };
  return [8, 7, 6].map(widths).find(({ text, size }) => text >= size * 42) ?? widths(5);
}

const inPeriod = ({ currency, figures }: StatementTotal): string => [
  `earned ${printed(figures.earned, 2)}`, `taken back ${printed(figures.takenBack, 2)}`, `paid out ${printed(figures.paidOut, 2)}`,
  ...(figures.returned === '0' ? [] : [`came back ${printed(figures.returned, 2)}`]), ...(figures.fees === '0' ? [] : [`fees ${printed(figures.fees, 2)}`]),
].join(', ') + ` ${currency}`;

function causeOf(cause: StatementCause): string {
  const id = cause.accrualIds[0] ?? cause.id;
  return [
    cause.account === null ? '' : `account ${cause.account.login}`, cause.accrualIds.length > 1 ? `${id} and ${cause.accrualIds.length - 1} more` : id, cause.holdReason ?? '',
    cause.report === null ? '' : `report ${printedDay(cause.report.from)} – ${printedDay(new Date(Date.parse(cause.report.to) - 1).toISOString())}`,
    cause.type === 'report' && cause.tickets.length > 0 ? `ticket ${cause.tickets.join(', ')}` : cause.report?.fileName ?? '',
  ].filter(Boolean).join(' · ');
}
