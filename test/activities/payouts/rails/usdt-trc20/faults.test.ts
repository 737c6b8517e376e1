import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CommittedAttempt } from '../../../../../activities/payouts/rails/rail.ts';
import { nextStep } from '../../../../../domain/payouts/decide.ts';
import { calm, newAddress, tronWorld, type TronWorld } from './world.ts';

let world: TronWorld;
beforeAll(async () => { world = await tronWorld(); });
afterAll(() => world.close());
afterEach(async () => {
  await world.admin('faults', { down: false, rates: {}, slowMs: 3000 });
  await world.admin('token', { paused: false });
  await world.admin('give', { address: world.wallet, token: '100000000000', trx: '100000000000', energy: '0' });
});

async function executedOnce(attempt: CommittedAttempt): Promise<void> {
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'executed', railReference: attempt.railReference });
  expect(world.executions(attempt)).toHaveLength(1);
}

async function provenNotExecuted(attempt: CommittedAttempt): Promise<void> {
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending', replaceable: true });
  await world.admin('mine', { blocks: Math.ceil((Number(attempt.facts['expiration']) - world.node.chain.head.at) / 3000) });
  expect(await world.look(attempt)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('does not know it') });
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'unknown' });
  await world.passExpiry();
  expect(await world.look(attempt)).toEqual({ kind: 'not_found' });
  expect(world.executions(attempt)).toHaveLength(0);
}

it.each(['lost_after', 'unreadable'] as const)('%s: taken without an answer is unknown, then executed once; the same bytes again are the same transaction', async (fault) => {
  const attempt = await world.prepare();
  await world.admin('faults', { script: [fault] });
  expect(await world.send(attempt)).toMatchObject({ kind: 'unknown' });
  expect(await world.send(attempt)).toEqual({ kind: 'accepted', railReference: attempt.railReference });
  await executedOnce(attempt);
  expect(await world.send(attempt)).toEqual({ kind: 'accepted', railReference: attempt.railReference });
  await executedOnce(attempt);
});

it.each(['lost_before', 'busy'] as const)('%s: a send that came to nothing is unknown, and proven so only once the chain is solidified past the expiry', async (fault) => {
  const attempt = await world.prepare();
  await world.admin('faults', { script: [fault] });
  expect(await world.send(attempt)).toMatchObject({ kind: 'unknown' });
  await provenNotExecuted(attempt);
});

it.each(['lost_before', 'forgotten'] as const)('%s: the engine sends the same bytes again once they wait long enough, and they are executed once', async (fault) => {
  const attempt = await world.prepare();
  await world.admin('faults', { script: [fault] });
  await world.send(attempt);
  const outcome = await world.look(attempt);
  const sentAt = new Date().toISOString();
  const step = (secondsLater: number) => nextStep({
    payout: 'submitted', guarantees: world.rail.guarantees, policy: { maxAttempts: 3, firstLookSeconds: 5, maxLookSeconds: 3600 }, last: { from: 'look_up', outcome }, asOf: new Date(Date.parse(sentAt) + secondsLater * 1000).toISOString(),
    attempt: { state: 'accepted', number: 1, amount: attempt.amount, currency: 'USDT', sends: 1, firstSentAt: sentAt, lastSentAt: sentAt, acceptedAt: sentAt, expiresAt: null, looks: 1 },
  }).step;
  expect([step(59), step(60)]).toEqual(['look_up_later', 'replace']);
  const version = await world.rail.replace!(attempt, { tx: {} as never, terms: await world.terms() });
  expect(version).toMatchObject({ bytes: attempt.bytes, railReference: attempt.railReference, facts: attempt.facts });
  expect(await world.rail.submit({ ...attempt, bytes: version!.bytes }, calm())).toMatchObject({ kind: 'accepted' });
  await executedOnce(attempt);
});

