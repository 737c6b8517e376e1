import { expect, it } from 'vitest';
import { bytesOf, deskFactory, type Desk } from '../intake/desk.ts';
import { csv, profile, type Row, setup, WEEK1, WEEK2 } from '../intake/rows.ts';
import { look } from './support.ts';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';
import type { LineFacts } from '../../../../domain/eligibility/context.ts';
import { repeatedTickets } from '../../../../domain/eligibility/repeatedTickets.ts';
import fc from '../../../support/properties.ts';

const openDesk = deskFactory();

const ticket = fc.constantFrom('', '1', '2', '3', '4', '99999999999999999999');
const account = fc.constantFrom('std', 'cent', 'bob', 'late', 'demo', 'wait', 'nobody', '');
const close = fc.constantFrom('2026-10-31T23:59:59Z', '2026-11-05T09:00:00Z', '2026-11-06T11:00:00Z', '2026-11-09T00:00:00Z', '2026-11-19T23:59:59Z', '2026-12-24T12:00:00Z', 'soon');
const row: fc.Arbitrary<Row> = fc.oneof(
  { weight: 5, arbitrary: fc.record({
    kind: fc.constantFrom('', 'T', 'T', 'I', '?'), ticket, account, symbol: fc.constantFrom('EURUSD', 'EURUSD.m', 'GBPJPY.pro', 'US30', 'WTI', 'NEWCOIN', ''),
    lots: fc.constantFrom('1.00', '2.50', '0.33333333', '0.00', '-1', '12', 'x', '2000000000'), close, open: fc.constantFrom('2026-10-31T10:00:00Z', '2026-11-06T10:58:30Z', ''), points: fc.constantFrom('100', '-29', 'many'),
    status: fc.constantFrom('', 'ok', 'fraud', 'new'), commission: fc.constantFrom('1000', 'n/a'),
  }) },
  fc.record({ kind: fc.constant('R'), account: fc.constantFrom('std', ''), reference: fc.constantFrom('1', '2', '77', '') }),
  fc.record({ kind: fc.constant('A'), ticket, account, amount: fc.constantFrom('5', '-7.25', '0.123456789', '3000000000', 'x'), close: fc.constantFrom('', '2026-11-06T12:00:00Z') }),
);
const file = fc.array(row, { maxLength: 25 });

const TABLES = ['report', 'report_period', 'report_line', 'line_outcome', 'calculation_basis', 'user_tier', 'earning', 'journal', 'accrual'];
const counts = async (desk: Desk): Promise<unknown> => {
  const { rows: [count] } = await desk.pool.query(`SELECT ${TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ')}, (SELECT last_value FROM pg_sequences WHERE sequencename = 'report_no_seq') AS number`);
  return count;
};

it('a preview says of every line what the same file then becomes, and leaves nothing behind', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(WEEK1, WEEK2), file), { minLength: 1, maxLength: 3 }), async (files) => {
    const desk = await openDesk(setup);
    for (const [n, [week, rows]] of files.entries()) {
      const text = csv(rows);
      const before = await counts(desk);
      const said = await look(desk, { file: text, week });
      expect(await counts(desk)).toEqual(before);
      const report = await desk.submit({ file: text, ...week, at: `2026-11-2${n + 3}T13:00:00Z` });
      expect([said.unchanged, said.refusal?.code ?? null, said.lines]).toEqual([report.state === 'unchanged', report.refusal?.code ?? null, report.lines ?? said.lines]);
      if (report.state !== 'posted') continue;
      const { rows: real } = await desk.pool.query(
        `SELECT o.row_number AS "rowNumber", o.outcome, o.reason, coalesce(o.detail, l.malformed) AS detail, trim_scale(o.lots)::text AS lots, trim_scale(o.amount)::text AS earns
         FROM line_outcome o JOIN report_line l ON l.report_no = o.report_no AND l.row_number = o.row_number WHERE o.report_no = $1 AND o.revision = 1 ORDER BY 1`, [(await desk.pool.query('SELECT no FROM report WHERE id = $1', [report.id])).rows[0].no]);
      expect(said.sample.map(({ rowNumber, outcome, reason, detail, countedLots: lots, earns }) => ({ rowNumber, outcome, reason, detail, lots, earns }))).toEqual(real);
      expect(said.outcomes.reduce((total, { lines }) => total + lines, 0)).toBe(rows.length);
    }
  }), { numRuns: 12 });
});

it('settles repeated tickets in memory as the database does', { timeout: 60_000 }, async () => {
  const desk = await openDesk(setup);
  let hour = 0;
  await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 40 }), async (rows) => {
    const lines: LineFacts[] = [];
    await readReportInBatches(bytesOf(csv(rows)), profile, 'a.csv', (batch) => { lines.push(...batch.map((line) => ({ ...line, server: line.server ?? '', account: line.account ?? '' }))); });
    const from = new Date(Date.UTC(2027, 0, 1, hour++)).toISOString();
    const report = await desk.submit({ file: csv(rows), from, to: new Date(Date.parse(from) + 3_600_000).toISOString(), at: from });
    if (report.state !== 'posted') return;
    const { rows: real } = await desk.pool.query<{ row: number; reason: string; detail: string }>(
      "SELECT row_number AS row, reason, detail FROM line_outcome WHERE outcome = 'superseded' AND report_no = (SELECT no FROM report WHERE id = $1) ORDER BY 1", [report.id]);
    expect([...repeatedTickets(lines)].sort(([a], [b]) => a - b).map(([row, { reason, standing }]) => ({ row, reason, detail: `Row ${standing} of the file counts.` }))).toEqual(real);
  }), { numRuns: 15 });
});
