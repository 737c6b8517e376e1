import { describe, expect, test } from 'vitest';
import { settlePage } from '../../activities/reports/settleReport.ts';
import { receivableEntries, receivableOf } from '../../db/stores/receivable.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { cut, Decimal, plain, sum } from '../../domain/decimal.ts';
import { deskFactory, type Desk, type SetupInput } from '../activities/reports/intake/desk.ts';
import { adjustment, csv, profile, reversal, type Row, setup, trade, WEEK1, WEEK2, WEEK3 } from '../activities/reports/intake/rows.ts';
import fc from '../support/properties.ts';

const openDesk = deskFactory();
const AT = '2026-11-23T10:00:00.000Z';
const own = (full: boolean): SetupInput => ({ ...setup, profile: { ...profile, full, columns: { ...profile.columns, commission: 'commission' } } });
const desk = (full = true) => openDesk(own(full));
const owes = async ({ pool, broker }: Desk) => (await receivableOf(pool, broker)).owed;
const entries = async ({ pool, broker }: Desk) => (await receivableEntries(pool, broker, {}, { limit: 100 })).map(({ amount }) => amount);
const byPeriod = async ({ pool, broker }: Desk): Promise<Record<string, string>> => {
  const { rows } = await pool.query<{ from: Date; amount: string }>('SELECT p.period_from AS from, sum(e.amount) AS amount FROM commission_entry e JOIN report_period p ON p.id = e.period_id WHERE e.broker_id = $1 GROUP BY p.id', [broker]);
  return Object.fromEntries(rows.filter((row) => !new Decimal(row.amount).isZero()).map((row) => [row.from.toISOString(), plain(new Decimal(row.amount))]));
};
const paying = (commission: string, ticket: string, more: Row = {}): Row => trade(ticket, 'std', { commission, ...more });