it('what has too little time left is not sent again', async () => {
  const attempt = await world.prepare();
  await world.passExpiry();
  expect(await world.rail.replace!(attempt, { tx: {} as never, terms: await world.terms() })).toBeNull();
});

it('taken and then forgotten by the node: unknown until the expiry is solidified, then proven not executed', async () => {
  const attempt = await world.prepare();
  await world.admin('faults', { script: ['forgotten'] });
  expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
  await provenNotExecuted(attempt);
});

it('the head past the expiry is no proof: the block that held it may only be solidified later', async () => {
  const attempt = await world.prepare();
  const seconds = (Number(attempt.facts['expiration']) - world.node.chain.head.at) / 1000;
  // To just before the expiry, then into a block whose successors are past it.
  await world.admin('mine', { blocks: Math.floor(seconds / 3) - 5 });
  expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
  await world.admin('mine', { blocks: 15 });
  expect(world.node.chain.head.at).toBeGreaterThan(Number(attempt.facts['expiration']));
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending' });
  await executedOnce(attempt);
});

it('what has expired is not sent any more, and the network would not take it', async () => {
  const attempt = await world.prepare();
  await world.passExpiry();
  expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'TRON_EXPIRED' });
  expect((await world.node.chain.offer(attempt.bytes.toString('hex'))).verdict.code).toBe('TRANSACTION_EXPIRATION_ERROR');
});

it('absence on another network, or without the block that it refers to, proves nothing', async () => {
  const attempt = await world.prepare();
  await world.passExpiry();
  expect(await world.look(attempt)).toEqual({ kind: 'not_found' });
  expect(await world.look(attempt, world.anotherRail({ USDT_TRC20_GENESIS: 'ab'.repeat(32) }))).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('proves nothing') });
  expect(await world.look({ ...attempt, facts: { ...attempt.facts, refId: 'cd'.repeat(32) } })).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('proves nothing') });
});

it('a block that is taken back: the transfer waits again, and is executed once', async () => {
  const attempt = await world.prepare();
  await world.send(attempt);
  await world.admin('mine', { blocks: 3 });
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending' });
  await world.admin('reorganise', { blocks: 3 });
  expect(world.executions(attempt)).toHaveLength(0);
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending' });
  await executedOnce(attempt);
});

it('a block that is taken back and what it held forgotten: unknown, then proven', async () => {
  const attempt = await world.prepare();
  await world.send(attempt);
  await world.admin('mine', { blocks: 3 });
  expect(world.executions(attempt)).toHaveLength(1);
  await world.admin('reorganise', { blocks: 3, forget: true });
  await provenNotExecuted(attempt);
});

it('out of energy: failed on the chain, which moved nothing; another one may be made', async () => {
  const attempt = await world.prepare();
  await world.send(attempt);
  await world.admin('misfortunes', { next: ['out_of_energy'] });
  await world.admin('mine', { blocks: 1 });
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending' });
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'rejected', code: 'TRON_OUT_OF_ENERGY', retryable: true });
  expect(world.executions(attempt)).toHaveLength(0);
});

it('a fee limit that does not do is out of energy on the chain, by its own reckoning', async () => {
  const attempt = await world.prepare();
  // Between the look and the block the wallet's TRX are gone but for the bandwidth.
  await world.send(attempt);
  await world.admin('give', { address: world.wallet, trx: '1000000' });
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'rejected', code: 'TRON_OUT_OF_ENERGY', retryable: true });
});

it('refused by the token: rejected for good, or for now where it is paused or the wallet empty', async () => {
  const reverted = async (): Promise<CommittedAttempt> => {
    const attempt = await world.prepare();
    await world.send(attempt);
    return attempt;
  };
  const forGood = await reverted();
  await world.admin('misfortunes', { next: ['reverted'] });
  await world.solidify();
  expect(await world.look(forGood)).toMatchObject({ kind: 'rejected', code: 'TRON_REVERTED', retryable: false });
  const paused = await reverted();
  await world.admin('token', { paused: true });
  await world.solidify();
  expect(await world.look(paused)).toMatchObject({ kind: 'rejected', code: 'TRON_REVERTED', retryable: true });
  await world.admin('token', { paused: false });
  const empty = await reverted();
  await world.admin('give', { address: world.wallet, token: '5' });
  await world.solidify();
  expect(await world.look(empty)).toMatchObject({ kind: 'rejected', code: 'TRON_REVERTED', retryable: true });
  for (const attempt of [forGood, paused, empty]) expect(world.executions(attempt)).toHaveLength(0);
});

