import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { calm, tronWorld, type TronWorld } from './world.ts';

let world: TronWorld;
beforeAll(async () => { world = await tronWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  await world.pool.query("UPDATE payout SET state = 'failed', settled_at = now() WHERE state = 'reserved'");
  await world.pool.query("UPDATE payout SET state = 'failed', settled_at = now() WHERE state = 'submitting'");
  await world.pool.query("UPDATE payout_attempt SET state = 'not_executed', open = false, closed_at = now() WHERE open AND sends > 0");
  await world.pool.query("UPDATE payout_attempt SET state = 'abandoned', open = false, closed_at = now() WHERE open");
  await world.admin('token', { paused: false });
  await world.admin('give', { address: world.wallet, token: '100000000', trx: '100000000000', energy: '0' });
});
const reserve = async (payoutId: string): Promise<void> => void await world.pool.query("UPDATE payout SET state = 'submitting' WHERE id = $1", [payoutId]);

it('an empty or low hot wallet waits, with what is there and what is needed, for the largest payout that waits', async () => {
  expect(await world.ready()).toMatchObject({ ready: true, terms: { refId: world.node.chain.solid.id, headAt: String(world.node.chain.head.at) } });
  await world.payout('100.5');
  expect(await world.ready()).toMatchObject({ ready: false, code: 'HOT_WALLET_LOW', reason: expect.stringMatching(/holds 100 USDT; 100\.5 are needed/) });
  await world.admin('give', { address: world.wallet, token: '100500000' });
  expect(await world.ready()).toMatchObject({ ready: true });
  await world.admin('give', { address: world.wallet, token: '0' });
  expect(await world.ready()).toMatchObject({ ready: false, code: 'HOT_WALLET_EMPTY' });
});

it('what is under way counts, and operators are warned before it is too little', async () => {
  const attempt = await world.prepare('60');
  await reserve(attempt.payoutId);
  await world.payout('30');
  expect(await world.ready()).toMatchObject({ ready: true });
  expect(await world.ready()).not.toHaveProperty('warning');
  await world.payout('30');
  expect(await world.ready()).toMatchObject({ ready: true, warning: { code: 'HOT_WALLET_SOON_EMPTY', detail: expect.stringMatching(/holds 100 USDT, and 120 are/) } });
  await world.payout('41');
  expect(await world.ready()).toMatchObject({ ready: false, code: 'HOT_WALLET_LOW' });
});

it('more signed than the wallet holds: those first prepared go, the others wait unsent', async () => {
  const first = await world.prepare('60');
  await world.admin('give', { address: world.wallet, token: '200000000' });
  const second = await world.prepare('60');
  await world.admin('give', { address: world.wallet, token: '100000000' });
  await reserve(first.payoutId);
  expect(await world.send(second)).toMatchObject({ kind: 'deferred', code: 'HOT_WALLET_LOW' });
  expect(await world.send(first)).toMatchObject({ kind: 'accepted' });
  expect(world.node.chain.pending.size).toBe(1);
  await world.solidify();
});

it('without TRX for the energy it waits; staked energy does as well', async () => {
  await world.admin('give', { address: world.wallet, trx: '13000000' });
  expect(await world.ready()).toMatchObject({ ready: false, code: 'HOT_WALLET_TRX_LOW', reason: expect.stringContaining('13 TRX') });
  await world.admin('give', { address: world.wallet, energy: '200000' });
  expect(await world.ready()).toMatchObject({ ready: true });
  await world.payout('1');
  await world.admin('give', { address: world.wallet, trx: '400000' });
  expect(await world.ready()).toMatchObject({ ready: false, code: 'HOT_WALLET_TRX_LOW' });
  await world.admin('give', { address: world.wallet, trx: '600000' });
  await world.payout('1');
  expect(await world.ready()).toMatchObject({ ready: true, warning: { code: 'HOT_WALLET_TRX_SOON_LOW' } });
});

it('a transfer that may cost more than the limit is not made', async () => {
  expect(await world.anotherRail({ USDT_TRC20_FEE_LIMIT: '13.1' }).ready!(calm())).toMatchObject({ ready: false, code: 'TRON_FEE_ABOVE_LIMIT', reason: expect.stringContaining('13.1 TRX') });
  expect(await world.anotherRail({ USDT_TRC20_FEE_LIMIT: '13.2' }).ready!(calm())).toMatchObject({ ready: true });
});

it('a paused token waits, also what is signed already', async () => {
  const attempt = await world.prepare('10');
  await world.admin('token', { paused: true });
  expect(await world.ready()).toMatchObject({ ready: false, code: 'TOKEN_PAUSED' });
  expect(await world.send(attempt)).toMatchObject({ kind: 'deferred', code: 'TOKEN_PAUSED' });
  expect(world.node.chain.pending.size).toBe(0);
  await world.admin('token', { paused: false });
  expect(await world.send(attempt)).toMatchObject({ kind: 'accepted' });
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'executed' });
});

it('another network, another token or a node that is behind is not used', async () => {
  expect(await world.anotherRail({ USDT_TRC20_GENESIS: 'ab'.repeat(32) }).ready!(calm())).toMatchObject({ ready: false, code: 'TRON_WRONG_NETWORK' });
  expect(await world.anotherRail({ USDT_TRC20_NETWORK: 'nile' }).ready!(calm())).toMatchObject({ ready: false, code: 'TRON_WRONG_NETWORK' });
  expect(await world.anotherRail({ USDT_TRC20_TOKEN: `41${'66'.repeat(20)}` }).ready!(calm())).toMatchObject({ ready: false });
});
