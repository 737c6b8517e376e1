import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Supervisor } from '../../../scripts/local/supervise.ts';
import { type Counterparties, startCounterparties } from '../../../scripts/system/counterparties.ts';

const folder = mkdtempSync(join(tmpdir(), 'cashback-counterparties-'));
const stops: (() => Promise<unknown>)[] = [];
const supervisor: Supervisor = { signal: new AbortController().signal, onStop: (_name, stop) => void stops.push(stop) };
const stopAll = async (): Promise<void> => { for (const stop of stops.splice(0).reverse()) await stop(); };
const start = (rails: string[], env: NodeJS.ProcessEnv, demo: boolean, dataDir = folder): Promise<Counterparties> => startCounterparties(supervisor, { rails, env, dataDir, log: () => {}, demo });
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['USDT_TRC20_NODE_URL', 'USDT_TRC20_PRIVATE_KEY_FILE', 'USDT_TRC20_WALLET'])('a rail of which %s says something gets no stand-in, and a demo leaves it out', async (variable) => {
  const usual = await start(['sandbox', 'usdt-trc20'], { [variable]: 'something' }, false);
  expect([usual.rails, usual.running.size, usual.env]).toEqual([['sandbox', 'usdt-trc20'], 0, {}]);
  const demo = await start(['sandbox', 'usdt-trc20'], { [variable]: 'something' }, true);
  expect([demo.rails, demo.running.size]).toEqual([['sandbox'], 0]);
  expect(demo.leftOut.get('usdt-trc20')).toBe(`${variable.replace('_FILE', '')} is set, and the demo pays nobody outside`);
  expect(existsSync(join(folder, 'sandbox-tron'))).toBe(false);
});

test('what cannot be started here stops npm start, and is left out of a demo', async () => {
  const file = join(folder, 'a file');
  writeFileSync(file, '');
  await expect(start(['broker-credit-aster'], {}, false, file)).rejects.toThrow('ENOTDIR');
  const demo = await start(['sandbox', 'broker-credit-aster'], {}, true, file);
  expect(demo.rails).toEqual(['sandbox']);
  expect(demo.leftOut.get('broker-credit-aster')).toContain('ENOTDIR');
});

test('a stand-in keeps its address, its wallet and its secrets, and is the one of every broker that is named', async () => {
  const rails = ['usdt-trc20', 'broker-credit-aster', 'broker-credit-borealis'];
  const first = await start(rails, {}, false);
  await stopAll();
  const second = await start(rails, {}, false);
  expect(second.env).toEqual(first.env);
  expect([...second.running.keys()].sort()).toEqual(['broker', 'tron']);
  expect((JSON.parse(second.env['BROKER_CREDIT_BROKERS']!) as { broker: string }[]).map(({ broker }) => broker)).toEqual(['aster', 'borealis']);
  const wallet = await (await fetch(`${second.env['USDT_TRC20_NODE_URL']}/wallet/getaccount`, { method: 'POST', body: JSON.stringify({ address: second.env['USDT_TRC20_WALLET'] }) })).json();
  expect(wallet).toMatchObject({ balance: 100_000_000_000 });
});
