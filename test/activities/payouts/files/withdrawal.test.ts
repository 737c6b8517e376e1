import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../../../db/connection.ts';
import { recordDecision } from '../../../../db/stores/payoutDecisions.ts';
import { readBatch } from '../../../../db/stores/payoutBatches.ts';
import { setSwitch } from '../../../../db/stores/railSwitch.ts';
import { withdrawBatch } from '../../../../db/stores/withdrawBatch.ts';
import { AT, Killed, type Ordered, type PaperDesk, paperDesk } from './paper-desk.ts';

let desk: PaperDesk;
beforeAll(async () => { desk = await paperDesk(3); });
afterAll(() => desk?.close());
afterEach(async () => {
  Object.assign(desk.away, { stage: false, publish: false });
  desk.whenStaged = async () => undefined;
  for (let turn = 0; turn < 2; turn++) await desk.turn();
  await atRest();
});

/** Nothing waits, nothing lies staged at the rail, and the ledger is sound. */
async function atRest(): Promise<void> {
  expect(await desk.f.rows(`SELECT id FROM payout_batch WHERE state = 'assembled'`)).toEqual([]);
  expect([await desk.conditions(), [...desk.staged.keys()]]).toEqual([[], []]);
  await desk.sound();
}

const withdraw = (batchId: string) => withTransaction(desk.f.pool, (tx) => withdrawBatch(tx, batchId, { by: 'psn_1', reason: 'the bank is gone', at: AT }));
const paidOnce = async (payouts: readonly Ordered[]): Promise<void> => {
  for (const payout of payouts) expect([await desk.state(payout), desk.paid(payout), await desk.f.balances(payout.userId)]).toMatchObject([{ state: 'paid' }, 1, { available: '0', reserved: '0', paid: '25' }]);
};
const givenBack = async (payout: Ordered): Promise<void> => {
  expect([await desk.state(payout), desk.paid(payout), await desk.f.balances(payout.userId)]).toMatchObject([{ state: 'failed', attempt: 'abandoned', sends: 0, detail: expect.stringMatching(/^PAYOUT_BLOCKED: /) }, 0, { available: '25', reserved: '0', paid: '0' }]);
};
const file = async (batchId: string) => (await readBatch(desk.f.pool, batchId))!;

test('who must not be paid any more since his payment was put into a file is not paid by it: the file is withdrawn, he gets the money back, the others go with the next', async () => {
  const [a, blocked, c] = await desk.ordered(3) as [Ordered, Ordered, Ordered];
  const [batchId] = await desk.assembled() as [string];
  await desk.suspend(blocked);
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'withdrawn', why: '1 of its 3 payouts must not be paid any more' });
  expect(await file(batchId)).toMatchObject({ state: 'withdrawn', sends: 0, staged: null, withdrawnAt: AT, withdrawnBy: 'system:exchange' });
  await givenBack(blocked);
  for (const other of [a, c]) expect(await desk.state(other)).toMatchObject({ state: 'reserved', attempt: 'prepared', sends: 0, detail: expect.stringMatching(/^FILE_WITHDRAWN: /) });
  expect(desk.staged.size).toBe(0);
  expect(desk.hinted).toEqual(expect.arrayContaining([a, blocked, c].map(({ payoutId }) => payoutId)));
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'withdrawn' });
  await desk.turn();
  await paidOnce([a, c]);
  expect(desk.published.map((one) => one.batchId)).not.toContain(batchId);
});

test('looked at meanwhile, what is in a file that waits is unknown; it goes with the next file all the same', async () => {
  const [a, blocked] = await desk.ordered(2) as [Ordered, Ordered];
  desk.away.stage = true;
  await desk.turn();
  for (const { payoutId } of [a, blocked]) expect(await desk.call('lookUpAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'look_up_later', state: 'unknown' });
  await desk.suspend(blocked);
  await desk.turn();
  expect(await desk.state(blocked)).toMatchObject({ state: 'unknown' });
  desk.away.stage = false;
  await desk.turn();
  await givenBack(blocked);
  // Its workflow wakes: the same attempt waits for the next file.
  expect(await desk.call('lookUpAttempt', { payoutId: a.payoutId, asOf: AT })).toMatchObject({ step: 'await_batch', state: 'reserved', sends: 0 });
  await desk.turn();
  await paidOnce([a]);
});

test('a file that was counted is not withdrawn for anybody: the rail may have it', async () => {
  const [a, blocked] = await desk.ordered(2) as [Ordered, Ordered];
  const [batchId] = await desk.assembled() as [string];
  desk.away.publish = true;
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'assembled' });
  await desk.suspend(blocked);
  await expect(withdraw(batchId)).rejects.toMatchObject({ code: 'BATCH_HANDED_OVER', status: 409, facts: { state: 'assembled', sends: 1 }, message: expect.stringMatching(/the rail may have it.*decision/) });
  desk.away.publish = false;
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'sent' });
  await expect(withdraw(batchId)).rejects.toMatchObject({ code: 'BATCH_HANDED_OVER', facts: { state: 'sent' } });
  await desk.turn();
  await desk.call('lookUpAttempt', { payoutId: a.payoutId, asOf: AT });
  await desk.call('lookUpAttempt', { payoutId: blocked.payoutId, asOf: AT });
  await paidOnce([a, blocked]);
});