describe('what a broker reports as our commission is owed', () => {
  test('for all its clients and whatever became of a line, but not of what cannot be read or is no trade', async () => {
    const d = await desk();
    const rows = [paying('10', '1'), paying('1.5', '2', { account: 'nobody' }), paying('2', '3', { account: 'wait' }), paying('3', '4', { symbol: 'NEWCOIN' }), paying('4', '5', { symbol: 'US30' }), paying('5', '6', { status: 'fraud' }), paying('-0.25', '7'),
      adjustment('5', { commission: '0.75' }), paying('100', '8', { lots: 'x' }), paying('200', '9', { kind: 'I' }), paying('n/a', '10'), paying('', '11')];
    await d.submit({ file: csv(rows), ...WEEK1, at: AT });
    expect(await owes(d)).toBe('26');
    expect(await entries(d)).toEqual(['26']);
    expect((await d.pool.query('SELECT month, amount FROM commission_entry WHERE broker_id = $1', [d.broker])).rows).toEqual([{ month: '2026-11', amount: '26' }]);
  });

  test('a version posts the difference; the same again, and a settled one settled again, nothing', async () => {
    const d = await desk();
    const file = csv([paying('10', '1'), paying('5', '2')]);
    const first = await d.submit({ file, ...WEEK1, at: AT });
    await d.submit({ file, ...WEEK1, at: AT, name: 'again.csv' });
    expect(await settlePage(d.pool, first.id, 100)).toEqual({ done: true });
    await d.submit({ file: csv([paying('7', '1'), paying('5', '2')]), ...WEEK1, at: AT });
    await d.submit({ file: csv([paying('7', '1'), paying('5', '2'), paying('5', '2', { lots: '2.00' })]), ...WEEK1, at: AT });
    await d.submit({ file: csv([paying('5', '2')]), ...WEEK1, at: AT });
    expect([await owes(d), await entries(d)]).toEqual(['5', ['15', '-3', '-7']]);
    const { rows } = await d.pool.query(`SELECT j.cause_type, r.id FROM journal j JOIN report r ON r.no::text = j.cause_id WHERE j.kind = 'commission_reported' AND r.broker_id = $1 ORDER BY j.id LIMIT 1`, [d.broker]);
    expect(rows).toEqual([{ cause_type: 'report', id: first.id }]);
  });

  test('repeated rows count once, the last of several with one ticket counts, rows without a ticket each', async () => {
    const d = await desk();
    await d.submit({ file: csv([paying('10', '1'), paying('10', '1'), paying('4', '2'), paying('6', '2'), paying('1', ''), paying('1', '')]), ...WEEK1, at: AT });
    expect(await owes(d)).toBe('18');
  });

  test('what vanishes from a full report is taken back, from another it stays', async () => {
    for (const [full, left] of [[true, '5'], [false, '15']] as const) {
      const d = await desk(full);
      await d.submit({ file: csv([paying('10', '1'), paying('5', '2')]), ...WEEK1, at: AT });
      await d.submit({ file: csv([paying('5', '2')]), ...WEEK1, at: AT });
      expect([full, await owes(d)]).toEqual([full, left]);
    }
  });

  test('a reversed trade is owed no more, once, wherever it stood; what its reversal says of commission does not count', async () => {
    const d = await desk();
    await d.submit({ file: csv([paying('10', '1'), paying('5', '2')]), ...WEEK1, at: AT });
    await d.submit({ file: csv([paying('8', '3'), reversal('1', { commission: '-10' }), reversal('1', { commission: '-10' }), reversal('77', { commission: '-3' })]), ...WEEK2, at: AT });
    expect(await entries(d)).toEqual(['15', '-2']);
    expect(await byPeriod(d)).toEqual({ '2026-11-02T00:00:00.000Z': '5', '2026-11-09T00:00:00.000Z': '8' });
    await d.submit({ file: csv([paying('99', '1'), paying('5', '2'), paying('1', '4')]), ...WEEK1, at: AT });
    expect(await owes(d)).toBe('14');
  });

  test('a ticket that another period reports again moves there; where the sum stays, nothing is posted', async () => {
    const d = await desk();
    await d.submit({ file: csv([paying('10', '1'), paying('5', '2')]), ...WEEK1, at: AT });
    await d.submit({ file: csv([paying('10', '1')]), ...WEEK2, at: AT });
    expect([await entries(d), await byPeriod(d)]).toEqual([['15'], { '2026-11-02T00:00:00.000Z': '5', '2026-11-09T00:00:00.000Z': '10' }]);
  });

  test('rows of one aggregate are summed, also after a re-issue', async () => {
    const columns = { account: 'account', symbol: 'symbol', lots: 'lots', day: 'close', commission: 'commission' };
    const d = await openDesk({ ...setup, broker: { ...setup.broker, rules: {} }, profile: { format: 'csv', dateFormat: 'yyyy-MM-dd', timeZone: 'UTC', level: 'account-day', full: true, server: 'S', columns } as never });
    const row = (commission: string, account = 'std'): Row => ({ account, symbol: 'EURUSD', lots: '1.00', close: '2026-11-06', commission });
    await d.submit({ file: csv([row('3'), row('4'), row('5', 'bob'), row('6', 'nobody'), row('0.5', 'nobody')]), ...WEEK1, at: AT });
    expect(await owes(d)).toBe('18.5');
    await d.submit({ file: csv([row('3'), row('1'), row('1'), row('5', 'bob')]), ...WEEK1, at: AT });
    expect(await entries(d)).toEqual(['18.5', '-8.5']);
  });

  test('a broker whose files have no commission owes nothing', async () => {
    const d = await openDesk(setup);
    await d.submit({ file: csv([paying('10', '1')]), ...WEEK1, at: AT });
    expect([await owes(d), await entries(d)]).toEqual(['0', []]);
  });
});

