import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hex } from 'viem';
import { withTransaction } from '../../../../../db/connection.ts';
import { setSwitch } from '../../../../../db/stores/railSwitch.ts';
import type { CommittedAttempt } from '../../../../../activities/payouts/rails/rail.ts';
import { cancelNonce } from '../../../../../activities/payouts/rails/usdt-erc20/cancel.ts';
import { readWalletState } from '../../../../../activities/payouts/rails/usdt-erc20/walletState.ts';
import { AS_OF, calm, type ChainWorld, chainWorld } from './world.ts';

let world: ChainWorld;
beforeAll(async () => { world = await chainWorld(); });
afterAll(() => world.close());

const nonce = ({ facts }: CommittedAttempt): bigint => BigInt(facts['nonce']!);
const chainNonce = async (tag: 'latest' | 'pending'): Promise<bigint> => BigInt(await world.chain.rpc<Hex>('eth_getTransactionCount', world.chain.wallet, tag));
const warning = async () => {
  const ready = await world.rail.ready!(calm());
  return ready.ready ? ready.warning?.code : ready.code;
};

describe('nonces', () => {
  it('of 30 transfers prepared at once, of which some are rolled back, follow each other without a gap', async () => {
    const first = await chainNonce('latest');
    const terms = await world.terms();
    const orders = await Promise.all(Array.from({ length: 30 }, () => world.payout()));
    const results = await Promise.allSettled(orders.map((order, index) => withTransaction(world.pool, async (tx) => {
      const attempt = await world.prepareIn(tx, order, terms);
      if (index % 3 === 1) throw new Error('rolled back');
      return attempt;
    })));
    const kept = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value).sort((a, b) => Number(nonce(a) - nonce(b)));
    expect(kept.map(nonce)).toEqual(Array.from({ length: 20 }, (_, index) => first + BigInt(index)));
    const { rows } = await world.pool.query<{ next: string; rows: number }>('SELECT w.next_nonce AS next, (SELECT count(*)::int FROM wallet_nonce) AS rows FROM hot_wallet w');
    expect(rows).toEqual([{ next: (first + 20n).toString(), rows: 20 }]);
    // Sent in any order, all of them are paid.
    for (const attempt of kept.toReversed()) expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(4);
    for (const attempt of kept) {
      expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
      await world.settle(attempt, 'executed');
    }
    expect(await chainNonce('latest')).toBe(first + 20n);
  });

  it('belong to an attempt for good: prepared again it gets the same, and the chain executes one', async () => {
    const order = await world.payout();
    const terms = await world.terms();
    const instruction = { ...order, attemptId: 'att_again', idempotencyKey: 'att_again', currency: 'USDT', asOf: AS_OF };
    const rolledBack = new Error('rolled back');
    await withTransaction(world.pool, async (tx) => {
      const one = await world.rail.prepare(instruction, { tx, terms });
      const two = await world.rail.prepare(instruction, { tx, terms: { ...terms, baseFee: '7000000000' } });
      expect([two.facts['nonce'], two.railReference === one.railReference]).toEqual([one.facts['nonce'], false]);
      throw rolledBack;
    }).catch((error: unknown) => { if (error !== rolledBack) throw error; });
  });

  it('whose transfer never reached the chain keep later ones waiting; that is said, hinted at, and mended by its own bytes', async () => {
    const lost = await world.prepare();
    const later = await world.prepare();
    expect(await warning()).toBeUndefined();
    world.chain.faults.script.push('reset_before');
    expect(await world.send(lost)).toMatchObject({ kind: 'unknown' });
    expect(await world.send(later)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(later)).toMatchObject({ kind: 'pending', detail: expect.stringMatching(new RegExp(`nonce ${nonce(lost)} .* committed for payout ${lost.payoutId}`)) });
    expect(await warning()).toBe('NONCE_GAP');
    expect(await world.rail.ingest!(AS_OF, calm())).toMatchObject([{ idempotencyKey: lost.idempotencyKey }]);
    expect(await world.look(lost)).toEqual({ kind: 'not_found' });
    expect(await world.send(lost)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    for (const attempt of [lost, later]) {
      expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
      expect(await world.executions(attempt)).toBe(1);
      await world.settle(attempt, 'executed');
    }
    expect(await warning()).toBeUndefined();
  });

  it('that nothing of ours uses (a foreign transaction that was dropped) are cancelled, and what waited is paid', async () => {
    const free = await chainNonce('pending');
    const foreign = await world.foreign(free);
    const later = await world.prepare();
    expect(nonce(later)).toBe(free + 1n);
    await world.send(later);
    // The node forgets with it what comes after.
    await world.chain.rpc('anvil_dropTransaction', foreign);
    await world.chain.mine(1);
    expect(await warning()).toBe('NONCE_GAP');
    expect(await world.look(later)).toEqual({ kind: 'not_found' });
    expect(await world.send(later)).toMatchObject({ kind: 'accepted' });
    expect(await world.look(later)).toMatchObject({ kind: 'pending', detail: expect.stringContaining('cancelled') });
    await world.chain.mine(3);
    expect(await world.look(later)).toMatchObject({ kind: 'executed' });
    const { rows } = await world.pool.query('SELECT purpose, attempt_id FROM wallet_nonce WHERE nonce = $1', [free.toString()]);
    expect(rows).toEqual([{ purpose: 'cancel', attempt_id: null }]);
    await world.settle(later, 'executed');
    expect(await warning()).toBeUndefined();
  });

  it('of an attempt that an operator decided was not executed are cancelled, so that its bytes never can be', async () => {
    const given = await world.prepare();
    world.chain.faults.script.push('reset_before');
    await world.send(given);
    expect(await world.rail.ingest!(AS_OF, calm())).toEqual([]);
    expect(await chainNonce('pending')).toBe(nonce(given));
    await world.settle(given, 'not_executed');
    // A stopped rail sends nothing at all, not even this.
    const stop = (stopped: boolean) => withTransaction(world.pool, (tx) => setSwitch(tx, { rail: world.rail.id, stopped, reason: 'looking into it', by: 'psn_1', at: AS_OF }));
    await stop(true);
    await world.rail.ingest!(AS_OF, calm());
    expect(await chainNonce('pending')).toBe(nonce(given));
    await stop(false);
    await world.rail.ingest!(AS_OF, calm());
    await world.chain.mine(1);
    expect(await chainNonce('latest')).toBe(nonce(given) + 1n);
    await world.chain.rpc('eth_sendRawTransaction', `0x${given.bytes.toString('hex')}`).catch(() => {});
    await world.chain.mine(1);
    expect(await world.executions(given)).toBe(0);
  });

  it('of a transfer that is only prepared are no gap, and never cancelled', async () => {
    const prepared = await world.prepare();
    await world.rail.ingest!(AS_OF, calm());
    expect([await warning(), await chainNonce('pending')]).toEqual([undefined, nonce(prepared)]);
    await world.send(prepared);
    await world.chain.mine(3);
    expect(await world.look(prepared)).toMatchObject({ kind: 'executed' });
  });

  it('are never cancelled while an attempt may still be executed, nor before they are allocated', async () => {
    const attempt = await world.prepare();
    const state = await readWalletState(world.config, calm());
    const cancelled = async (of: bigint) => [await cancelNonce(world.config, state, of, calm()), await chainNonce('pending')];
    expect(await cancelled(nonce(attempt))).toEqual([false, nonce(attempt)]);
    expect(await cancelled(nonce(attempt) + 1n)).toEqual([false, nonce(attempt)]);
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    expect(await cancelled(nonce(attempt))).toEqual([false, nonce(attempt) + 1n]);
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
  });

  it('whose cancellation offers too little now are cancelled at the fee of now', async () => {
    const attempt = await world.prepare();
    world.chain.faults.script.push('reset_before');
    await world.send(attempt);
    await world.settle(attempt, 'not_executed');
    const offered = async (): Promise<bigint> => {
      const { pending } = await world.chain.rpc<{ pending: Record<string, Record<string, { maxFeePerGas: Hex }>> }>('txpool_content');
      return BigInt(Object.values(pending[world.chain.wallet] ?? pending[world.chain.wallet.toLowerCase()] ?? {})[0]!.maxFeePerGas);
    };
    const state = await readWalletState(world.config, calm());
    const low = { ...state, market: { baseFee: state.market.baseFee, tip: 1n } };
    expect(await cancelNonce(world.config, low, nonce(attempt), calm())).toBe(true);
    expect(await offered()).toBe(low.market.baseFee * 2n + 1n);
    await world.rail.ingest!(AS_OF, calm());
    expect(await offered()).toBe(state.market.baseFee * 2n + state.market.tip);
    await world.chain.mine(1);
    expect(await chainNonce('latest')).toBe(nonce(attempt) + 1n);
  });

  it('cannot be kept for two attempts, nor two for one', async () => {
    const attempt = await world.prepare();
    await expect(world.pool.query(`INSERT INTO wallet_nonce (wallet_id, nonce, attempt_id, purpose) SELECT wallet_id, nonce + 1, attempt_id, purpose FROM wallet_nonce WHERE attempt_id = $1`, [attempt.attemptId]))
      .rejects.toMatchObject({ code: '23505' });
  });
});
