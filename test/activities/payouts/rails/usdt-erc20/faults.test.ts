import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hex } from 'viem';
import { verifyLedger } from '../../../../../db/ledger/verify.ts';
import { seeded } from '../../../../../scripts/sandbox/random.ts';
import type { ChainFaults } from '../../../../../scripts/sandbox-chain/faults.ts';
import type { RailWorld } from '../contract.ts';
import { drive, type Driven, handle, payoutBy } from '../contractDriver.ts';
import { type ChainWorld, chainWorld, CONFIRMATIONS } from './world.ts';

const PAYOUTS = 6;
const RATES: ChainFaults['rates'] = { reset_before: 0.15, reset_after: 0.15, error_before: 0.1, error_after: 0.1, dropped: 0.1, read_reset: 0.02, read_error: 0.02, stale: 0.1 };

describe('payouts through the engine while everything goes wrong', () => {
  let world: ChainWorld;
  beforeAll(async () => { world = await chainWorld({ seed: 7 }); });
  afterAll(() => world.close());

  it('are paid once each, or not at all where it is given up: lost answers, dropped transactions, stale nodes, reorganisations, the key used elsewhere', async () => {
    const random = seeded(7);
    const { chain } = world;
    const by: RailWorld = {
      rail: world.rail, pool: world.pool, good: () => ({ address: world.address() }), bad: [], amountUsd: '20',
      executions: (attempt) => world.executions(attempt), settle: () => chain.mine(1), close: async () => {},
    };
    let payouts: Driven[] = [];
    for (let n = 0; n < PAYOUTS; n++) payouts.push(await payoutBy(by));
    // Three attempts that lost their nonces to another program end a payout: the money is the user's again.
    const ended = ({ state }: Driven): boolean => state === 'paid' || state === 'failed';
    const open = (): Driven[] => payouts.filter((payout) => !ended(payout));
    for (let round = 0; round < 60 && open().length > 0; round++) {
      const troubled = round < 12;
      Object.assign(chain.faults, { rates: troubled ? RATES : {} });
      payouts = await Promise.all(payouts.map(async (payout) => (ended(payout) ? payout : drive(by, payout, { steps: 2, repeatEach: random() < 0.3 }))));
      if (troubled && random() < 0.3) await world.foreign(BigInt(await chain.rpc<Hex>('eth_getTransactionCount', chain.wallet, 'pending'))).catch(() => {});
      if (troubled && random() < 0.2) await chain.rpc('anvil_reorg', CONFIRMATIONS - 1, []);
      await world.rail.ingest!('2026-11-16T09:00:00.000Z', new AbortController().signal);
    }
    Object.assign(chain.faults, { rates: {} });
    expect(open().map(({ why }) => why)).toEqual([]);
    const paid = payouts.filter(({ state }) => state === 'paid');
    expect(paid.length).toBeGreaterThan(PAYOUTS / 2);
    await chain.mine(CONFIRMATIONS);
    for (const payout of payouts) expect([payout.payoutId, await world.executions((await handle(by, payout))!)]).toEqual([payout.payoutId, payout.state === 'paid' ? 1 : 0]);
    // The chain's own record and ours agree, one entry a payout.
    const record = await world.record();
    expect(record.map(({ payoutId }) => payoutId).toSorted()).toEqual(paid.map(({ payoutId }) => payoutId).toSorted());
    expect((await verifyLedger(world.pool)).differences).toEqual([]);
  });
});
