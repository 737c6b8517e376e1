import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Address, type Hex, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts';
import { withTransaction } from '../../../../../db/connection.ts';
import type { CommittedAttempt, Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { transferData } from '../../../../../activities/payouts/rails/usdt-erc20/token.ts';
import { calm, type ChainWorld, chainWorld } from './world.ts';

/** Another hot wallet is configured while transfers of the former one are under way: its nonces say nothing of theirs, and it must sign nothing in their place. */
let world: ChainWorld;
let other: { key: Hex; address: Address; rail: Rail };
beforeAll(async () => {
  world = await chainWorld();
  const key = generatePrivateKey();
  const address = privateKeyToAddress(key);
  await world.chain.rpc('anvil_setBalance', address, toHex(10n ** 18n));
  await signed(world.chain.env['USDT_ERC20_PRIVATE_KEY'] as Hex, world.chain.token.address, transferData(address, 1_000_000_000n));
  other = { key, address, rail: world.anotherRail({ USDT_ERC20_WALLET: address, USDT_ERC20_PRIVATE_KEY: key }) };
});
afterAll(() => world.close());

async function signed(key: Hex, to: Address, data: Hex = '0x'): Promise<void> {
  const account = privateKeyToAccount(key);
  const nonce = Number(await world.chain.rpc<Hex>('eth_getTransactionCount', account.address, 'latest'));
  await world.chain.rpc('eth_sendRawTransaction', await account.signTransaction({ type: 'eip1559', chainId: 31_337, nonce, to, data, value: 0n, gas: 100_000n, maxFeePerGas: 50_000_000_000n, maxPriorityFeePerGas: 2_000_000_000n }));
  await world.chain.mine(1);
}
async function baseFee(gwei: number): Promise<void> {
  await world.chain.rpc('anvil_setNextBlockBaseFeePerGas', toHex(BigInt(gwei) * 1_000_000_000n));
  await world.chain.mine();
}
async function cheap(): Promise<CommittedAttempt> {
  await baseFee(1);
  const terms = { ...await world.terms(), baseFee: '250000000', tip: '1000000000' };
  const attempt = await withTransaction(world.pool, async (tx) => world.prepareIn(tx, await world.payout(), terms));
  expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
  return attempt;
}

it('a transfer that waits is never given a version under the other key, and is paid once', async () => {
  const attempt = await cheap();
  const ready = await other.rail.ready!(calm());
  expect(ready).toMatchObject({ ready: true, warning: { code: 'WALLET_CHANGED', detail: expect.stringContaining('1 open transfers are from') as string } });
  expect(await other.rail.lookUp(attempt, calm())).toMatchObject({ kind: 'pending', replaceable: false });
  expect(await withTransaction(world.pool, (tx) => other.rail.replace!(attempt, { tx, terms: ready.terms! }))).toBeNull();
  expect(await other.rail.submit(attempt, calm())).toMatchObject({ kind: 'accepted', railReference: attempt.railReference });
  await baseFee(0);
  await world.chain.mine(4);
  expect(await other.rail.lookUp(attempt, calm())).toMatchObject({ kind: 'executed', railReference: attempt.railReference, amount: '25.5' });
  expect(await world.executions(attempt)).toBe(1);
  await world.settle(attempt, 'executed');
  expect(await other.rail.ready!(calm())).not.toHaveProperty('warning');
  const record = [];
  for await (const entry of other.rail.record(null, null, calm())) record.push(entry);
  expect(record.filter(({ payoutId }) => payoutId === attempt.payoutId)).toMatchObject([{ idempotencyKey: attempt.idempotencyKey, kind: 'executed' }]);
});

it("the other wallet's use of the same nonce is no proof that the transfer will not be executed", async () => {
  const attempt = await cheap();
  await baseFee(4);
  for (let nonce = 0n; nonce <= BigInt(attempt.facts['nonce']!); nonce++) await signed(other.key, other.address);
  await world.chain.mine(4);
  expect((await other.rail.lookUp(attempt, calm())).kind).not.toBe('rejected');
  await world.chain.rpc('anvil_dropTransaction', attempt.railReference);
  expect(await other.rail.lookUp(attempt, calm())).toEqual({ kind: 'not_found' });
  expect(await other.rail.submit(attempt, calm())).toMatchObject({ kind: 'accepted' });
});

it('a transfer for another chain is left alone', async () => {
  const attempt = await world.prepare();
  const elsewhere = { ...attempt, facts: { ...attempt.facts, chain: '1' } };
  expect(await world.rail.lookUp(elsewhere, calm())).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('CHAIN_WRONG') as string });
  expect(await world.rail.submit(elsewhere, calm())).toMatchObject({ kind: 'deferred', code: 'CHAIN_WRONG' });
});
