import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RailEvent } from '../../../../activities/payouts/rails/rail.ts';
import type { Fault } from '../../../../scripts/sandbox-rail/faults.ts';
import { calm, committed, executionsOf, type Harness, instruction, type ReceivedEvent, startHarness } from './rail-harness.ts';

let harness: Harness;
beforeAll(async () => { harness = await startHarness(); });
afterAll(() => harness.close());

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 5000, interval: 20 });
const read = (event: ReceivedEvent): RailEvent => harness.rail.verifyEvent!(event.headers, event.body, new Date());
const about = (key: string): ReceivedEvent[] => harness.events.filter((event) => event.body.toString().includes(key));

async function pay(...faults: Fault[]) {
  const order = instruction();
  await harness.admin('faults', { lateMs: 500, returnMs: 500, script: faults.map((fault) => ({ fault, key: order.idempotencyKey })) });
  const outcome = await harness.rail.submit(await committed(harness.rail, order), calm());
  expect(outcome.kind).toBe('accepted');
  return order;
}

describe('the events of the sandbox rail', () => {
  it('tell of an execution, signed, with an id of their own', async () => {
    const order = await pay();
    await until(() => expect(about(order.idempotencyKey)).toHaveLength(1));
    const [event] = about(order.idempotencyKey).map(read);
    expect(event).toMatchObject({ type: 'executed', idempotencyKey: order.idempotencyKey, railReference: expect.stringMatching(/^sbx_/), eventId: expect.stringMatching(/^msg_/) });
  });

  it('cannot be changed, shifted in time or given another id', async () => {
    const order = await pay();
    await until(() => expect(about(order.idempotencyKey)).toHaveLength(1));
    const [event] = about(order.idempotencyKey);
    if (!event) throw new Error('no event');
    const now = new Date();
    const refusedAs = (code: string, changes: { headers?: Record<string, string | undefined>; body?: Buffer; asOf?: Date }) =>
      expect(() => harness.rail.verifyEvent!({ ...event.headers, ...changes.headers }, changes.body ?? event.body, changes.asOf ?? now)).toThrow(expect.objectContaining({ code, status: 401 }));
    refusedAs('RAIL_EVENT_FORGED', { body: Buffer.from(event.body.toString().replace('executed', 'rejected')) });
    refusedAs('RAIL_EVENT_FORGED', { headers: { 'webhook-id': 'msg_other' } });
    refusedAs('RAIL_EVENT_FORGED', { headers: { 'webhook-timestamp': '1614265330' } });
    refusedAs('RAIL_EVENT_FORGED', { headers: { 'webhook-signature': 'v1,' } });
    refusedAs('RAIL_EVENT_UNSIGNED', { headers: { 'webhook-signature': undefined } });
    refusedAs('RAIL_EVENT_STALE', { asOf: new Date(now.getTime() + 301_000) });
    refusedAs('RAIL_EVENT_STALE', { asOf: new Date(now.getTime() - 310_000) });
  });

  it('webhook_twice comes twice under one id, webhook_new_id under two', async () => {
    const twice = await pay('webhook_twice');
    const renamed = await pay('webhook_new_id');
    await until(() => expect([about(twice.idempotencyKey).length, about(renamed.idempotencyKey).length]).toEqual([2, 2]));
    expect(new Set(about(twice.idempotencyKey).map((event) => read(event).eventId)).size).toBe(1);
    expect(new Set(about(renamed.idempotencyKey).map((event) => read(event).eventId)).size).toBe(2);
    expect(await executionsOf(harness.rail, twice.payoutId)).toHaveLength(1);
    expect(await executionsOf(harness.rail, renamed.payoutId)).toHaveLength(1);
  });

  it('webhook_out_of_order: executed comes before accepted', async () => {
    const order = await pay('webhook_out_of_order');
    await until(() => expect(about(order.idempotencyKey).map((event) => read(event).type)).toEqual(['executed', 'accepted']));
  });

  it('webhook_forged: one that someone else sent is refused, the true one is not', async () => {
    const order = await pay('webhook_forged');
    await until(() => expect(about(order.idempotencyKey)).toHaveLength(2));
    const verdicts = about(order.idempotencyKey).map((event) => {
      try {
        return read(event).type;
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : error;
      }
    });
    expect(verdicts.sort()).toEqual(['RAIL_EVENT_FORGED', 'executed']);
    await harness.admin('webhooks/forge', { key: 'att_of_nobody' });
    await until(() => expect(about('att_of_nobody')).toHaveLength(1));
    expect(() => about('att_of_nobody').map(read)).toThrow(expect.objectContaining({ code: 'RAIL_EVENT_FORGED' }));
  });

  it('silent and webhook_lost: executed, and no event comes, also after a restart for silent', async () => {
    const silent = await pay('silent');
    const lost = await pay('webhook_lost');
    await harness.restart('SIGTERM');
    const marker = await pay();
    await until(() => expect(about(marker.idempotencyKey)).toHaveLength(1));
    expect(about(silent.idempotencyKey)).toEqual([]);
    expect(await executionsOf(harness.rail, silent.payoutId)).toHaveLength(1);
    expect(await executionsOf(harness.rail, lost.payoutId)).toHaveLength(1);
  });

  it('late tells accepted and then executed, returned tells executed and then returned', async () => {
    const late = await pay('late');
    const returned = await pay('returned');
    await until(() => {
      expect(about(late.idempotencyKey).map((event) => read(event).type)).toEqual(['accepted', 'executed']);
      expect(about(returned.idempotencyKey).map((event) => read(event).type)).toEqual(['executed', 'returned']);
    });
  });

  it('are repeated until taken, under the same id, also over kill -9', async () => {
    harness.refuseEvents(true);
    const order = await pay();
    await until(() => expect(about(order.idempotencyKey).length).toBeGreaterThanOrEqual(2));
    await harness.restart('SIGKILL');
    const before = about(order.idempotencyKey).length;
    harness.refuseEvents(false);
    await until(() => expect(about(order.idempotencyKey).length).toBeGreaterThan(before));
    expect(new Set(about(order.idempotencyKey).map((event) => read(event).eventId)).size).toBe(1);
  });
});
