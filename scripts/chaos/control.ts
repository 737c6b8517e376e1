import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { appUrl } from '../local/app-role.ts';
import { OPEN } from './counterparties/open.ts';
import type { RailName } from './counterparty.ts';
import { judge, type Verdict } from './judge.ts';
import { openLink } from './link.ts';
import { payNaively } from './naive.ts';
import { railOf } from './rails.ts';
import type { ChaosStack } from './stack.ts';
import { startStorm } from './storm.ts';
import { seedUsers } from './users.ts';

/**
 * The negative control: naive code pays so many users through a counterparty of its own, with the same faults and over as bad a wire, and is judged as the product was.
 * It has a database of its own in the same Postgres, which is left alone.
 */
export async function runControl(stack: Pick<ChaosStack, 'folder' | 'postgres' | 'log'>, options: { rail: RailName; payouts: number; seed: number; faultRate: number }): Promise<Verdict> {
  const folder = join(stack.folder, 'control');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const admin = createPool(stack.postgres.ownerUrl(), { max: 1 });
  try {
    await admin.query('CREATE DATABASE control');
  } finally {
    await admin.end();
  }
  const url = new URL(stack.postgres.ownerUrl());
  url.pathname = '/control';
  await migrate(url.toString());
  const pool = createPool(await appUrl({ ownerUrl: url.toString(), kind: 'started', source: '', stop: async () => {} }, join(stack.folder, 'postgres'), {}), { max: 12, onError: () => {} });
  const counterparty = await OPEN[options.rail]({ folder, seed: options.seed, faultRate: options.faultRate, webhookUrl: null, log: stack.log });
  const link = await openLink(() => ({ host: '127.0.0.1', port: counterparty.port }));
  try {
    const users = await seedUsers(pool, options.payouts, counterparty);
    const storm = startStorm({ seed: options.seed, pace: 0.3, victims: {}, links: { rail: link } });
    await payNaively(pool, await railOf({ name: options.rail, url: `http://127.0.0.1:${link.port}`, env: counterparty.env, pool }));
    await storm.end();
    await counterparty.endFaults();
    for (let rounds = 0; rounds < 100 && await counterparty.busy(); rounds++) await new Promise((resolve) => setTimeout(resolve, 100));
    return await judge(pool, await counterparty.movements(), users);
  } finally {
    await pool.end();
    await link.stop();
    await counterparty.stop();
  }
}
