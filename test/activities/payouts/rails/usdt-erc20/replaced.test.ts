import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Hex, toHex } from 'viem';
import { withTransaction } from '../../../../../db/connection.ts';
import type { CommittedAttempt } from '../../../../../activities/payouts/rails/rail.ts';
import { calm, type ChainWorld, chainWorld } from './world.ts';

let world: ChainWorld;
beforeAll(async () => { world = await chainWorld(); });
afterAll(() => world.close());
beforeEach(() => baseFee(1));

/** Gwei that the next block asks for; a block brings it about. */
async function baseFee(gwei: number): Promise<void> {
  await world.chain.rpc('anvil_setNextBlockBaseFeePerGas', toHex(BigInt(gwei) * 1_000_000_000n));
  await world.chain.mine();
}
const facts = (attempt: { facts: Readonly<Record<string, string>> }) => ({ nonce: BigInt(attempt.facts['nonce']!), fee: BigInt(attempt.facts['maxFeePerGas']!), tip: BigInt(attempt.facts['maxPriorityFeePerGas']!) });

/** A transfer whose fee the node takes and blocks at the price of now would pass by, sent. */
async function stuck(): Promise<CommittedAttempt> {
  const order = await world.payout();
  const terms = { ...await world.terms(), baseFee: '250000000', tip: '1000000000' };
  const attempt = await withTransaction(world.pool, (tx) => world.prepareIn(tx, order, terms));
  expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
  return attempt;
}

describe('a transfer that is stuck', () => {
  it('below the fee of now is replaced by one with the same nonce and at least an eighth more, and is paid once', async () => {
    const attempt = await stuck();
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', replaceable: true, detail: expect.stringContaining('in the mempool') });
    const newer = (await world.replace(attempt))!;
    expect(facts(newer).nonce).toBe(facts(attempt).nonce);
    expect(facts(newer).fee * 8n).toBeGreaterThanOrEqual(facts(attempt).fee * 9n);
    expect(facts(newer).tip * 8n).toBeGreaterThanOrEqual(facts(attempt).tip * 9n);
    expect(newer.railReference).not.toBe(attempt.railReference);
    expect(await world.rail.submit(newer, calm())).toMatchObject({ kind: 'accepted', railReference: newer.railReference });
    expect(await world.look(newer)).toMatchObject({ kind: 'pending', replaceable: false });
    await world.chain.mine(3);
    expect(await world.look(newer)).toMatchObject({ kind: 'executed', railReference: newer.railReference, amount: '25.5' });
    expect(await world.executions(newer)).toBe(1);
    expect((await world.record()).filter(({ payoutId }) => payoutId === attempt.payoutId)).toMatchObject([{ railReference: newer.railReference, idempotencyKey: attempt.idempotencyKey }]);
  });

  it('counts as paid where the older version is mined after all, once', async () => {
    const attempt = await stuck();
    // Committed, and it never arrives.
    const newer = (await world.replace(attempt))!;
    await world.chain.mine(3);
    expect(await world.look(newer)).toMatchObject({ kind: 'executed', railReference: attempt.railReference });
    await world.rail.submit(newer, calm());
    await world.chain.mine(3);
    expect(await world.executions(newer)).toBe(1);
    expect(await world.look(newer)).toMatchObject({ kind: 'executed', railReference: attempt.railReference });
    expect((await world.record()).filter(({ payoutId }) => payoutId === attempt.payoutId)).toMatchObject([{ railReference: attempt.railReference }]);
  });

  it('is replaced once more where the replacement never arrived', async () => {
    const attempt = await stuck();
    const lost = (await world.replace(attempt))!;
    expect(await world.look(lost)).toMatchObject({ kind: 'pending', railReference: attempt.railReference, replaceable: true });
    const newer = (await world.replace(lost))!;
    expect(newer.replaced.map(({ railReference }) => railReference)).toEqual([attempt.railReference, lost.railReference]);
    expect(await world.rail.submit(newer, calm())).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(newer)).toMatchObject({ kind: 'executed', railReference: newer.railReference });
    expect(await world.executions(newer)).toBe(1);
  });

  it('waits where a higher fee would be above the configured maximum', async () => {
    const attempt = await world.prepare();
    await world.send(attempt);
    const terms = { ...await world.terms(), baseFee: '99000000000' };
    expect((await world.rail.replace!(attempt, { tx: null as never, terms }))!.facts['maxFeePerGas']).toBe('100000000000');
    const dear = { ...attempt, facts: { ...attempt.facts, maxFeePerGas: '90000000000' } };
    expect(await world.rail.replace!(dear, { tx: null as never, terms })).toBeNull();
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
  });

  it('and was dropped for its fee waits for a replacement instead of being sent again', async () => {
    const attempt = await stuck();
    await baseFee(40);
    expect(await world.chain.rpc('eth_getTransactionByHash', attempt.railReference)).toBeNull();
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', replaceable: true, detail: expect.stringContaining('no longer in the mempool') });
    const newer = (await world.replace(attempt))!;
    await world.rail.submit(newer, calm());
    await world.chain.mine(3);
    expect(await world.look(newer)).toMatchObject({ kind: 'executed', railReference: newer.railReference });
    expect(await world.executions(newer)).toBe(1);
  });
});

describe('a nonce that another transaction used', () => {
  it('makes the transfer rejected, for another attempt, once that is final, and not before', async () => {
    const attempt = await world.prepare();
    const taker = await world.foreign(facts(attempt).nonce, undefined, 25_500_000n);
    await world.chain.mine(1);
    expect(await world.send(attempt)).toMatchObject({ kind: 'unknown' });
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', detail: expect.stringContaining('3 confirmations') });
    await world.chain.mine(2);
    expect(await world.look(attempt)).toMatchObject({ kind: 'rejected', code: 'NONCE_TAKEN', retryable: true, reason: expect.stringContaining(taker) });
    await world.settle(attempt, 'rejected');
    expect(await world.executions(attempt)).toBe(0);
    // The same amount of the token, with our nonce: in the record it is nobody's.
    expect((await world.record()).filter(({ railReference }) => railReference === taker)).toMatchObject([{ amount: '25.5', idempotencyKey: null, payoutId: null }]);
  });

  it('is found whichever of several versions was beaten to it', async () => {
    const attempt = await stuck();
    const newer = (await world.replace(attempt))!;
    await world.rail.submit(newer, calm());
    const taker = await world.foreign(facts(attempt).nonce, { maxFeePerGas: 99_000_000_000n, maxPriorityFeePerGas: 9_000_000_000n });
    // Replaced in the mempool, by what is none of ours: not settled by that.
    expect(await world.look(newer)).toEqual({ kind: 'not_found' });
    await world.chain.mine(3);
    expect(await world.look(newer)).toMatchObject({ kind: 'rejected', code: 'NONCE_TAKEN', reason: expect.stringContaining(taker) });
    await world.settle(newer, 'rejected');
  });

  it('is never taken for refused where it was one of our own versions whose receipt the node does not show', async () => {
    const attempt = await world.prepare();
    await world.send(attempt);
    await world.chain.mine(4);
    world.chain.faults.script.push('stale');
    expect(await world.look(attempt)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('no receipt') });
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
  });

  it('outside of us moves the allocation on: the next transfer has the first nonce that is free', async () => {
    const before = BigInt(await world.chain.rpc<Hex>('eth_getTransactionCount', world.chain.wallet, 'pending'));
    for (const ahead of [0n, 1n, 2n]) await world.foreign(before + ahead);
    const attempt = await world.prepare();
    expect(facts(attempt).nonce).toBe(before + 3n);
    await world.send(attempt);
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
  });
});
