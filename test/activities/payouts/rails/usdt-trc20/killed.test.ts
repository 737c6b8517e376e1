import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pkToAddress, toHex } from 'tronweb/utils';
import { expect, it } from 'vitest';
import type { CommittedAttempt, Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { UsdtTrc20Environment, usdtTrc20FromSettings } from '../../../../../activities/payouts/rails/usdt-trc20/settings.ts';
import { parseEnvironment } from '../../../../../db/config.ts';
import { createPool } from '../../../../../db/connection.ts';
import { spawnSandboxTron } from '../../../../../scripts/local/sandbox-tron.ts';
import type { Transfer } from '../../../../../scripts/sandbox-tron/server.ts';
import { freshDatabase } from '../../../../support/database.ts';
import { calm, newAddress, newKey } from './world.ts';

it('a node killed again and again while transfers are sent: what it took it has, each is executed once, and a client that signs anew is caught paying twice', async () => {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 4, onError: () => {} });
  const folder = mkdtempSync(join(tmpdir(), 'tron-killed-'));
  const key = newKey();
  const wallet = pkToAddress(key);
  const options = { record: join(folder, 'record'), blockMs: null, fund: wallet };
  let node = await spawnSandboxTron(options);
  const { port, url, env } = node;
  const admin = async (action: string, body: object): Promise<Record<string, unknown>> => (await fetch(`${url}/admin/${action}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<Record<string, unknown>>;
  try {
    const rail: Rail = usdtTrc20FromSettings(parseEnvironment(UsdtTrc20Environment, { ...env, USDT_TRC20_WALLET: wallet, USDT_TRC20_PRIVATE_KEY: key }), { pool });
    const sign = async (attemptId: string, address: string): Promise<CommittedAttempt> => {
      const ready = await rail.ready!(calm());
      if (!ready.ready) throw new Error(`${ready.code}: ${ready.reason}`);
      const order = { payoutId: 'pay', attemptId, idempotencyKey: attemptId, amount: '10', currency: 'USDT', destination: { address }, asOf: new Date().toISOString() };
      const prepared = await rail.prepare(order, { tx: {} as never, terms: ready.terms });
      return { ...order, ...prepared, replaced: [], preparedAt: order.asOf, firstSentAt: order.asOf, lastSentAt: order.asOf };
    };
    const attempts: CommittedAttempt[] = [];
    const naive: string[] = [];
    for (let round = 0; round < 3; round++) {
      const fresh = await Promise.all(Array.from({ length: 4 }, (_, i) => sign(`att_${round}_${i}`, newAddress())));
      attempts.push(...fresh);
      await admin('faults', { rates: { lost_after: 1 } });
      // The negative control: what has no answer it signs anew and sends.
      const address = newAddress();
      naive.push(address);
      expect(await rail.submit(await sign(`naive_${round}`, address), calm())).toMatchObject({ kind: 'unknown' });
      const sends = fresh.map((attempt) => rail.submit(attempt, calm()));
      await Promise.race(sends);
      await node.stop('SIGKILL');
      const outcomes = await Promise.all(sends);
      node = await spawnSandboxTron({ ...options, port });
      expect(outcomes.map(({ kind }) => kind).filter((kind) => kind === 'accepted' || kind === 'rejected')).toEqual([]);
      for (const attempt of fresh) expect(await rail.submit(attempt, calm())).toMatchObject({ kind: 'accepted' });
      expect(await rail.submit(await sign(`naive_${round}_again`, address), calm())).toMatchObject({ kind: 'accepted' });
      await admin('mine', { blocks: 1 });
    }
    await admin('mine', { blocks: 21 });
    const { transfers } = await admin('transfers', {}) as { transfers: Transfer[] };
    const to = (address: string): number => transfers.filter((transfer) => transfer.to === toHex(address)).length;
    for (const attempt of attempts) {
      expect(await rail.lookUp(attempt, calm())).toMatchObject({ kind: 'executed', railReference: attempt.railReference });
      expect(to(attempt.destination['address']!)).toBe(1);
    }
    expect(attempts).toHaveLength(12);
    expect(naive.map(to)).toEqual([2, 2, 2]);
  } finally {
    await node.stop();
    await pool.end();
    await database.drop();
    rmSync(folder, { recursive: true });
  }
});
