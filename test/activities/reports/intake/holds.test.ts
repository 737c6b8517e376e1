import { expect, it } from 'vitest';
import { withTransaction } from '../../../../db/connection.ts';
import { postJournal } from '../../../../db/ledger/journals.ts';
import { clearAccruals } from '../../../../db/stores/clearing.ts';
import { explainAccrual } from '../../../../db/stores/explanation.ts';
import { placeHold, releaseHold } from '../../../../db/stores/holds.ts';
import { userBalances } from '../../../../db/ledger/balances.ts';
import { deskFactory, type Desk } from './desk.ts';
import { csv, profile, reversal, setup, trade, WEEK1, WEEK2 } from './rows.ts';

const openDesk = deskFactory();
const AT = '2026-11-09T10:00:00.000Z';
const DUE = '2026-11-16T10:00:00.000Z';

async function accruals(desk: Desk): Promise<{ id: string; state: string; held: string }[]> {
  return (await desk.pool.query<{ id: string; state: string; held: string }>('SELECT id, state, trim_scale(held_amount)::text AS held FROM accrual WHERE broker_id = $1 ORDER BY seq', [desk.broker])).rows;
}
const hold = (desk: Desk, accrualId: string) => withTransaction(desk.pool, (tx) => placeHold(tx, { accrualId, reason: 'FRAUD_CHECK', note: 'n', placedBy: 'key_1', at: DUE }));
const release = (desk: Desk, accrualId: string, holdId: string) => withTransaction(desk.pool, (tx) => releaseHold(tx, { accrualId, holdId, releasedBy: 'key_1', at: DUE }));
const clear = (desk: Desk, id: string, at = DUE) => withTransaction(desk.pool, async (tx) => (await clearAccruals(tx, [id], at)).get(id));
const money = async (desk: Desk) => {
  const { pending, available, held } = (await userBalances(desk.pool, desk.users.get('ann')!)).total;
  return { pending, available, held };
};
/** Takes money out of available, as a payout does. */
const pay = (desk: Desk, amount: string) => withTransaction(desk.pool, (tx) => {
  const owner = { userId: desk.users.get('ann')!, brokerId: desk.broker, programme: 'cashback' as const };
  return postJournal(tx, { key: `pay:${desk.broker}:${amount}`, kind: 'payout_reserved', effectiveAt: DUE, cause: { type: 'test', id: '1' }, postings: [{ account: { kind: 'available', ...owner }, amount: `-${amount}` }, { account: { kind: 'reserved', ...owner }, amount }] });
});

async function posted(rows = [trade('1'), trade('2')]): Promise<{ desk: Desk; id: string }> {
  const desk = await openDesk(setup);
  await desk.submit({ file: csv(rows), ...WEEK1, at: AT });
  return { desk, id: (await accruals(desk))[0]!.id };
}

it('a hold on a pending accrual stops its clearing; the release lets it clear; two holds need two releases', async () => {
  const { desk, id } = await posted();
  const [one, two] = [await hold(desk, id), await hold(desk, id)];
  expect([await clear(desk, id), await desk.clear(DUE)]).toEqual(['on_hold', 0]);
  await release(desk, id, one.id);
  expect(await clear(desk, id)).toBe('on_hold');
  await release(desk, id, two.id);
  expect([await clear(desk, id, '2026-11-16T09:59:59.999Z'), await clear(desk, id), await clear(desk, id)]).toEqual(['not_due', 'available', 'available']);
  expect(await money(desk)).toEqual({ pending: '0', available: '13.2', held: '0' });
  await expect(release(desk, id, two.id)).rejects.toMatchObject({ code: 'HOLD_UNKNOWN' });
});

it('available money moves to held and back; what was paid out is not held', async () => {
  const { desk, id } = await posted();
  await desk.clear(DUE);
  await pay(desk, '10');
  const placed = await hold(desk, id);
  expect(await money(desk)).toEqual({ pending: '0', available: '0', held: '3.2' });
  await release(desk, id, placed.id);
  expect(await money(desk)).toEqual({ pending: '0', available: '3.2', held: '0' });
});

it('a reversal while the money is held takes it from held, up to what is there, the rest from available', async () => {
  const { desk, id } = await posted();
  await desk.clear(DUE);
  await pay(desk, '10');
  const placed = await hold(desk, id);
  await desk.submit({ file: csv([reversal('1')]), ...WEEK2, at: DUE });
  expect(await money(desk)).toEqual({ pending: '0', available: '-3.4', held: '0' });
  await release(desk, id, placed.id);
  expect(await money(desk)).toEqual({ pending: '0', available: '-3.4', held: '0' });
});

