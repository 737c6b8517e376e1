import { afterAll, beforeAll, expect, it } from 'vitest';
import { deserializeTransaction, ecRecover, pkToAddress, toHex } from 'tronweb/utils';
import { createHash } from 'node:crypto';
import { newId } from '../../../../../domain/ids.ts';
import { maySend } from '../../../../../domain/payouts/decide.ts';
import { decodeTransaction } from '../../../../../scripts/sandbox-tron/transaction.ts';
import { calm, EXPIRES_SECONDS, newAddress, newKey, tronWorld, type TronWorld } from './world.ts';

let world: TronWorld;
beforeAll(async () => { world = await tronWorld(); });
afterAll(() => world.close());

it('pays: known by its id before it is sent, pending in a block, executed once that is solidified', async () => {
  const attempt = await world.prepare('25.5');
  const before = await world.look(attempt);
  expect(before).toMatchObject({ kind: 'pending', replaceable: true, detail: expect.stringContaining('can be executed until') });
  expect(await world.send(attempt)).toEqual({ kind: 'accepted', railReference: attempt.railReference });
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending', railReference: attempt.railReference });
  await world.admin('mine', { blocks: 18 });
  expect(await world.look(attempt)).toMatchObject({ kind: 'pending' });
  expect(world.executions(attempt)).toMatchObject([{ amount: '25500000', to: toHex(attempt.destination['address']!), solid: false }]);
  await world.solidify();
  expect(await world.look(attempt)).toMatchObject({ kind: 'executed', railReference: attempt.railReference, amount: '25.5', currency: 'USDT', fee: '0', networkFee: expect.stringMatching(/^13\.\d+ TRX$/), executedAt: expect.stringMatching(/Z$/) });
});

it('the bytes are what tronweb reads and what another decoder reads, signed by the wallet', async () => {
  const to = newAddress();
  const attempt = await world.prepare('12.345678', to);
  const decoded = decodeTransaction(attempt.bytes.toString('hex'));
  expect(decoded.id).toBe(attempt.railReference);
  expect(`41${ecRecover(decoded.id, decoded.signatures[0]!).slice(2).toLowerCase()}`).toBe(toHex(world.wallet));
  const read = deserializeTransaction('TriggerSmartContract', decoded.rawHex) as { contract: { parameter: { value: { data: string; owner_address: string; contract_address: string } } }[]; expiration: number; fee_limit: number };
  const { data, owner_address, contract_address } = read.contract[0]!.parameter.value;
  expect({ data: data.toLowerCase(), owner_address: owner_address.toLowerCase(), contract_address: contract_address.toLowerCase() }).toEqual({
    owner_address: toHex(world.wallet), contract_address: world.node.token,
    data: `a9059cbb${toHex(to).slice(2).padStart(64, '0')}${(12_345_678).toString(16).padStart(64, '0')}`,
  });
  expect(read.expiration).toBe(Number(attempt.facts['expiration']));
  expect(read.fee_limit).toBeGreaterThan(29_000_000);
  expect(read.fee_limit).toBeLessThanOrEqual(30_000_000);
});

it('prepares the same instruction to the same bytes, and two attempts of one amount to one address to two transactions', async () => {
  const terms = await world.terms();
  const destination = { address: newAddress() };
  const order = (attemptId: string) => ({ payoutId: 'pay_x', attemptId, idempotencyKey: attemptId, amount: '10', currency: 'USDT', destination, asOf: '2026-11-16T09:00:00.000Z' });
  const context = { tx: {} as never, terms };
  const [first, again, other] = await Promise.all([world.rail.prepare(order('att_1'), context), world.rail.prepare(order('att_1'), context), world.rail.prepare(order('att_2'), context)]);
  expect(again).toEqual(first);
  expect(other.railReference).not.toBe(first.railReference);
  expect(first.requestHash).toBe(createHash('sha256').update(first.bytes).digest('hex'));
});

it('the expiry that the engine sees lies after the one in the bytes, and after the order by its own clock', async () => {
  const attempt = await world.prepare();
  const asOf = new Date(Date.now() + 86_400_000).toISOString();
  const prepared = await world.rail.prepare({ payoutId: 'pay_x', attemptId: newId('payoutAttempt'), idempotencyKey: 'k', amount: '10', currency: 'USDT', destination: attempt.destination, asOf }, { tx: {} as never, terms: await world.terms() });
  expect(Date.parse(prepared.expiresAt!)).toBe(Date.parse(asOf) + EXPIRES_SECONDS * 1000 + 60_000);
  const facts = { state: 'prepared' as const, number: 1, amount: '10', currency: 'USDT', sends: 0, firstSentAt: null, lastSentAt: null, acceptedAt: null, expiresAt: prepared.expiresAt, looks: 0 };
  expect(maySend(facts, world.rail.guarantees, asOf)).toBe(true);
  const soon = await world.rail.prepare({ payoutId: 'pay_x', attemptId: newId('payoutAttempt'), idempotencyKey: 'k', amount: '10', currency: 'USDT', destination: attempt.destination, asOf: '2020-01-01T00:00:00.000Z' }, { tx: {} as never, terms: await world.terms() });
  expect(Date.parse(soon.expiresAt!)).toBe(Number(soon.facts['expiration']) + 60_000);
});

