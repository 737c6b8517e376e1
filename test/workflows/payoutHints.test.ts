import { afterAll, beforeAll, expect, test } from 'vitest';
import { hintPayout } from '../../activities/payouts/compareRail.ts';
import { startPayout } from '../../activities/payouts/startPayouts.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../scripts/chaos/webhook-receiver.ts';
import type { Fault } from '../../scripts/sandbox-rail/faults.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers, plannedPayout } from '../support/payouts.ts';
import { timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let fixture: PayoutFixture;
let temporal: TimeSkipping;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;
let receiver: WebhookReceiver;

beforeAll(async () => {
  temporal = await timeSkipping();
  receiver = await startWebhookReceiver(() => ({ pool: fixture.pool, client: temporal.client, rail: fixture.rail }));
  // Nobody looks by himself for an hour: whatever is settled here was settled on a hint.
  fixture = await payoutFixture({
    settings: { policy: { maxAttempts: 2, firstLookSeconds: 3600, maxLookSeconds: 3600 } }, timeoutMs: 400,
    rail: { webhookUrl: receiver.url, faults: { slowMs: 700, lateMs: 200, returnMs: 300 } },
  });
  workers = await payoutWorkers(fixture, { client: temporal.client, nativeConnection: temporal.env.nativeConnection });
});
afterAll(async () => {
  await workers?.stop();
  await fixture?.close();
  await receiver?.stop();
});

async function started(...faults: Fault[]): Promise<{ userId: string; payoutId: string; result: () => Promise<unknown> }> {
  const made = await plannedPayout(fixture, '20', '2026-11-23T09:00:00.000Z');
  await fixture.faults(...faults.map((fault) => ({ fault, payoutId: made.payoutId })));
  await startPayout(temporal.client, (await readPayout(fixture.pool, made.payoutId)).payout);
  return { ...made, result: () => temporal.client.workflow.getHandle(workflowIds.payout(made.payoutId)).result() };
}
const stateOf = async (payoutId: string) => (await readPayout(fixture.pool, payoutId)).payout.state;
const executions = (payoutId: string) => fixture.executed().filter((one) => one.payoutId === payoutId).length;
const eventsOf = (payoutId: string) => fixture.rows<{ event_id: string }>('SELECT event_id FROM rail_event WHERE payout_id = $1', [payoutId]);

test.each(['webhook_twice', 'webhook_new_id', 'webhook_out_of_order', 'webhook_forged'] as const)('%s: paid once on a hint', async (fault) => {
  const { userId, payoutId } = await started('late', fault);
  await expect.poll(() => stateOf(payoutId), { timeout: 10_000 }).toBe('paid');
  expect(executions(payoutId)).toBe(1);
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '20' });
  expect((await eventsOf(payoutId)).length).toBeGreaterThan(0);
});

test('an event that somebody else signed is refused and not even kept', async () => {
  const { payoutId } = await started('stuck');
  await expect.poll(() => stateOf(payoutId)).toBe('submitted');
  const refused = receiver.counts.refused;
  await fetch(`${fixture.server.url}/admin/webhooks/forge`, { method: 'POST', body: JSON.stringify({ key: `${payoutId}-1`, payoutId }) });
  await expect.poll(() => receiver.counts.refused).toBe(refused + 1);
  expect(await eventsOf(payoutId)).toEqual([]);
  expect(await stateOf(payoutId)).toBe('submitted');
});

test('a genuine event that says "executed" of a payment that is not: asked, and nothing is paid', async () => {
  const { userId, payoutId } = await started('stuck');
  await expect.poll(() => stateOf(payoutId)).toBe('submitted');
  await temporal.client.workflow.getHandle(workflowIds.payout(payoutId)).signal('railHint', { eventId: 'too-early' });
  await expect.poll(async () => (await fixture.rows<{ looks: number }>('SELECT looks FROM payout_attempt WHERE payout_id = $1', [payoutId]))[0]?.looks).toBe(1);
  expect(await stateOf(payoutId)).toBe('submitted');
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '20', paid: '0' });
});

test('paid, then returned: the second hint finds the workflow closed and starts it again', async () => {
  const { userId, payoutId, result } = await started('returned');
  await expect.poll(() => stateOf(payoutId), { timeout: 10_000 }).toBe('returned');
  await result();
  expect(await fixture.balances(userId)).toEqual({ available: '20', reserved: '0', paid: '0' });
  expect(await fixture.rows(`SELECT kind FROM notification WHERE user_id = $1 ORDER BY created_at, id`, [userId])).toEqual([{ kind: 'payout_sent' }, { kind: 'payout_paid' }, { kind: 'payout_returned' }]);
});

test('it comes back in parts: a hint about a returned payout is followed, and posts and tells what is more than before, once', async () => {
  const { userId, payoutId, result } = await started('late');
  await expect.poll(() => stateOf(payoutId), { timeout: 10_000 }).toBe('paid');
  await result();
  const ask = fixture.rail.lookUp.bind(fixture.rail);
  let cameBack = '7';
  fixture.rail.lookUp = async (attempt, signal) => {
    const outcome = await ask(attempt, signal);
    return outcome.kind === 'executed' && attempt.payoutId === payoutId ? { ...outcome, kind: 'returned', returnedAt: '2026-11-24T09:00:00.000Z', returnedAmount: cameBack, code: 'AC04', reason: 'closed' } : outcome;
  };
  const hint = () => hintPayout(temporal.client, { payoutId, rail: 'sandbox' }, 'it came back');
  for (const available of ['7', '20']) {
    await hint();
    await expect.poll(async () => (await fixture.balances(userId)).available, { timeout: 10_000 }).toBe(available);
    await result();
    await hint();
    await result();
    cameBack = '20';
  }
  fixture.rail.lookUp = ask;
  expect(await fixture.balances(userId)).toEqual({ available: '20', reserved: '0', paid: '0' });
  const told = await fixture.rows<{ facts: Record<string, string> }>("SELECT facts FROM notification WHERE user_id = $1 AND kind = 'payout_returned' ORDER BY id", [userId]);
  expect(told.map(({ facts }) => [facts['cameBack'], facts['amount']])).toEqual([['in_part', '7'], ['in_full', '13']]);
});
