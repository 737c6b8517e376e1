import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTransaction } from '../../../db/connection.ts';
import { recordBrokerPayment, reverseBrokerPayment } from '../../../db/stores/brokerPayments.ts';
import { exposureDifferences } from '../../../db/stores/exposure.ts';
import { exposures } from '../../../db/stores/exposureFigures.ts';
import { addFundingTerms } from '../../../db/stores/fundingTerms.ts';
import { payoutReadiness } from '../../../db/stores/payoutReadiness.ts';
import { listMembers } from '../../../db/stores/payoutRuns.ts';
import { Decimal, sum } from '../../../domain/decimal.ts';
import { payoutActivities, payoutFixture, type PayoutFixture } from '../../support/payouts.ts';
import fc from '../../support/properties.ts';

const AT = '2026-11-23T09:00:00.000Z';
let fixture: PayoutFixture;
let call: ReturnType<typeof payoutActivities>;
/** Brokers of one test alone: with a limit, and without. */
let [limited, free] = ['', ''];
let n = 0;
beforeAll(async () => {
  fixture = await payoutFixture();
  call = payoutActivities(fixture);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  n += 1;
  [limited, free] = [`limited-${n}`, `free-${n}`];
  for (const id of [limited, free]) await fixture.pool.query('INSERT INTO broker (id, name, created_at) VALUES ($1, initcap($1), $2)', [id, AT]);
});

const limit = (brokerId: string, exposureLimit: string | null, effectiveFrom = '2026-01-01T00:00:00.000Z') => withTransaction(fixture.pool, (tx) => addFundingTerms(tx, { brokerId, exposureLimit, effectiveFrom }));
let payments = 0;
const paid = (brokerId: string, amount: string) => withTransaction(fixture.pool, (tx) =>
  recordBrokerPayment(tx, { brokerId, amount, receivedOn: '2026-11-20', reference: `R${++payments}`, months: [], note: null, recordedBy: 'op', at: AT }));
