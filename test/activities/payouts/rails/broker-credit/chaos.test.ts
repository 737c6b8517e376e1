import { expect, it } from 'vitest';
import { ALL_FAULTS, type Fault } from '../../../../../scripts/sandbox-broker/faults.ts';
import { type BrokerWorld, brokerWorld, calm, instruction, sentAttempt } from './broker-world.ts';
import { type Row, simulate } from './simulation.ts';
import { turnedClock } from './turned-clock.ts';
import fc from '../../../../support/properties.ts';

/*
 * The adapter, the decision and the real server together, every fault at random, worker and broker killed; the broker's own record is the oracle. Slowness costs real time and has
 * its own tests: here an order that arrives late stands for it.
 */
const FAULTS: readonly Fault[] = ALL_FAULTS.filter((fault) => fault !== 'slow_before' && fault !== 'slow_after' && fault !== 'list_slow');

interface Plan { seed: number; rates: number[]; chances: number[] }
const plan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  rates: fc.array(fc.constantFrom(0, 0.02, 0.06), { minLength: FAULTS.length, maxLength: FAULTS.length }),
  chances: fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 97, maxLength: 97 }),
});

async function play({ seed, rates, chances }: Plan, promiseSeconds?: number): Promise<{ rows: Row[]; world: BrokerWorld }> {
  const clock = turnedClock();
  const world = await brokerWorld(clock, { faults: { seed, rates: Object.fromEntries(FAULTS.map((fault, n) => [fault, rates[n] ?? 0])) } });
  let drawn = 0;
  const rail = promiseSeconds === undefined ? world.rail : world.railWith({ nonExecutionAfterSeconds: promiseSeconds });
  const rows = await simulate({ world, clock, rail, payouts: 6, hours: 3, chance: () => (chances[drawn++ % chances.length] ?? 0) / 1000 });
  return { rows, world };
}

const creditsOf = (world: BrokerWorld, row: Row): number => row.references.reduce((count, reference) => count + world.credits(reference).length, 0);

it('with every fault, each payout is credited at most once, exactly once where it is paid, and never where it failed', async () => {
  const seen = { paid: 0, failed: 0, secondAttempts: 0, unknown: 0 };
  await fc.assert(fc.asyncProperty(plan, async (faults) => {
    const { rows, world } = await play(faults);
    try {
      for (const row of rows) {
        const credited = creditsOf(world, row);
        expect(credited, `${row.order.payoutId} is ${row.payout}`).toBeLessThanOrEqual(1);
        if (row.payout === 'paid') expect(credited).toBe(1);
        if (row.payout === 'failed') expect(credited).toBe(0);
        seen.paid += row.payout === 'paid' ? 1 : 0;
        seen.failed += row.payout === 'failed' ? 1 : 0;
        seen.unknown += row.payout === 'unknown' ? 1 : 0;
        seen.secondAttempts += row.references.length > 1 ? 1 : 0;
        // What stays open is what only a person can judge: taken and never booked, or booked where it was not ordered.
        if (!row.done) {
          const elsewhere = world.broker.operations().some(({ reference, account }) => row.references.includes(reference) && account !== row.order.destination['account']);
          expect(elsewhere || row.attempt?.acceptedAt !== null).toBe(true);
        }
      }
    } finally {
      await world.close();
    }
  }), { numRuns: 6 });
  // The property saw what it is about.
  expect(seen.paid).toBeGreaterThan(12);
  expect(seen.secondAttempts).toBeGreaterThan(2);
}, 300_000);

it('control: a promise that the broker does not keep pays twice, which its record shows', async () => {
  const rates = FAULTS.map((fault) => (fault === 'late_arrival' ? 0.5 : 0));
  const { rows, world } = await play({ seed: 7, rates, chances: [999] }, 1);
  try {
    expect(rows.filter((row) => creditsOf(world, row) > 1).length).toBeGreaterThan(0);
  } finally {
    await world.close();
  }
});

it('control: a client that takes a lost answer for a failure and sends again credits twice', async () => {
  const clock = turnedClock();
  const world = await brokerWorld(clock, { faults: { rates: { lost_after: 0.3, error_after: 0.3 } } });
  try {
    const credited: number[] = [];
    for (let payout = 0; payout < 10; payout++) {
      const sent = await sentAttempt(world.rail, instruction(clock.iso()));
      for (let attempt = 0; attempt < 3 && (await world.rail.submit(sent, calm())).kind !== 'accepted'; attempt++);
      credited.push(world.credits(sent.idempotencyKey).length);
    }
    expect(Math.max(...credited)).toBeGreaterThan(1);
  } finally {
    await world.close();
  }
});