test('a file whose rail does not return is withdrawn by hand: its payouts are prepared again, its condition is over, and twice it is refused', async () => {
  const payouts = await desk.ordered(2);
  const [batchId] = await desk.assembled() as [string];
  desk.away.stage = true;
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'assembled' });
  expect((await desk.conditions()).map(({ code }) => code)).toEqual(['RAIL_HAND_OVER_FAILS']);
  const { batch, payoutIds } = await withdraw(batchId);
  expect([batch, payoutIds.toSorted()]).toMatchObject([{ state: 'withdrawn', withdrawnBy: 'psn_1', detail: 'the bank is gone' }, payouts.map(({ payoutId }) => payoutId).toSorted()]);
  expect(await desk.conditions()).toEqual([]);
  for (const payout of payouts) expect(await desk.state(payout)).toMatchObject({ state: 'reserved', attempt: 'prepared', sends: 0 });
  await expect(withdraw(batchId)).rejects.toMatchObject({ code: 'BATCH_WITHDRAWN' });
  await expect(withdraw('bat_none')).rejects.toMatchObject({ code: 'BATCH_UNKNOWN', status: 404 });
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'withdrawn' });
  desk.away.stage = false;
  await desk.turn();
  await paidOnce(payouts);
});

test('withdrawn between staging and counting: the staged name is never given its own, and is removed', async () => {
  const payouts = await desk.ordered(2);
  const [batchId] = await desk.assembled() as [string];
  desk.whenStaged = async () => void await withdraw(batchId);
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'withdrawn' });
  desk.whenStaged = async () => undefined;
  expect([desk.staged.size, desk.published.filter((one) => one.batchId === batchId)]).toEqual([0, []]);
  await desk.turn();
  await paidOnce(payouts);
});

test('stopped between counting and handing over: it is not handed over, can still be withdrawn, and leaves without who is blocked since', async () => {
  const [a, blocked] = await desk.ordered(2) as [Ordered, Ordered];
  const [batchId] = await desk.assembled() as [string];
  const switched = (stopped: boolean) => withTransaction(desk.f.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped, reason: 'fraud', by: 'psn_1', at: AT }));
  desk.whenCounted = async () => void await switched(true);
  expect(await desk.handOver(batchId)).toEqual({ state: 'assembled', why: 'PAYOUTS_STOPPED: an operator has stopped payouts: fraud' });
  desk.whenCounted = async () => undefined;
  expect([await file(batchId), desk.published.filter((one) => one.batchId === batchId), await desk.conditions()]).toMatchObject([{ sends: 0, sentAt: null, staged: null }, [], []]);
  await desk.suspend(blocked);
  await switched(false);
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'withdrawn' });
  await givenBack(blocked);
  await desk.turn();
  await paidOnce([a]);
});

test('stopped when it may have been handed over before: it stays counted', async () => {
  const payouts = await desk.ordered(1);
  const [batchId] = await desk.assembled() as [string];
  desk.away.publish = true;
  await desk.handOver(batchId);
  desk.away.publish = false;
  desk.whenCounted = async () => void await withTransaction(desk.f.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped: true, reason: 'fraud', by: 'psn_1', at: AT }));
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'assembled' });
  desk.whenCounted = async () => undefined;
  expect(await file(batchId)).toMatchObject({ sends: 2 });
  await withTransaction(desk.f.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped: false, reason: 'over', by: 'psn_1', at: AT }));
  await desk.turn();
  await desk.call('lookUpAttempt', { payoutId: payouts[0]!.payoutId, asOf: AT });
  await paidOnce(payouts);
});

test('what a worker that died had staged of it is removed later, until nobody can stage it any more', async () => {
  await desk.ordered(1);
  const [batchId] = await desk.assembled() as [string];
  await withdraw(batchId);
  const later = (minutes: number): string => new Date(Date.parse(AT) + minutes * 60_000).toISOString();
  for (const minutes of [1, 16]) {
    desk.staged.set(`.${batchId}.x.part`, Buffer.from(''));
    await desk.call('fetchFromRail', { rail: 'sandbox', asOf: later(minutes) });
    expect(desk.staged.size).toBe(0);
  }
  const [row] = await desk.f.rows<{ discarded: Date | null }>('SELECT discarded_at AS discarded FROM payout_batch WHERE id = $1', [batchId]);
  expect(row!.discarded?.toISOString()).toBe(later(16));
});