async function open(key: string): Promise<string> {
  const { runId } = await call('openRun', { runKey: `${key}-${n}`, scheduledAt: AT, workflowId: `${key}-${n}`, startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  return runId;
}
async function plan(runId: string, limitOfPage = 1000, asOf = AT): Promise<void> {
  for (let after: string | null = ''; after !== null;) after = (await call('planPage', { runId, after, limit: limitOfPage, asOf })).next;
}
async function run(key: string): Promise<string> {
  const runId = await open(key);
  await plan(runId);
  return runId;
}
const member = async (runId: string, userId: string) => (await listMembers(fixture.pool, runId, { userId }, { limit: 1 }))[0];
const sources = (userId: string) => fixture.rows<{ broker: string; amount: string }>('SELECT s.broker_id AS broker, trim_scale(s.amount)::text AS amount FROM payout p JOIN payout_source s ON s.payout_id = p.id WHERE p.user_id = $1 ORDER BY p.id, s.broker_id', [userId]);
const exposure = async (brokerId: string) => (await exposures(fixture.pool, AT, { brokerId }, { limit: 1 }))[0]!;

test('over the limit a broker\'s money waits, another\'s is paid, and everybody is told why', async () => {
  await limit(limited, '50');
  const first = await fixture.user({ available: { [limited]: '30' } });
  const both = await fixture.user({ available: { [limited]: '20.5', [free]: '15' } });
  const alone = await fixture.user({ available: { [limited]: '12.4' } });
  const small = await fixture.user({ available: { [limited]: '20', [free]: '9' } });
  const runId = await run('waits');
  expect(await sources(first.userId)).toEqual([{ broker: limited, amount: '30' }]);
  expect(await member(runId, both.userId)).toEqual({ userId: both.userId, available: '35.5', decision: 'planned', withheld: [{ brokerId: limited, amount: '20.5' }] });
  expect(await sources(both.userId)).toEqual([{ broker: free, amount: '15' }]);
  // In the order of the members, and whole balances only: the third fits into what is left.
  expect(await sources(alone.userId)).toEqual([{ broker: limited, amount: '12.4' }]);
  expect(await member(runId, small.userId)).toMatchObject({ decision: 'broker_funding', withheld: [{ brokerId: limited, amount: '20' }] });
  expect(await fixture.balances(small.userId)).toEqual({ available: '29', reserved: '0', paid: '0' });
  expect(await exposure(limited)).toMatchObject({ funded: '0', paidOut: '0', reserved: '42.4', exposure: '42.4', limit: '50', room: '7.6', blocked: { users: 2, amount: '40.5' }, leftOut: { runId, users: 2, amount: '40.5' } });
  const told = await fixture.rows<{ facts: { code: string; reason: string; nextStep: string; amount: string } }>(`SELECT facts FROM notification WHERE user_id = $1 AND kind = 'payout_blocked'`, [both.userId]);
  expect(told.map(({ facts }) => facts)).toEqual([expect.objectContaining({ code: 'broker_funding', amount: '20.5', reason: `Broker funding: Limited-${n} has not paid us yet; 20.5 USD of your balance waits.` })]);
  expect(await payoutReadiness(fixture.pool, small.userId, AT, 'user')).toEqual({ userId: small.userId, ready: false, reasons: [{ code: 'broker_funding', why: `Broker funding: Limited-${n} has not paid us yet; 20 USD of your balance waits.`, nextStep: expect.stringContaining('after the broker has paid us') }] });
  // What is left beside it is enough now.
  await fixture.give(small.userId, '1', `more-${n}`, free);
  expect(await payoutReadiness(fixture.pool, small.userId, AT, 'user')).toMatchObject({ ready: true, reasons: [{ code: 'broker_funding' }] });
});

test('what the broker pays makes room; what bounces takes it; told again only after that', async () => {
  await limit(limited, '0');
  const { userId } = await fixture.user({ available: { [limited]: '40' } });
  const notices = () => fixture.rows(`SELECT 1 FROM notification WHERE user_id = $1 AND kind = 'payout_blocked'`, [userId]).then((rows) => rows.length);
  for (const key of ['a', 'b']) expect(await member(await run(key), userId)).toMatchObject({ decision: 'broker_funding' });
  expect(await notices()).toBe(1);
  const payment = await paid(limited, '40');
  expect((await payoutReadiness(fixture.pool, userId, AT, 'user')).reasons).toEqual([]);
  await withTransaction(fixture.pool, (tx) => reverseBrokerPayment(tx, payment.id, { reversedOn: '2026-11-21', reason: 'bounced', by: 'op', at: AT }));
  expect(await member(await run('c'), userId)).toMatchObject({ decision: 'broker_funding' });
  expect(await notices()).toBe(2);
  expect(await payoutReadiness(fixture.pool, userId, AT, 'user')).toMatchObject({ ready: false, reasons: [{ code: 'broker_funding' }] });
  await paid(limited, '40.01');
  expect(await member(await run('d'), userId)).toMatchObject({ decision: 'planned', withheld: [] });
  expect(await exposure(limited)).toMatchObject({ funded: '40.01', reserved: '40', exposure: '-0.01', room: '0.01' });
});

test('a run that plans while a payment bounces waits, and does not see its room', async () => {
  await limit(limited, '0');
  const { userId } = await fixture.user({ available: { [limited]: '40' } });
  const payment = await paid(limited, '40');
  const runId = await open('bounces');
  let planned: Promise<void> | undefined;
  await withTransaction(fixture.pool, async (tx) => {
    await reverseBrokerPayment(tx, payment.id, { reversedOn: '2026-11-21', reason: 'bounced', by: 'op', at: AT });
    planned = plan(runId);
    planned.catch(() => undefined);
    await expect.poll(async () => (await fixture.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%broker_exposure%' AND datname = current_database()")).length).toBe(1);
  });
  await planned;
  expect(await member(runId, userId)).toMatchObject({ decision: 'broker_funding' });
});

test('a payout that fails gives the room back; one that is under way is sent though the limit was lowered since', async () => {
  await limit(limited, '30');
  const [one, two] = [await fixture.user({ available: { [limited]: '20' } }), await fixture.user({ available: { [limited]: '20' } })];
  await run('first');
  expect([await sources(one.userId), await sources(two.userId)]).toEqual([[{ broker: limited, amount: '20' }], []]);
  const payoutOf = async (userId: string) => (await fixture.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]))[0]!.id;
  await limit(limited, '0', '2026-11-22T00:00:00.000Z');
  expect(await call('prepareAttempt', { payoutId: await payoutOf(one.userId), asOf: AT })).toMatchObject({ step: 'submit' });
  await limit(limited, '30', '2026-11-22T00:00:00.000Z');
  const three = await fixture.user({ available: { [limited]: '10' } });
  await run('second');
  const third = await payoutOf(three.userId);
  await fixture.pool.query(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [three.userId]);
  expect((await exposure(limited)).room).toBe('0');
  expect(await call('prepareAttempt', { payoutId: third, asOf: AT })).toMatchObject({ state: 'failed' });
  expect((await exposure(limited)).room).toBe('10');
  expect(await exposureDifferences(fixture.pool)).toEqual([]);
});

test('a limit counts from when it comes into force, and null takes it away', async () => {
  await limit(limited, '0', '2026-11-23T09:00:00.001Z');
  const [one, two] = [await fixture.user({ available: { [limited]: '20' } }), await fixture.user({ available: { [free]: '20' } })];
  const later = '2026-11-23T09:00:00.001Z';
  const runId = await open('later');
  await plan(runId, 1000, later);
  expect([await member(runId, one.userId), await member(runId, two.userId)]).toMatchObject([{ decision: 'broker_funding' }, { decision: 'planned' }]);
  expect((await exposure(limited)).limit).toBeNull();
  await limit(limited, null, later);
  const again = await open('again');
  await plan(again, 1000, later);
  expect(await member(again, one.userId)).toMatchObject({ decision: 'planned' });
});

test('a page whose answer was lost reserves and leaves out nothing twice', async () => {
  await limit(limited, '25');
  const users = await Promise.all(Array.from({ length: 5 }, () => fixture.user({ available: { [limited]: '12' } })));
  const runId = await open('lost');
  await plan(runId, 2);
  const before = await exposure(limited);
  await plan(runId, 2);
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  expect(await exposure(limited)).toEqual(before);
  expect(before).toMatchObject({ reserved: '24', room: '1', leftOut: { users: 3, amount: '36' } });
  expect(await fixture.rows('SELECT 1 FROM payout_source WHERE broker_id = $1', [limited])).toHaveLength(2);
  expect(users).toHaveLength(5);
});

test('runs and pages at once never go over a limit together', async () => {
  await limit(limited, '100');
  await Promise.all(Array.from({ length: 24 }, (_, i) => fixture.user({ available: { [limited]: `${10 + i}.5`, ...(i % 3 === 0 ? { [free]: '11' } : {}) } })));
  const runs = await Promise.all(['race-a', 'race-b', 'race-c'].map(open));
  await Promise.all(runs.map((runId) => plan(runId, 3)));
  const { reserved, room } = await exposure(limited);
  expect(new Decimal(reserved).lte('100')).toBe(true);
  expect(new Decimal(reserved).plus(room!).toFixed()).toBe('100');
  // Nothing that would have fitted was left.
  const smallest = await fixture.rows<{ least: string }>(`SELECT min(b.amount) AS least FROM ledger_account a JOIN balance b ON b.account_id = a.id WHERE a.broker_id = $1 AND a.kind = 'available' AND b.amount > 0`, [limited]);
  expect(new Decimal(smallest[0]!.least).gt(room!)).toBe(true);
  expect(await exposureDifferences(fixture.pool)).toEqual([]);
});

const cents = fc.integer({ min: 1, max: 4000 }).map((c) => new Decimal(c).div(100).toFixed());
type Step = { kind: 'pay'; amount: string } | { kind: 'bounce' } | { kind: 'users'; amounts: string[] } | { kind: 'runs'; count: number; page: number } | { kind: 'limit'; amount: string | null };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('pay' as const), amount: cents }), fc.record({ kind: fc.constant('bounce' as const) }),
  fc.record({ kind: fc.constant('users' as const), amounts: fc.array(cents, { minLength: 1, maxLength: 4 }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('runs' as const), count: fc.constantFrom(1, 2), page: fc.constantFrom(1, 2, 500) }) },
  fc.record({ kind: fc.constant('limit' as const), amount: fc.option(cents) }),
);

