import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../../../scripts/sandbox-rail/faults.ts';
import { calm, committed, executionsOf, type Harness, instruction, SLOW_MS, startHarness } from './rail-harness.ts';

let harness: Harness;
beforeAll(async () => { harness = await startHarness(); });
afterAll(() => harness.close());

/** An attempt whose next requests meet the faults, in this order. */
async function facing(...faults: Fault[]) {
  const order = instruction();
  await harness.admin('faults', { script: faults.map((fault) => ({ fault, key: order.idempotencyKey })) });
  return { order, attempt: await committed(harness.rail, order) };
}
const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 5000, interval: 20 });

describe('a send that goes wrong', () => {
  it.each<[Fault, string, number]>([
    ['reset_before', 'unknown', 0],
    ['reset_after', 'unknown', 1],
    ['error_before', 'unknown', 0],
    ['error_after', 'unknown', 1],
    ['slow_after', 'unknown', 1],
    ['unreadable', 'unknown', 1],
    ['rate_limited', 'deferred', 0],
  ])('%s is %s, has executed %i times, and is executed once by sending the same key again', async (fault, kind, executions) => {
    const { order, attempt } = await facing(fault);
    const client = fault === 'slow_after' ? harness.hasty : harness.rail;
    expect((await client.submit(attempt, calm())).kind).toBe(kind);
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(executions);
    expect((await harness.rail.lookUp(attempt, calm())).kind).toBe(executions === 1 ? 'executed' : 'not_found');
    expect((await harness.rail.submit(attempt, calm())).kind).toBe('accepted');
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('slow_before: a look-up finds nothing, yet it is executed afterwards – "not found" is no proof', async () => {
    const { order, attempt } = await facing('slow_before');
    const started = performance.now();
    expect((await harness.hasty.submit(attempt, calm())).kind).toBe('unknown');
    expect(performance.now() - started).toBeLessThan(SLOW_MS);
    expect(await harness.rail.lookUp(attempt, calm())).toEqual({ kind: 'not_found' });
    await until(async () => expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('executed'));
    expect((await harness.rail.submit(attempt, calm())).kind).toBe('accepted');
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('slow_before and a second send at the same time execute once', async () => {
    const { order, attempt } = await facing('slow_before');
    const [one, other] = await Promise.all([harness.rail.submit(attempt, calm()), harness.rail.submit(attempt, calm())]);
    expect(one.kind).toBe('accepted');
    expect(other).toEqual(one);
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('a key is forgotten after its window: resending then pays twice, which the record shows', async () => {
    const forgetful = await startHarness({ keyWindowSeconds: 0 });
    try {
      const order = instruction();
      const attempt = await committed(forgetful.rail, order);
      await forgetful.rail.submit(attempt, calm());
      await forgetful.rail.submit(attempt, calm());
      expect(await executionsOf(forgetful.rail, order.payoutId)).toHaveLength(2);
    } finally {
      await forgetful.close();
    }
  });
});

describe('what becomes of a payment', () => {
  it('late: accepted, pending, executed later', async () => {
    const { order, attempt } = await facing('late');
    expect((await harness.rail.submit(attempt, calm())).kind).toBe('accepted');
    expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('pending');
    expect(await executionsOf(harness.rail, order.payoutId)).toEqual([]);
    await until(async () => expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('executed'));
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('late survives kill -9: what was due meanwhile is executed on the next start, once', async () => {
    await harness.admin('faults', { lateMs: 1500 });
    const { order, attempt } = await facing('late');
    await harness.rail.submit(attempt, calm());
    await harness.restart('SIGKILL');
    await until(async () => expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('executed'));
    await harness.restart('SIGKILL');
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it('stuck: pending until someone at the rail acts', async () => {
    const { order, attempt } = await facing('stuck');
    const outcome = await harness.rail.submit(attempt, calm());
    expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('pending');
    await harness.admin(`payments/${outcome.kind === 'accepted' ? outcome.railReference : ''}/execute`, {});
    expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('executed');
    expect(await executionsOf(harness.rail, order.payoutId)).toHaveLength(1);
  });

  it.each<[Fault, string, boolean]>([['rejected', 'DESTINATION_CLOSED', false], ['rejected_for_now', 'SHORT_OF_FUNDS', true]])('%s: the final word %s, the same for ever', async (fault, code, retryable) => {
    const { order, attempt } = await facing(fault);
    const first = await harness.rail.submit(attempt, calm());
    expect(first).toMatchObject({ kind: 'rejected', code, retryable });
    await harness.restart('SIGKILL');
    expect(await harness.rail.submit(attempt, calm())).toEqual(first);
    expect(await harness.rail.lookUp(attempt, calm())).toEqual(first);
    expect(await executionsOf(harness.rail, order.payoutId)).toEqual([]);
  });

  it('rejected, and the answer lost: the look-up tells', async () => {
    const { attempt } = await facing('reset_after', 'rejected');
    expect((await harness.rail.submit(attempt, calm())).kind).toBe('unknown');
    expect(await harness.rail.lookUp(attempt, calm())).toMatchObject({ kind: 'rejected', code: 'DESTINATION_CLOSED' });
  });

  it('returned by itself, and by the rail\'s staff: executed before, with both instants', async () => {
    const { order, attempt } = await facing('returned');
    expect((await harness.rail.submit(attempt, calm())).kind).toBe('accepted');
    await until(async () => expect(await harness.rail.lookUp(attempt, calm())).toMatchObject({ kind: 'returned', amount: '12.34', returnedAmount: '12.34', code: 'AC04', executedAt: expect.any(String), returnedAt: expect.any(String) }));
    expect((await executionsOf(harness.rail, order.payoutId)).map((entry) => entry.kind)).toEqual(['executed', 'returned']);

    const other = await facing();
    const outcome = await harness.rail.submit(other.attempt, calm());
    const reference = outcome.kind === 'accepted' ? outcome.railReference : '';
    expect(await harness.admin(`payments/${reference}/return`, { code: 'MS03', reason: 'no reason given', amount: '12.00' })).toMatchObject({ status: 200 });
    expect(await harness.admin(`payments/${reference}/return`, {})).toMatchObject({ status: 409 });
    expect(await harness.rail.lookUp(other.attempt, calm())).toMatchObject({ kind: 'returned', returnedAmount: '12.00', code: 'MS03' });
    expect(await executionsOf(harness.rail, other.order.payoutId)).toMatchObject([{ kind: 'executed', amount: '12.34' }, { kind: 'returned', amount: '12.00' }]);
  });
});

describe('a look-up that goes wrong', () => {
  it.each<[Fault, string]>([['look_up_reset', 'unknown'], ['look_up_error', 'unknown'], ['look_up_slow', 'unknown'], ['look_up_not_found', 'not_found']])('%s of an executed payment is %s, and the next one tells', async (fault, kind) => {
    const { attempt } = await facing(fault);
    await harness.rail.submit(attempt, calm());
    const client = fault === 'look_up_slow' ? harness.hasty : harness.rail;
    expect((await client.lookUp(attempt, calm())).kind).toBe(kind);
    expect((await harness.rail.lookUp(attempt, calm())).kind).toBe('executed');
  });
});

describe('faults by chance', () => {
  it('are the same in every run of a seed, and others with another seed', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const seeded = await startHarness({ seed, faults: 'reset_before,error_after,rate_limited', faultRate: 0.25 });
      try {
        const kinds: string[] = [];
        for (let index = 0; index < 24; index++) kinds.push((await seeded.rail.submit(await committed(seeded.rail, instruction()), calm())).kind);
        return kinds;
      } finally {
        await seeded.close();
      }
    };
    const first = await run(7);
    expect(new Set(first)).toEqual(new Set(['accepted', 'unknown', 'deferred']));
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it('an unknown fault is refused by name', async () => {
    expect(await harness.admin('faults', { faults: 'all,-nonsense' })).toMatchObject({ status: 400, body: { error: { reason: expect.stringContaining('"nonsense"') } } });
    await expect(startHarness({ faults: 'nonsense' })).rejects.toThrow('Unknown fault "nonsense"');
  });
});