it('a hold on money that the broker took back after clearing does not seize what other accruals earned', async () => {
  const { desk, id } = await posted();
  await desk.submit({ file: csv([trade('3', 'std', { lots: '10' })]), ...WEEK2, at: AT });
  await desk.clear(DUE);
  await desk.submit({ file: csv([reversal('1')]), from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z', at: DUE });
  expect(await money(desk)).toEqual({ pending: '0', available: '72.6', held: '0' });
  await hold(desk, id);
  expect(await money(desk)).toEqual({ pending: '0', available: '66', held: '6.6' });
});

it('a hold placed while a clearing waits for the row wins: nothing clears', async () => {
  const { desk, id } = await posted();
  const client = await desk.pool.connect();
  let clearing: Promise<unknown>;
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM accrual WHERE id = $1 FOR UPDATE', [id]);
    clearing = clear(desk, id);
    // The clearing has taken its snapshot and waits for our lock.
    await expect.poll(async () => (await desk.pool.query("SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()")).rowCount, { timeout: 10_000 }).toBeGreaterThan(0);
    await client.query("INSERT INTO hold (id, accrual_id, reason, note, placed_by, placed_at) VALUES ($1, $2, 'FRAUD_CHECK', 'n', 'key_1', $3)", [`hld_${id}`, id, DUE]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  expect(await clearing).toBe('on_hold');
  expect(await money(desk)).toEqual({ pending: '13.2', available: '0', held: '0' });
});

it('holds and clearings at the same moment never lose or double money', async () => {
  for (let round = 0; round < 8; round++) {
    const { desk, id } = await posted();
    await Promise.all([hold(desk, id), clear(desk, id), desk.clear(DUE), clear(desk, id)]);
    const [state] = await accruals(desk);
    expect(await money(desk)).toEqual(state!.state === 'pending' ? { pending: '13.2', available: '0', held: '0' } : { pending: '0', available: '0', held: '13.2' });
    expect(['pending', 'held']).toContain(state!.state);
  }
});

it('cashback above the commission is posted and held, per account; without a column it is not judged', async () => {
  const columns = { ...profile.columns, commission: 'commission' };
  const desk = await openDesk({ ...setup, profile: { ...profile, columns } });
  await desk.submit({ file: csv([trade('1', 'std', { commission: '6.59' }), trade('2', 'bob', { commission: '6' }), trade('3', 'late', { commission: '1' }), trade('4', 'late', { commission: '11' })]), ...WEEK1, at: AT });
  await desk.clear(DUE);
  const { users } = await desk.figures();
  expect([users['ann'], users['bob'], users['cyd']].map((u) => [u!.pending, u!.available])).toEqual([['6.6', '0'], ['0', '6'], ['0', '12']]);
  const held = await desk.pool.query<{ reason: string }>('SELECT h.reason FROM hold h JOIN accrual a ON a.id = h.accrual_id WHERE a.broker_id = $1', [desk.broker]);
  expect(held.rows).toEqual([{ reason: 'MARGIN_EXCEEDED' }]);
});

it('every accrual explains itself after differences, reversals and holds', async () => {
  const { desk } = await posted([trade('1'), trade('2'), trade('', 'std'), trade('', 'std')]);
  await desk.submit({ file: csv([trade('1', 'std', { lots: '0.3' }), trade('2', 'std', { lots: '4' }), trade('', 'std'), reversal('1')]), ...WEEK1, at: AT });
  const all = await accruals(desk);
  expect(all).toHaveLength(2);
  for (const { id } of all) expect(await explainAccrual(desk.pool, id)).toMatchObject({ agrees: true });
});

it('of an accrual that was restated down and up again only what is left of it is held, not the later accrual’s money', async () => {
  const { desk, id } = await posted([trade('1', 'std', { lots: '6.00' })]);
  await desk.clear(DUE);
  await desk.submit({ file: csv([trade('1', 'std', { lots: '1.00' })]), ...WEEK1, at: DUE, version: 2 });
  await desk.submit({ file: csv([trade('1', 'std', { lots: '6.00' })]), ...WEEK1, at: DUE, version: 3 });
  await desk.clear('2026-12-01T00:00:00.000Z');
  expect(await money(desk)).toEqual({ pending: '0', available: '39.6', held: '0' });
  await hold(desk, id);
  expect(await money(desk)).toEqual({ pending: '0', available: '33', held: '6.6' });
});
