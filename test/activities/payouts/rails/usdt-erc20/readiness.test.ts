import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEther, toHex } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import { withTransaction } from '../../../../../db/connection.ts';
import { railConditions } from '../../../../../db/stores/railConditions.ts';
import { createExchangeActivities } from '../../../../../activities/payouts/exchange.ts';
import { railRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../../activities/payouts/settings.ts';
import { testPersonalData } from '../../../../support/personal.ts';
import type { Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { AS_OF, calm, type ChainWorld, chainWorld } from './world.ts';

let world: ChainWorld;
beforeAll(async () => { world = await chainWorld({ usdt: '100', ether: '0.08' }, { USDT_ERC20_LOW_USDT: '50', USDT_ERC20_LOW_COIN: '0.01' }); });
afterAll(() => world.close());

async function codeOf(rail: Rail = world.rail): Promise<string> {
  const ready = await rail.ready!(calm());
  return ready.ready ? `ready${ready.warning ? ` ${ready.warning.code}` : ''}` : ready.code;
}
const ether = (amount: string) => world.chain.rpc('anvil_setBalance', world.chain.wallet, toHex(parseEther(amount)));

describe('readiness', () => {
  it('gives the terms that a preparation needs', async () => {
    expect(await codeOf()).toBe('ready');
    expect(await world.terms()).toEqual({ block: expect.stringMatching(/^\d+$/), chainNonce: expect.stringMatching(/^\d+$/), baseFee: expect.stringMatching(/^\d+$/), tip: expect.stringMatching(/^\d+$/) });
  });

  it('warns of a wallet that is low, beyond what is on its way, and waits for one that is empty', async () => {
    const attempt = await world.prepare('60');
    expect(await codeOf()).toBe('ready HOT_WALLET_LOW');
    const rest = await world.prepare('31');
    expect(await codeOf()).toBe('HOT_WALLET_EMPTY');
    // What is out may still have its fee raised.
    expect(await world.rail.ready!(calm())).toHaveProperty('terms.baseFee');
    for (const each of [attempt, rest]) expect(await world.send(each)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await codeOf()).toBe('HOT_WALLET_EMPTY');
    for (const each of [attempt, rest]) {
      expect(await world.look(each)).toMatchObject({ kind: 'executed' });
      await world.settle(each, 'executed');
    }
    await world.chain.token.issue(world.chain.wallet, '91');
    expect(await codeOf()).toBe('ready');
  });

  it('pays nothing while the chain has used nonces that our database does not know, until operators have looked into it', async () => {
    const careful = (known: bigint) => codeOf(world.anotherRail({ USDT_ERC20_NONCE_KNOWN: known.toString() }));
    expect(await careful(0n)).toBe('ready');
    const next = BigInt(await world.chain.rpc<string>('eth_getTransactionCount', world.chain.wallet, 'latest'));
    await world.foreign(next);
    await world.chain.mine(1);
    expect(await careful(0n)).toBe('WALLET_USED_ELSEWHERE');
    expect(await careful(next)).toBe('WALLET_USED_ELSEWHERE');
    expect(await careful(next + 1n)).toBe('ready');
    // Once one of ours was made after it, nothing is unknown any more.
    const attempt = await world.prepare('10');
    expect(await careful(0n)).toBe('ready');
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    await world.settle(attempt, 'executed');
    await world.chain.token.issue(world.chain.wallet, '10');
  });

  it('that several payouts relied on at once keeps none of them from waiting: what the wallet lacks is not sent, and not failed', async () => {
    const terms = await world.terms();
    const orders = [await world.payout('60'), await world.payout('60')];
    const [first, second] = await Promise.all(orders.map((order) => withTransaction(world.pool, (tx) => world.prepareIn(tx, order, terms))));
    const [early, late] = Number(first!.facts['nonce']) < Number(second!.facts['nonce']) ? [first!, second!] : [second!, first!];
    expect(await world.send(early)).toMatchObject({ kind: 'accepted' });
    expect(await world.send(late)).toMatchObject({ kind: 'deferred', code: 'HOT_WALLET_EMPTY' });
    expect(await world.chain.rpc('eth_getTransactionByHash', late.railReference)).toBeNull();
    await world.chain.mine(3);
    await world.chain.token.issue(world.chain.wallet, '60');
    expect(await world.send(late)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    for (const each of [early, late]) {
      expect(await world.look(each)).toMatchObject({ kind: 'executed' });
      expect(await world.executions(each)).toBe(1);
      await world.settle(each, 'executed');
    }
    await world.chain.token.issue(world.chain.wallet, '60');
  });

  it('waits for gas, and sends nothing that the wallet cannot pay for', async () => {
    const attempt = await world.prepare('12');
    await ether('0.000001');
    expect(await codeOf()).toBe('HOT_WALLET_NO_GAS');
    expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'HOT_WALLET_NO_GAS' });
    await ether('0.005');
    expect(await codeOf()).toBe('ready HOT_WALLET_LOW');
    // By the rail's exchange too, whether anything is being prepared or not.
    const client = { workflow: { signalWithStart: async () => undefined } } as unknown as Client;
    const { fetchFromRail } = createExchangeActivities({ pool: world.pool, client, rails: railRegistry([world.rail]), personal: testPersonalData() }, PAYOUT_SETTINGS);
    await new MockActivityEnvironment().run(fetchFromRail, { rail: world.rail.id, asOf: AS_OF });
    expect((await railConditions(world.pool, world.rail.id)).map(({ code }) => code)).toEqual(['HOT_WALLET_LOW']);
    await ether('0.08');
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    await world.settle(attempt, 'executed');
  });

  it('waits while the token is paused, and sends nothing that would be reverted', async () => {
    const attempt = await world.prepare('12');
    await world.chain.token.pause(true);
    expect(await codeOf()).toBe('TOKEN_PAUSED');
    expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'TOKEN_PAUSED' });
    await world.chain.token.pause(false);
    expect(await codeOf()).toBe('ready');
    expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
    await world.chain.mine(3);
    expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
    await world.settle(attempt, 'executed');
  });

  it('waits for a node that cannot be reached, without a word of its address', async () => {
    const attempt = await world.prepare('12');
    world.chain.faults.down = true;
    expect(await codeOf()).toBe('NODE_UNREACHABLE');
    expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'NODE_UNREACHABLE' });
    expect(await world.look(attempt)).toMatchObject({ kind: 'unknown' });
    await expect(world.record()).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE', status: 503 });
    expect(await world.rail.ingest!('2026-11-16T09:00:00.000Z', calm())).toEqual([]);
    world.chain.faults.down = false;
    const away = world.anotherRail({ USDT_ERC20_RPC_URL: 'http://127.0.0.1:9/v3/a-provider-key' });
    const ready = await away.ready!(calm());
    expect(ready).toMatchObject({ ready: false, code: 'NODE_UNREACHABLE' });
    expect(JSON.stringify([ready, await away.lookUp(attempt, calm()), await away.submit(attempt, calm())])).not.toContain('provider-key');
    await world.settle(attempt, 'not_executed');
  });

  it.each([
    ['CHAIN_WRONG', { USDT_ERC20_CHAIN_ID: '5' }],
    ['TOKEN_MISSING', { USDT_ERC20_TOKEN: '0x00000000000000000000000000000000000000aa' }],
    ['FEE_TOO_HIGH', { USDT_ERC20_MAX_FEE_GWEI: '0.5' }],
    ['CONFIG_MISSING', { USDT_ERC20_PRIVATE_KEY: '' }],
    ['HOT_WALLET_KEY_DIFFERS', { USDT_ERC20_PRIVATE_KEY: generatePrivateKey() }],
    ['HOT_WALLET_KEY_INVALID', { USDT_ERC20_PRIVATE_KEY: 'no key at all' }],
  ])('is %s where it is configured so', async (code, env) => {
    const rail = world.anotherRail(env);
    expect(await codeOf(rail)).toBe(code);
    expect(rail.validateDestination({ address: world.address() })).toMatchObject({ ok: true });
  });

  it('is asked about an attempt on the chain that it was signed for, whatever is configured since', async () => {
    const attempt = await world.prepare('12');
    expect(await world.anotherRail({ USDT_ERC20_CHAIN_ID: '5' }).lookUp(attempt, calm())).toEqual({ kind: 'not_found' });
  });

  it('is asked of the chain once for many payouts', async () => {
    const rail = world.anotherRail({}, 60_000);
    expect(await codeOf(rail)).toMatch(/^ready/);
    world.chain.faults.down = true;
    expect(await codeOf(rail)).toMatch(/^ready/);
    world.chain.faults.down = false;
  });
});