it('refuses amounts that the token cannot pay, other currencies, and terms that no node named', async () => {
  const terms = await world.terms();
  const order = { payoutId: 'pay_x', attemptId: 'att_x', idempotencyKey: 'k', amount: '10', currency: 'USDT', destination: { address: newAddress() }, asOf: '2026-11-16T09:00:00.000Z' };
  const prepare = (changes: Partial<typeof order>, given = terms) => world.rail.prepare({ ...order, ...changes }, { tx: {} as never, terms: given });
  for (const amount of ['0', '0.000000', '-1', '1.0000001', '1e3', '']) await expect(prepare({ amount })).rejects.toMatchObject({ code: 'RAIL_AMOUNT_REFUSED' });
  await expect(prepare({ currency: 'USD' })).rejects.toMatchObject({ code: 'RAIL_CURRENCY_REFUSED' });
  await expect(prepare({ destination: { address: world.wallet } })).rejects.toMatchObject({ code: 'DESTINATION_REFUSED' });
  await expect(prepare({}, {})).rejects.toMatchObject({ code: 'RAIL_TERMS_MISSING' });
});

it('lists what left the wallet from the network’s own record, each with its attempt, and what no attempt knows without one', async () => {
  const since = new Date(world.node.chain.head.at + 1).toISOString();
  const attempts = [await world.prepare('11'), await world.prepare('12.5')];
  for (const attempt of attempts) await world.send(attempt);
  await world.admin('mine', { blocks: 1 });
  const middle = new Date(world.node.chain.head.at + 1).toISOString();
  // Someone else used the key: a transfer that none of our attempts made.
  const foreign = await world.rail.prepare({ payoutId: 'pay_f', attemptId: 'att_f', idempotencyKey: 'f', amount: '3', currency: 'USDT', destination: { address: newAddress() }, asOf: since }, { tx: {} as never, terms: await world.terms() });
  await world.node.chain.offer(foreign.bytes.toString('hex'));
  expect(await world.record(since)).toEqual([]);
  await world.solidify();
  const entries = await world.record(since);
  expect(entries).toMatchObject([
    ...attempts.map(({ payoutId, idempotencyKey, railReference, amount, destination }) => ({ kind: 'executed', payoutId, idempotencyKey, railReference, amount, currency: 'USDT', destination })),
    { payoutId: null, idempotencyKey: null, railReference: foreign.railReference, amount: '3' },
  ]);
  expect(new Set(entries.map(({ sequence }) => sequence)).size).toBe(3);
  expect((await world.record(since, middle)).map(({ railReference }) => railReference)).toEqual(attempts.map(({ railReference }) => railReference));
  expect((await world.record(middle)).map(({ railReference }) => railReference)).toEqual([foreign.railReference]);
  await world.admin('faults', { down: true });
  await expect(world.record()).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE', status: 503 });
  await world.admin('faults', { down: false });
});

it('the network refuses what the wallet did not sign, and changed bytes', async () => {
  const attempt = await world.prepare('10');
  const stranger = world.anotherRail({ USDT_TRC20_WALLET: pkToAddress('11'.repeat(32)), USDT_TRC20_PRIVATE_KEY: '11'.repeat(32) });
  const order = { payoutId: 'pay_x', attemptId: 'att_s', idempotencyKey: 'k', amount: '10', currency: 'USDT', destination: attempt.destination, asOf: attempt.preparedAt };
  const foreign = await stranger.prepare(order, { tx: {} as never, terms: await world.terms() });
  expect((await world.node.chain.offer(foreign.bytes.toString('hex'))).verdict.code).toBe('BANDWITH_ERROR');
  const hex = attempt.bytes.toString('hex');
  const changed = hex.replace((10_000_000).toString(16).padStart(64, '0'), (90_000_000).toString(16).padStart(64, '0'));
  expect(changed).not.toBe(hex);
  expect((await world.node.chain.offer(changed)).verdict.code).toBe('SIGERROR');
});

it('a key that is not the wallet’s, or none, makes the rail wait and shows nothing of the key', async () => {
  const key = newKey();
  const other = await world.anotherRail({ USDT_TRC20_PRIVATE_KEY: key }).ready!(calm());
  expect(other).toMatchObject({ ready: false, code: 'SIGNER_UNAVAILABLE', reason: expect.stringContaining(world.wallet) });
  expect(JSON.stringify(other)).not.toContain(key);
  expect(await world.anotherRail({ USDT_TRC20_PRIVATE_KEY: 'not a key' }).ready!(calm())).toMatchObject({ ready: false, code: 'SIGNER_UNAVAILABLE', reason: expect.not.stringContaining('not a key') });
  expect(await world.anotherRail({ USDT_TRC20_PRIVATE_KEY: '' }).ready!(calm())).toMatchObject({ ready: false, code: 'SIGNER_UNAVAILABLE' });
});