test('of a file that was never handed over nobody decides that it was executed; what was said of it all the same holds it back, and it is not withdrawn', async () => {
  const [payout] = await desk.ordered(1) as [Ordered];
  const [batchId] = await desk.assembled() as [string];
  desk.away.stage = true;
  await desk.turn();
  await desk.call('lookUpAttempt', { payoutId: payout.payoutId, asOf: AT });
  const [{ id: attemptId }] = await desk.f.rows<{ id: string }>('SELECT id FROM payout_attempt WHERE payout_id = $1', [payout.payoutId]) as [{ id: string }];
  for (const outcome of ['executed', 'not_executed'] as const) {
    await expect(withTransaction(desk.f.pool, (tx) => recordDecision(tx, { payoutId: payout.payoutId, attemptId, outcome, reference: 'r', executedAt: outcome === 'executed' ? AT : null, proof: 'p', proofSha256: null, by: 'psn_1', decidedAt: AT })))
      .rejects.toMatchObject({ status: 409, message: expect.stringContaining('/withdraw') });
  }
  await desk.f.pool.query(`UPDATE payout_attempt SET state = 'accepted', accepted_at = $2 WHERE id = $1`, [attemptId, AT]);
  await expect(withdraw(batchId)).rejects.toMatchObject({ code: 'RAIL_CONTRADICTS', facts: { payoutId: payout.payoutId, state: 'accepted' } });
  desk.away.stage = false;
  expect(await desk.handOver(batchId)).toMatchObject({ state: 'assembled', why: expect.stringMatching(/^FILE_PAYS_TWICE: .*is accepted/) });
  await desk.f.pool.query(`UPDATE payout_attempt SET state = 'unknown' WHERE id = $1`, [attemptId]);
});

test('handed over and withdrawn at once, by several: one of both, whoever comes first', async () => {
  for (let round = 0; round < 2; round++) {
    const payouts = await desk.ordered(2);
    const [batchId] = await desk.assembled() as [string];
    const done = await Promise.allSettled([desk.handOver(batchId), withdraw(batchId), desk.handOver(batchId), withdraw(batchId)]);
    const withdrawn = done.filter((one) => one.status === 'fulfilled' && 'batch' in one.value).length;
    const { state } = await file(batchId);
    expect([state, withdrawn, desk.published.filter((one) => one.batchId === batchId).length]).toEqual(withdrawn === 1 ? ['withdrawn', 1, 0] : ['sent', 0, 1]);
    for (let turn = 0; turn < 2; turn++) await desk.turn();
    for (const { payoutId } of payouts) await desk.call('lookUpAttempt', { payoutId, asOf: AT });
    await paidOnce(payouts);
  }
});

/** Every which step of a turn a worker dies after; 1: each (`KILL_EVERY=1`, two minutes). */
const EVERY = Number(process.env['KILL_EVERY'] ?? 29);

test('a worker killed after any statement or call of the rail: nobody is paid twice or who is blocked, no money is lost', async () => {
  const steps = await turnUntil(Infinity);
  expect(steps).toBeGreaterThan(60);
  for (let last = 1; last <= steps; last += EVERY) expect(await turnUntil(last)).toBeGreaterThanOrEqual(last);
}, 600_000);

/** A turn whose worker dies after so many steps, and the turns of others after it. Answers how many steps it made. */
async function turnUntil(last: number): Promise<number> {
  const [a, blocked, good, bad] = await desk.ordered(4) as [Ordered, Ordered, Ordered, Ordered];
  // The first file is committed and waits; somebody in it is blocked. Of the others one cannot be put into a file.
  desk.refuses.payoutIds = new Set([good.payoutId, bad.payoutId]);
  await desk.assembled();
  await desk.suspend(blocked);
  desk.refuses.payoutIds = new Set([bad.payoutId]);
  let made = 0;
  const dead = (): void => { if (made >= last) throw new Killed(); };
  const step = (): void => {
    made++;
    dead();
  };
  await desk.turn(desk.worker({ step, dead })).catch((error: unknown) => { if (made < last) throw error; });
  for (let turn = 0; turn < 2; turn++) await desk.turn();
  desk.refuses.payoutIds.clear();
  await desk.turn();
  for (const { payoutId } of [a, blocked, good, bad]) await desk.call('lookUpAttempt', { payoutId, asOf: AT });
  await paidOnce([a, good, bad]);
  await givenBack(blocked);
  return made;
}
