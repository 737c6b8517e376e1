import { expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { releaseHold } from '../../db/stores/holds.ts';
import { deskFactory, type Desk } from '../activities/reports/intake/desk.ts';
import { csv, profile, type Row, setup, trade, WEEK1, WEEK2 } from '../activities/reports/intake/rows.ts';

const openDesk = deskFactory();
const [AT, LATER, DUE] = ['2026-11-09T10:00:00.000Z', '2026-11-10T10:00:00.000Z', '2026-11-16T10:00:00.000Z'];
const desk = () => openDesk({ ...setup, profile: { ...profile, columns: { ...profile.columns, commission: 'commission' } } });
const line = (ticket: string, commission: string, account = 'bob', more: Row = {}): Row => trade(ticket, account, { commission, ...more });
/** Accruals in their order: amount, state, whether on hold. */
const accruals = async ({ pool, broker }: Desk) => (await pool.query<{ amount: string; state: string; held: boolean }>(
  `SELECT trim_scale(a.amount)::text AS amount, a.state, EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.reason = 'MARGIN_EXCEEDED' AND h.released_at IS NULL) AS held FROM accrual a WHERE a.broker_id = $1 ORDER BY a.seq`, [broker])).rows
  .map(({ amount, state, held }) => `${amount} ${state}${held ? ' held' : ''}`);
/** How often operators were told of this broker. */
const told = async ({ pool, broker }: Desk) => (await pool.query(`SELECT facts FROM notification WHERE kind = 'margin_lowered' AND facts->>'brokerId' = $1`, [broker])).rowCount;
const submit = (d: Desk, rows: Row[], at = AT, week = WEEK1) => d.submit({ file: csv(rows), ...week, at });

test('a re-issue that lowers the commission under what pends: it clears as it was judged, and operators are told', async () => {
  const d = await desk();
  await submit(d, [line('1', '7'), line('2', '7', 'std')]);
  expect(await told(d)).toBe(0);
  await submit(d, [line('1', '5.99'), line('2', '7', 'std')], LATER);
  expect([await accruals(d), await told(d)]).toEqual([['6 pending', '6.6 pending'], 1]);
  await d.clear(DUE);
  expect(await accruals(d)).toEqual(['6 available', '6.6 available']);
  await submit(d, [line('1', '5'), line('2', '7', 'std')], DUE);
  expect(await told(d)).toBe(1);
});

test('what the version itself holds is enough where the rest fits', async () => {
  const d = await desk();
  await submit(d, [line('1', '7')]);
  await submit(d, [line('1', '7'), line('2', '1')], LATER);
  expect([await accruals(d), await told(d)]).toEqual([['6 pending', '6 pending held'], 0]);
  await submit(d, [line('1', '6'), line('2', '0')], LATER);
  expect(await told(d)).toBe(0);
  await submit(d, [line('1', '5'), line('2', '0')], LATER);
  expect([await accruals(d), await told(d)]).toEqual([['6 pending', '6 pending held'], 1]);
});

test('what an operator has let go is not told again, and new money is held', async () => {
  const d = await desk();
  await submit(d, [line('1', '1')]);
  const { rows: [hold] } = await d.pool.query<{ id: string; accrual_id: string }>('SELECT h.id, h.accrual_id FROM hold h JOIN accrual a ON a.id = h.accrual_id WHERE a.broker_id = $1', [d.broker]);
  await withTransaction(d.pool, (tx) => releaseHold(tx, { accrualId: hold!.accrual_id, holdId: hold!.id, releasedBy: 'op', at: LATER }));
  await submit(d, [line('1', '0.5')], LATER);
  await submit(d, [line('1', '0.5'), line('2', '0.5')], LATER);
  expect([await accruals(d), await told(d)]).toEqual([['6 pending', '6 pending held'], 0]);
});

test('another period of the account is not looked at', async () => {
  const d = await desk();
  await submit(d, [line('1', '7')]);
  await submit(d, [line('2', '1', 'bob', { open: '2026-11-11T10:00:00Z', close: '2026-11-11T11:00:00Z' })], LATER, WEEK2);
  expect([await accruals(d), await told(d)]).toEqual([['6 pending', '5.5 pending held'], 0]);
});
