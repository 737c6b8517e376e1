import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTransaction, type Hex } from 'viem';
import { recoverTransactionAddress } from 'viem';
import { AS_OF, calm, type ChainWorld, chainWorld, hashOf, sha256 } from './world.ts';

let world: ChainWorld;
beforeAll(async () => { world = await chainWorld(); });
afterAll(() => world.close());

describe('a transfer', () => {
  it('is signed before it is sent, and its reference is the hash of its bytes', async () => {
    const attempt = await world.prepare('12.345678');
    const raw: Hex = `0x${attempt.bytes.toString('hex')}`;
    expect(attempt.railReference).toBe(hashOf(attempt.bytes));
    const { rows: [row] } = await world.pool.query<{ request_hash: string; nonce: string }>('SELECT request_hash, nonce FROM payout_attempt a JOIN wallet_nonce n ON n.attempt_id = a.id WHERE a.id = $1', [attempt.attemptId]);
    expect(row).toEqual({ request_hash: sha256(attempt.bytes), nonce: attempt.facts['nonce'] });
    expect(parseTransaction(raw)).toMatchObject({ chainId: 31_337, to: world.chain.token.address });
    expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).toBe(world.chain.wallet);
    expect(await world.chain.rpc('eth_getTransactionByHash', attempt.railReference)).toBeNull();
    expect(await world.send(attempt)).toEqual({ kind: 'accepted', railReference: attempt.railReference });
    await world.chain.mine(3);
  });

  it('is paid once it has its confirmations, and stands in the record under its key', async () => {
    const attempt = await world.prepare('25.5');
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', replaceable: false, detail: 'in the mempool' });
    await world.chain.mine(2);
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', railReference: attempt.railReference, detail: '2 of 3 confirmations' });
    expect((await world.record()).filter(({ railReference }) => railReference === attempt.railReference)).toEqual([]);
    await world.chain.mine(1);
    const outcome = await world.look(attempt);
    expect(outcome).toMatchObject({ kind: 'executed', railReference: attempt.railReference, amount: '25.5', currency: 'USDT', fee: '0' });
    expect(outcome).toHaveProperty('networkFee', expect.stringMatching(/^0\.0\d+ ETH$/));
    const [entry, ...others] = (await world.record()).filter(({ railReference }) => railReference === attempt.railReference);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ kind: 'executed', idempotencyKey: attempt.idempotencyKey, payoutId: attempt.payoutId, amount: '25.5', currency: 'USDT', destination: attempt.destination, at: outcome.kind === 'executed' ? outcome.executedAt : '' });
  });

  it('that is submitted twice is executed once', async () => {
    const attempt = await world.prepare();
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.executions(attempt)).toBe(1);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
  });

  it.each(['reset_after', 'error_after'] as const)('whose answer is lost (%s) counts as taken because the chain knows it', async (fault) => {
    const attempt = await world.prepare();
    world.chain.faults.script.push(fault);
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    expect(await world.executions(attempt)).toBe(1);
  });

  it.each(['reset_before', 'error_before'] as const)('that never arrives (%s) is unknown, and the same bytes are paid later', async (fault) => {
    const attempt = await world.prepare();
    world.chain.faults.script.push(fault);
    expect(await world.send(attempt)).toMatchObject({ kind: 'unknown' });
    expect(await world.look(attempt)).toEqual({ kind: 'not_found' });
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    expect(await world.executions(attempt)).toBe(1);
  });

  it('committed by a process that died before sending it is sent by the next', async () => {
    const attempt = await world.prepare();
    const next = world.anotherRail();
    expect(await next.lookUp(attempt, calm())).toEqual({ kind: 'not_found' });
    expect(await world.send(attempt, next)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await next.lookUp(attempt, calm())).toMatchObject({ kind: 'executed' });
    expect(await world.executions(attempt)).toBe(1);
  });

  it('dropped from the mempool is not found, and the same bytes are paid after all', async () => {
    const attempt = await world.prepare();
    await world.send(attempt);
    await world.chain.rpc('anvil_dropTransaction', attempt.railReference);
    expect(await world.look(attempt)).toEqual({ kind: 'not_found' });
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    expect(await world.executions(attempt)).toBe(1);
  });

  it('that a stale copy of the node does not know is not taken for refused', async () => {
    const attempt = await world.prepare();
    await world.send(attempt);
    await world.chain.mine(5);
    world.chain.faults.script.push('stale');
    expect(await world.look(attempt)).toMatchObject({ kind: 'unknown' });
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
  });

  it('to a destination that the token refuses is rejected once the revert is final', async () => {
    const attempt = await world.prepare();
    await world.chain.token.blackList(attempt.destination['address'] as Hex, true);
    await world.send(attempt);
    await world.chain.mine(1);
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', detail: '1 of 3 confirmations' });
    await world.chain.mine(2);
    expect(await world.look(attempt)).toMatchObject({ kind: 'rejected', code: 'TRANSFER_REVERTED', retryable: false });
    expect(await world.executions(attempt)).toBe(0);
    await world.settle(attempt, 'rejected');
  });

  it('reverted because the token was paused after it had left may be made anew: nothing is wrong with its destination', async () => {
    const attempt = await world.prepare();
    await world.chain.token.pause(true);
    expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'TOKEN_PAUSED' });
    // As if it had been on its way already.
    await world.chain.rpc('eth_sendRawTransaction', `0x${attempt.bytes.toString('hex')}`);
    await world.chain.mine(3);
    await world.chain.token.pause(false);
    expect(await world.look(attempt)).toMatchObject({ kind: 'rejected', code: 'TRANSFER_REVERTED', retryable: true });
    expect(await world.executions(attempt)).toBe(0);
    await world.settle(attempt, 'rejected');
  });

  it('in a block that the chain gives up for another waits again, and is paid from the next', async () => {
    const attempt = await world.prepare();
    await world.send(attempt);
    await world.chain.mine(2);
    expect(await world.look(attempt)).toMatchObject({ kind: 'pending', detail: '2 of 3 confirmations' });
    await world.chain.rpc('anvil_reorg', 2, []);
    const after = await world.look(attempt);
    expect(['pending', 'not_found']).toContain(after.kind);
    expect(after).not.toMatchObject({ detail: expect.stringContaining('confirmations') });
    expect(await world.executions(attempt)).toBe(0);
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    expect(await world.executions(attempt)).toBe(1);
  });

  it('stands in the record of its own time only, however many blocks are asked for at once', async () => {
    const whole = await world.record();
    expect(whole.length).toBeGreaterThan(3);
    const of = async (from: string | null, to: string | null, blocks = '2000'): Promise<string[]> => {
      const found: string[] = [];
      for await (const { sequence } of world.anotherRail({ USDT_ERC20_LOG_BLOCKS: blocks }).record(from, to, calm())) found.push(sequence);
      return found;
    };
    const all = whole.map(({ sequence }) => sequence);
    for (const blocks of ['1', '3']) expect(await of(null, null, blocks)).toEqual(all);
    const { at } = whole[1]!;
    expect(await of(at, null)).toEqual(whole.filter((entry) => entry.at >= at).map(({ sequence }) => sequence));
    expect(await of(null, at)).toEqual(whole.filter((entry) => entry.at < at).map(({ sequence }) => sequence));
    expect(await of('2100-01-01T00:00:00.000Z', null)).toEqual([]);
  });

  it('is hinted at once its answer is final, and no longer when it is settled', async () => {
    const attempt = await world.prepare();
    const hinted = async (): Promise<boolean> => (await world.rail.ingest!(AS_OF, calm())).some(({ idempotencyKey }) => idempotencyKey === attempt.idempotencyKey);
    await world.send(attempt);
    await world.chain.mine(2);
    expect(await hinted()).toBe(false);
    await world.chain.mine(1);
    expect(await hinted()).toBe(true);
    await world.settle(attempt, 'executed');
    expect(await hinted()).toBe(false);
  });
});