/** The rule of docs/decisions/commission-receivable.md once more, line by line and in memory. */
function model(full: boolean) {
  const known = new Map<string, { period: string; version: number; commission: string; reversed: boolean; gone: boolean }>();
  let version = 0;
  return {
    post(period: string, rows: readonly Row[]): void {
      version += 1;
      const copies = new Map<string, number>();
      for (const row of rows) {
        if (row.lots === 'x' || row.kind === 'I' || row.kind === 'R') continue;
        const text = JSON.stringify(row);
        copies.set(text, (copies.get(text) ?? 0) + 1);
        const key = row.ticket ? `${row.kind} ${row.ticket}` : `${period} ${text} ${copies.get(text)}`;
        const commission = /^-?\d+(\.\d+)?$/.test(row.commission ?? '') ? row.commission! : '0';
        known.set(key, { period, version, commission, reversed: known.get(key)?.reversed ?? false, gone: false });
      }
      for (const row of rows) if (row.kind === 'R' && known.has(`T ${row.reference}`)) known.get(`T ${row.reference}`)!.reversed = true;
      for (const one of known.values()) if (full && one.period === period && one.version < version) one.gone = true;
    },
    owed(): Record<string, string> {
      const periods = Map.groupBy([...known.values()].filter((one) => !one.reversed && !one.gone), (one) => one.period);
      const sums = [...periods].map(([period, lines]) => [new Date(period).toISOString(), plain(cut(sum(lines.map(({ commission }) => commission)), 8))] as const);
      return Object.fromEntries(sums.filter(([, amount]) => amount !== '0'));
    },
  };
}

const commission = fc.constantFrom('7', '-2.5', '0.123456789', '-0.000000009', '0', 'n/a', '', '12.34');
const ticket = fc.constantFrom('', '1', '2', '3', '4', '5', '6');
const row: fc.Arbitrary<Row> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ticket, account: fc.constantFrom('std', 'bob', 'nobody', 'wait', 'demo'), symbol: fc.constantFrom('EURUSD', 'US30', 'NEWCOIN'), lots: fc.constantFrom('1.00', '2.00', 'x'), commission, status: fc.constantFrom('', 'fraud') }).map((more) => trade(more.ticket, more.account, more)) },
  { weight: 2, arbitrary: ticket.filter((one) => one !== '').chain((reference) => commission.map((of) => reversal(reference, { commission: of }))) },
  fc.record({ ticket, account: fc.constantFrom('std', 'nobody'), commission }).map((more) => adjustment('1', more)),
);
const step = fc.record({ week: fc.constantFrom(WEEK1, WEEK1, WEEK2, WEEK3), rows: fc.array(row, { maxLength: 8 }), from: fc.option(fc.nat({ max: 3 }), { freq: 2 }), drop: fc.array(fc.nat({ max: 12 }), { maxLength: 3 }), pageSize: fc.constantFrom(1, 3, 5000) });

test.each([['full', true], ['partial', false]])('after any sequence of %s report versions the receivable is the commission of what stands', async (_name, full) => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
    const d = await desk(full);
    const oracle = model(full);
    const files: Row[][] = [];
    for (const { week, rows, from, drop, pageSize } of steps) {
      const file = [...rows, ...(from === null ? [] : (files[files.length - 1 - from] ?? []).filter((_row, i) => !drop.includes(i)))];
      files.push(file);
      const report = await d.submit({ file: csv(file), ...week, at: AT, pageSize });
      if (report.state === 'posted') oracle.post(week.from, file);
      else expect(report.state).toBe('unchanged');
      const want = oracle.owed();
      expect(await byPeriod(d)).toEqual(want);
      expect(await owes(d)).toBe(plain(sum(Object.values(want))));
    }
  }), { numRuns: 8 });
}, process.env['FUNDING_RUNS'] ? 1_800_000 : 120_000);

test('the ledger is sound after all of it', async () => {
  const d = await desk();
  expect((await verifyLedger(d.pool)).differences).toEqual([]);
});