it('another amount than ordered is never taken for paid', async () => {
  const attempt = await world.prepare('100');
  await world.send(attempt);
  await world.admin('misfortunes', { next: ['skimmed'] });
  await world.solidify();
  expect(world.executions(attempt)).toMatchObject([{ amount: '99000000' }]);
  expect(await world.look(attempt)).toMatchObject({ kind: 'unknown', detail: expect.stringMatching(/TRANSFER_DIFFERS: 100 USDT were ordered, the transaction moved 99/) });
});

it('a node that is down, slow or talks nonsense: nothing is sent before the questions are answered, and a look-up stays unknown', async () => {
  const attempt = await world.prepare();
  for (const fault of ['question_lost', 'question_error', 'question_unreadable'] as const) {
    await world.admin('faults', { rates: { [fault]: 1 } });
    expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
    expect(await world.look(attempt)).toMatchObject({ kind: 'unknown' });
    expect(await world.ready()).toMatchObject({ ready: false, code: 'RAIL_UNREACHABLE' });
  }
  await world.admin('faults', { rates: {}, down: true });
  expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
  await world.admin('faults', { down: false });
  expect(await world.rail.submit(attempt, AbortSignal.abort())).toMatchObject({ kind: 'deferred' });
  await world.admin('faults', { script: ['rate_limited'] });
  expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'RAIL_UNREACHABLE' });
  expect(world.node.chain.pending.size).toBe(0);
  expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
  await executedOnce(attempt);
});

it('a node killed after it took a transfer knows it when it is back', async () => {
  const attempt = await world.prepare('33');
  await world.admin('faults', { script: ['lost_after'] });
  expect(await world.send(attempt)).toMatchObject({ kind: 'unknown' });
  const { head } = world.node.chain;
  await world.restart();
  expect(world.node.chain.head.id).toBe(head.id);
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending' });
  await executedOnce(attempt);
});

it('thirty at once through a faulty network: each is executed at most once, and exactly once where it is said to be', async () => {
  const attempts: CommittedAttempt[] = [];
  for (let i = 0; i < 30; i++) attempts.push(await world.prepare('1', newAddress()));
  await world.admin('faults', { rates: { lost_before: 0.15, lost_after: 0.15, unreadable: 0.1, forgotten: 0.1, busy: 0.1, question_lost: 0.05, question_error: 0.05 } });
  for (const attempt of attempts) await world.send(attempt);
  await world.admin('mine', { blocks: 2 });
  for (const attempt of attempts.filter((_, i) => i % 2 === 0)) await world.send(attempt);
  await world.admin('faults', { rates: {} });
  await world.passExpiry();
  let executed = 0;
  for (const attempt of attempts) {
    const outcome = await world.look(attempt);
    expect(['executed', 'not_found']).toContain(outcome.kind);
    expect(world.executions(attempt)).toHaveLength(outcome.kind === 'executed' ? 1 : 0);
    executed += outcome.kind === 'executed' ? 1 : 0;
  }
  expect(executed).toBeGreaterThan(5);
  expect(executed).toBeLessThan(30);
});

it('aborting ends a look-up as unknown', async () => {
  const attempt = await world.prepare();
  expect(await world.rail.lookUp(attempt, AbortSignal.abort())).toMatchObject({ kind: 'unknown' });
  expect(await world.rail.ready!(calm())).toMatchObject({ ready: true });
});
