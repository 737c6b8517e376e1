import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CommittedAttempt } from '../../../../../activities/payouts/rails/rail.ts';
import { compareRecord } from '../../../../../domain/payouts/compareRecord.ts';
import type { LookUpOutcome } from '../../../../../domain/payouts/outcomes.ts';
import type { Fault } from '../../../../../scripts/sandbox-broker/faults.ts';
import { type BrokerWorld, brokerWorld, calm, instruction, PROMISE_SECONDS, recordOf, sentAttempt, SLOW_MS, TOLERANCE_SECONDS } from './broker-world.ts';
import { type TurnedClock, turnedClock } from './turned-clock.ts';

/* Every fault of the broker, one at a time, against its own record: what sending says, what a look-up says before and after the broker's promise has run out, and how often it credited. */
let clock: TurnedClock;
let world: BrokerWorld;
beforeEach(async () => {
  clock = turnedClock();
  world = await brokerWorld(clock);
});
afterEach(() => world.close());

const attempt = (): Promise<CommittedAttempt> => sentAttempt(world.rail, instruction(clock.iso()));
const lookUp = (of: CommittedAttempt): Promise<LookUpOutcome> => world.rail.lookUp(of, calm());
/** A client that soon gives up, where the broker is slow; any other is as patient as a busy machine needs. */
const clientFor = (fault: Fault) => (fault.includes('slow') ? world.railWith({ timeoutMs: 300 }) : world.rail);
const PAST_PROMISE_MS = (PROMISE_SECONDS + TOLERANCE_SECONDS + 1) * 1000;

interface Case { fault: Fault; submit: object; credited: 0 | 1; soon: string; late: string }
const CASES: Case[] = [
  { fault: 'lost_before', submit: { kind: 'unknown' }, credited: 0, soon: 'unknown', late: 'not_found' },
  { fault: 'lost_after', submit: { kind: 'unknown' }, credited: 1, soon: 'executed', late: 'executed' },
  { fault: 'error_before', submit: { kind: 'unknown' }, credited: 0, soon: 'unknown', late: 'not_found' },
  { fault: 'error_after', submit: { kind: 'unknown' }, credited: 1, soon: 'executed', late: 'executed' },
  { fault: 'late_arrival', submit: { kind: 'unknown' }, credited: 1, soon: 'unknown', late: 'executed' },
  { fault: 'slow_before', submit: { kind: 'unknown' }, credited: 1, soon: 'unknown', late: 'executed' },
  { fault: 'slow_after', submit: { kind: 'unknown' }, credited: 1, soon: 'executed', late: 'executed' },
  { fault: 'unreadable', submit: { kind: 'unknown' }, credited: 1, soon: 'executed', late: 'executed' },
  { fault: 'rate_limited', submit: { kind: 'deferred', code: 'RATE_LIMITED', retryAfterSeconds: 1 }, credited: 0, soon: 'unknown', late: 'not_found' },
  { fault: 'delayed', submit: { kind: 'accepted', railReference: null }, credited: 1, soon: 'unknown', late: 'executed' },
  { fault: 'stuck', submit: { kind: 'accepted', railReference: null }, credited: 0, soon: 'unknown', late: 'not_found' },
  { fault: 'wrong_account', submit: { kind: 'accepted', railReference: 'op_1' }, credited: 1, soon: 'unknown', late: 'unknown' },
  { fault: 'short_of_funds', submit: { kind: 'deferred', code: 'WALLET_SHORT' }, credited: 0, soon: 'unknown', late: 'not_found' },
];

it.each(CASES)('$fault: sending says $submit.kind, a look-up $soon and then $late', async ({ fault, submit, credited, soon, late }) => {
  const sent = await attempt();
  world.broker.faults.settings.script.push({ fault, reference: sent.idempotencyKey });
  expect(await clientFor(fault).submit(sent, calm())).toMatchObject(submit);
  clock.advance(1);
  expect((await lookUp(sent)).kind).toBe(soon);
  clock.advance(SLOW_MS);
  // Within the promise, and while anything may still arrive, nothing is ever said to be not there.
  expect((await lookUp(sent)).kind).not.toBe('not_found');
  clock.advance(PAST_PROMISE_MS);
  expect((await lookUp(sent)).kind).toBe(late);
  expect(world.credits(sent.idempotencyKey)).toHaveLength(credited);
});