test('whatever is paid, bounces or is planned, a run never takes the exposure over the limit', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
    n += 1;
    const broker = `prop-${n}`;
    await fixture.pool.query('INSERT INTO broker (id, name, created_at) VALUES ($1, $1, $2)', [broker, AT]);
    await limit(broker, '30');
    await fixture.user({ available: { [broker]: '14' } });
    const booked: string[] = [];
    let runs = 0;
    for (const one of [...steps, { kind: 'runs', count: 2, page: 2 } as const]) {
      if (one.kind === 'pay') booked.push((await paid(broker, one.amount)).id);
      else if (one.kind === 'bounce') {
        const id = booked.pop();
        if (id !== undefined) await withTransaction(fixture.pool, (tx) => reverseBrokerPayment(tx, id, { reversedOn: '2026-11-21', reason: 'bounced', by: 'op', at: AT }));
      } else if (one.kind === 'users') for (const amount of one.amounts) await fixture.user({ available: { [broker]: amount } });
      else if (one.kind === 'limit') await limit(broker, one.amount);
      else {
        const before = await exposure(broker);
        const ids = await Promise.all(Array.from({ length: one.count }, () => open(`p${++runs}`)));
        await Promise.all(ids.map((id) => plan(id, one.page)));
        const after = await exposure(broker);
        if (new Decimal(after.reserved).gt(before.reserved) && after.limit !== null) expect(new Decimal(after.exposure).lte(after.limit)).toBe(true);
        const rows = await fixture.rows<{ amount: string }>('SELECT s.amount FROM payout_source s WHERE s.broker_id = $1', [broker]);
        expect(after.reserved).toBe(sum(rows.map(({ amount }) => amount)).toFixed());
      }
    }
  }), { numRuns: 8 });
  expect(await exposureDifferences(fixture.pool)).toEqual([]);
}, 120_000);
