import { owed } from '../../domain/statements/money.ts';
import { type Money, MONEY_STATES } from '../../domain/statements/money.ts';
import { linesOf, type StatementCause, StatementCheck, type StatementEntry, type StatementPart, type StatementTotal, statementTotals } from '../../domain/statements/statement.ts';
import { PAGE_WIDTH, type PdfColumn, type PdfRow, PdfSheet } from './pdfSheet.ts';
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
  const { columns, size } = grid(sheet, [...totals.flatMap((total) => [total.opening, total.change, total.closing]), ...parts.flatMap((part) => [part.opening, part.change, part.closing])]
    .flatMap((money) => Object.values(money).map(show)).concat(lines.flatMap((entry) => entry.lines.flatMap((line) => Object.values(line.money).map(show)))));

  sheet.heading('Statement', 18);
  sheet.fact('User', statement.userId);
  sheet.fact('Period', printedPeriod(statement.from, statement.to));
  sheet.fact('Made at', `${printedInstant(statement.madeAt)} UTC, from the ledger as known on ${printedInstant(statement.asKnownOn)} UTC`);
  sheet.fact('Currency', [...new Set(parts.map((part) => part.currency))].join(', ') || 'USD');
  for (const total of totals) sheet.fact('At the end', endOf(total, show));

  sheet.heading('Opening and closing');
  const named = (part: { brokerName: string; programme: string; currency: string }): string => `${part.brokerName} · ${part.programme}${oneCurrency ? '' : ` · ${part.currency}`}`;
  const amounts = (money: Readonly<Partial<Money>>): string[] => MONEY_STATES.map((state) => (money[state] === undefined ? '' : show(money[state])));
  const three = (what: string, sums: { opening: Money; change: Money; closing: Money }, strong: boolean): PdfRow[] => [
    { cells: ['', 'Opening', what, ...amounts(sums.opening)], strong, rule: true }, { cells: ['', 'Sum of entries', '', ...amounts(sums.change)], strong }, { cells: ['', 'Closing', '', ...amounts(sums.closing)], strong },
  ];
  if (parts.length === 0) sheet.note('There has been no money yet.');
  else {
    await sheet.table([{ ...columns[0]!, title: '' }, { ...columns[1]!, title: '' }, ...columns.slice(2)], [
      ...parts.flatMap((part) => three(named(part), part, false)), ...totals.flatMap((total) => three(oneCurrency ? 'Everything' : `Everything · ${total.currency}`, total, true)),
    ], size);
  }

  sheet.heading('Entries');
  if (entries.length === 0) sheet.note('There are no entries in this period.');
  else {
    const names = new Map(parts.map((part) => [part.brokerId, part.brokerName]));
    await sheet.table(columns, lines.flatMap(({ entry, lines }) => lines.map((line, i): PdfRow => ({
      cells: [i === 0 ? printedInstant(entry.effectiveAt) : '', i === 0 ? [entry.what, accountOf(entry.cause)].filter(Boolean).join(' · ') : '', named({ ...line, brokerName: names.get(line.brokerId) ?? line.brokerId }), ...amounts(line.money)],
      ...(i === 0 ? { note: { column: 1, text: causeOf(entry.cause) } } : {}),
    }))), size);
    for (const total of totals) sheet.fact(`Sum${oneCurrency ? '' : ` ${total.currency}`}`, MONEY_STATES.map((state) => `${TITLES[state].toLowerCase()} ${show(total.change[state])}`).join(', '));
  }
  sheet.note('Times are in UTC. Pending: earned, still within its clearing period. Available: can be paid out; below zero after a clawback that exceeded it. On hold: stopped by a check. '
    + 'Reserved: in a payout that is under way. Paid: paid out, less what came back. Every accrual named here has an explanation line by line in the API.');
  return sheet.finish();
}

/** Columns that fit the widest amount; the print gets smaller before the text's column gets too narrow. */
function grid(sheet: PdfSheet, amounts: readonly string[]): { columns: PdfColumn[]; size: number } {
  for (const size of [8, 7, 6, 5]) {
    const amount = Math.max(sheet.widest(amounts, size), sheet.widest(Object.values(TITLES), size), 52);
    const when = sheet.widest(['2026-12-31 23:59:59'], size, 'regular');
    const broker = 110;
    const what = PAGE_WIDTH - when - broker - 5 * amount;
    if (what < 200 && size > 5) continue;
    return { size, columns: [{ title: 'When', width: when }, { title: 'What', width: what }, { title: 'Broker', width: broker }, ...MONEY_STATES.map((state) => ({ title: TITLES[state], width: amount, right: true }))] };
  }
  throw new Error('unreachable');
}

const endOf = ({ currency, closing, figures }: StatementTotal, show: (amount: string) => string): string =>
  `${show(owed(closing))} ${currency} with us, of it ${show(closing.available)} available; in the period earned ${show(figures.earned)}, taken back ${show(figures.takenBack)}, paid out ${show(figures.paidOut)}`;

const accountOf = ({ account }: StatementCause): string => (account === null ? '' : `account ${account.login}`);

function causeOf(cause: StatementCause): string {
  const id = cause.accrualIds[0] ?? cause.id;
  return [
    cause.accrualIds.length > 1 ? `${id} and ${cause.accrualIds.length - 1} more` : id, cause.holdReason ?? '',
    cause.report === null ? '' : `report ${printedDay(cause.report.from)} – ${printedDay(new Date(Date.parse(cause.report.to) - 1).toISOString())}`,
    cause.type === 'report' && cause.tickets.length > 0 ? `ticket ${cause.tickets.join(', ')}` : cause.report?.fileName ?? '',
  ].filter(Boolean).join(' · ');
}
