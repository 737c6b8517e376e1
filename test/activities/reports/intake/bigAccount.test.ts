import { expect, it } from 'vitest';
import { deskFactory } from './desk.ts';
import { adjustment, csv, profile, reversal, type Row, setup, trade, WEEK1 } from './rows.ts';

/** Accounts with more lines than are in hand at once: judged and posted in parts, in one page. */
const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const LINES = 4_500;

const entries = (pool: { query: (sql: string) => Promise<{ rows: unknown[] }> }) => pool.query(`SELECT count(DISTINCT accrual_seq)::int AS accruals, count(*)::int AS entries FROM earning_entry`);

it('one account with thousands of lines, with and without tickets, is one page and one accrual; a re-issue posts only the difference', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, full: true } });
  const bob = (i: number, more: Row = {}): Row => trade(i % 3 === 0 ? '' : `${i}`, 'bob', { lots: '0.01', ...more });
  const rows = (lots: (i: number) => string): Row[] => [...Array.from({ length: LINES }, (_, i) => bob(i, { lots: lots(i) })), trade('other', 'std')];
  await desk.submit({ file: csv(rows(() => '0.01')), ...WEEK1, at: AT, pageSize: 500 });
  // 4,500 × 0.01 lots × 6
  expect((await desk.figures()).users['bob']!.pending).toBe('270');
  expect((await entries(desk.pool)).rows).toEqual([{ accruals: 2, entries: LINES + 1 }]);
  await desk.submit({ file: csv(rows((i) => (i % 3 !== 0 && i < 100 ? '0.02' : '0.01'))), ...WEEK1, at: AT, pageSize: 500 });
  expect((await desk.figures()).users['bob']!.pending).toBe('273.96');
});

it('thousands of rows of one aggregate are one line, and its commission is all of theirs', async () => {
  const { ticket: _t, openTime: _o, closeTime: _c, points: _p, ...columns } = profile.columns;
  const desk = await openDesk({ ...setup, profile: { ...profile, level: 'account-day', dateFormat: 'yyyy-MM-dd', columns: { ...columns, day: 'close', commission: 'commission' } } });
  const rows = Array.from({ length: LINES }, (_, i): Row => ({ account: 'bob', symbol: i % 2 === 0 ? 'EURUSD' : 'XAUUSD', lots: '0.01', close: '2026-11-04', kind: 'T', commission: '0.08' }));
  await desk.submit({ file: csv(rows), ...WEEK1, at: AT, pageSize: 500 });
  const { rows: lines } = await desk.pool.query('SELECT outcome, count(*)::int AS lines FROM line_outcome o JOIN report r ON r.no = o.report_no WHERE r.broker_id = $1 GROUP BY 1 ORDER BY 1', [desk.broker]);
  expect(lines).toEqual([{ outcome: 'ignored', lines: LINES - 2 }, { outcome: 'paid', lines: 2 }]);
  const { rows: holds } = await desk.pool.query('SELECT count(*)::int AS holds FROM hold h JOIN accrual a ON a.id = h.accrual_id WHERE a.broker_id = $1', [desk.broker]);
  expect(holds).toEqual([{ holds: 0 }]);
});

it('of an account with thousands of lines a reversal and a money adjustment count as ever', async () => {
  const desk = await openDesk({ ...setup, profile: { ...profile, full: true } });
  const rows = [...Array.from({ length: LINES }, (_, i) => trade(`${i}`, 'bob', { lots: '0.01' })), reversal('5'), adjustment('-0.5', { account: 'bob' })];
  await desk.submit({ file: csv(rows), ...WEEK1, at: AT, pageSize: 500 });
  expect((await desk.figures()).users['bob']).toMatchObject({ pending: '269.94', available: '-0.5' });
});