it('a credit in order is accepted under its operation, and executed as ordered', async () => {
  const sent = await attempt();
  expect(await world.rail.submit(sent, calm())).toEqual({ kind: 'accepted', railReference: 'op_1' });
  const at = clock.iso();
  clock.advance(1);
  expect(await lookUp(sent)).toEqual({ kind: 'executed', railReference: 'op_1', executedAt: at, amount: '12.34', currency: 'USD', fee: '0' });
});

it('what stands on another account is never taken for not executed', async () => {
  const sent = await attempt();
  world.broker.faults.settings.script.push({ fault: 'wrong_account' });
  await world.rail.submit(sent, calm());
  clock.advance(PAST_PROMISE_MS);
  expect(await lookUp(sent)).toEqual({ kind: 'unknown', detail: expect.stringContaining('CREDITED_ELSEWHERE') });
});

it.each([
  ['ACCOUNT_CLOSED', { server: 'Alpha-Live', account: '500100', currency: 'USD', state: 'closed' }],
  ['ACCOUNT_ARCHIVED', { server: 'Alpha-Live', account: '500100', currency: 'USD', state: 'archived' }],
  ['CURRENCY_WRONG', { server: 'Alpha-Live', account: '500100', currency: 'EUR', state: 'open' }],
] as const)('a refusal %s is final', async (code, account) => {
  world.broker.setAccount(account);
  const sent = await attempt();
  expect(await world.rail.submit(sent, calm())).toEqual({ kind: 'rejected', code, reason: expect.any(String), retryable: false });
  expect(world.credits(sent.idempotencyKey)).toEqual([]);
});

it('an account that the broker does not know is refused for good', async () => {
  const strict = await brokerWorld(clock, { anyAccountIn: null });
  try {
    const sent = await sentAttempt(strict.rail, instruction(clock.iso()));
    expect(await strict.rail.submit(sent, calm())).toMatchObject({ kind: 'rejected', code: 'ACCOUNT_UNKNOWN' });
  } finally {
    await strict.close();
  }
});

it('a broker that is down defers what is sent, answers no look-up, and has its record when it is back', async () => {
  const first = await attempt();
  await world.rail.submit(first, calm());
  clock.advance(1);
  await world.stop();
  expect(await world.rail.submit(await attempt(), calm())).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
  expect((await lookUp(first)).kind).toBe('unknown');
  await expect(recordOf(world.rail)).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE', status: 503 });
  await world.start();
  expect(await lookUp(first)).toMatchObject({ kind: 'executed', railReference: 'op_1' });
});

it('a wrong token is no refusal of the credit', async () => {
  const stranger = world.railWith({ token: 'another' });
  const sent = await attempt();
  expect(await stranger.submit(sent, calm())).toMatchObject({ kind: 'deferred', code: 'UNAUTHORIZED' });
  expect((await stranger.lookUp(sent, calm())).kind).toBe('unknown');
});

it.each(['list_lost', 'list_error', 'list_rate_limited', 'list_slow', 'list_unreadable', 'list_lags'] as const)('%s: a list that is not whole or not new enough proves nothing', async (fault) => {
  const sent = await attempt();
  clock.advance(PAST_PROMISE_MS);
  for (const reference of ['account', 'all']) {
    world.broker.faults.settings.script.push({ fault, reference });
    expect((await clientFor(fault).lookUp(sent, calm())).kind).toBe('unknown');
    expect(world.broker.faults.settings.script).toEqual([]);
  }
  expect(await lookUp(sent)).toEqual({ kind: 'not_found' });
});

it('a list from the future proves nothing', async () => {
  const sent = await attempt();
  clock.advance(PAST_PROMISE_MS);
  const ours = world.railWith({ now: () => clock.now() - 60_000 });
  expect(await ours.lookUp(sent, calm())).toEqual({ kind: 'unknown', detail: expect.stringContaining("the broker's clock is ahead") });
});

it('a broker without a promise proves nothing, ever', async () => {
  expect(world.railWith({ nonExecutionAfterSeconds: null }).guarantees).toMatchObject({ provesNonExecution: 'never', honoursKeysForSeconds: 0 });
  expect(world.rail.guarantees).toMatchObject({ provesNonExecution: { secondsAfterLastSend: PROMISE_SECONDS }, honoursKeysForSeconds: 0 });
});

it('a later attempt is not sent while an earlier one stands on the account, nor while the account cannot be read', async () => {
  const first = await attempt();
  const { payoutId } = first;
  const second = await sentAttempt(world.rail, instruction(clock.iso(), { payoutId, idempotencyKey: `${payoutId}-2` }));
  world.broker.faults.settings.script.push({ fault: 'late_arrival' }, { fault: 'list_error' });
  await world.rail.submit(first, calm());
  expect(await world.rail.submit(second, calm())).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
  // The broker books the first one against its promise, after it was taken for not executed.
  clock.advance(SLOW_MS + 1);
  expect(await world.rail.submit(second, calm())).toMatchObject({ kind: 'deferred', code: 'CREDITED_BEFORE', executedBefore: first.idempotencyKey });
  expect(world.credits(second.idempotencyKey)).toEqual([]);
  const other = instruction(clock.iso());
  expect(await world.rail.submit(await sentAttempt(world.rail, { ...other, idempotencyKey: `${other.payoutId}-2` }), calm())).toMatchObject({ kind: 'accepted' });
});

it('sent twice is credited twice, which the look-up and the record say', async () => {
  const sent = await attempt();
  await world.rail.submit(sent, calm());
  await world.rail.submit(sent, calm());
  clock.advance(1);
  expect(await lookUp(sent)).toMatchObject({ kind: 'executed', railReference: 'op_1', detail: expect.stringContaining('CREDITED_TWICE') });
  const record = await recordOf(world.rail);
  expect(record.map(({ payoutId, railReference }) => [payoutId, railReference])).toEqual([[sent.payoutId, 'op_1'], [sent.payoutId, 'op_2']]);
  expect(compareRecord([{ id: sent.payoutId, state: 'paid', amount: '12.34' }], record, '24.68').map(({ code }) => code)).toEqual(['PAID_TWICE']);
});

it('a credit that the broker took back is returned; one of two that it took back leaves the other', async () => {
  const sent = await attempt();
  await world.rail.submit(sent, calm());
  await world.rail.submit(sent, calm());
  clock.advance(1);
  world.broker.credits.reverse('op_1');
  clock.advance(1);
  expect(await lookUp(sent)).toMatchObject({ kind: 'executed', railReference: 'op_2' });
  const returnedAt = clock.iso();
  world.broker.credits.reverse('op_2');
  clock.advance(1);
  expect(await lookUp(sent)).toMatchObject({ kind: 'returned', returnedAt: expect.any(String), returnedAmount: '12.34', code: 'CREDIT_REVERSED' });
  expect((await recordOf(world.rail, returnedAt)).map(({ kind, railReference }) => [kind, railReference])).toEqual([['returned', 'op_4']]);
});

it('the record is read over all its pages, within its bounds, and not from a copy that is too old', async () => {
  const start = clock.iso();
  for (let credit = 0; credit < 5; credit++) {
    await world.rail.submit(await attempt(), calm());
    clock.advance(1000);
  }
  expect(await recordOf(world.rail)).toHaveLength(5);
  const second = new Date(Date.parse(start) + 1000).toISOString();
  const fourth = new Date(Date.parse(start) + 3000).toISOString();
  expect((await recordOf(world.rail, second, fourth)).map(({ sequence }) => sequence)).toEqual(['Alpha-Live:op_2', 'Alpha-Live:op_3']);
  world.broker.faults.settings.script.push({ fault: 'list_lags' });
  await expect(recordOf(world.rail, start, clock.iso())).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE' });
});
