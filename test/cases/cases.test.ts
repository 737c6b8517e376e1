import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createPool } from '../../db/connection.ts';
import { runCase } from '../../scripts/case/run.ts';
import { freshDatabase } from '../support/database.ts';
import { ownTimeSkipping } from '../support/time-skipping.ts';
import { workflowBundle } from '../support/ask-host.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, 'setup.json'))).map((entry) => entry.name).sort();
const cleanups: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

it.each(folders)('%s is right to the last digit', async (name) => {
  const { env } = await ownTimeSkipping();
  const database = await freshDatabase();
  const pool = createPool(database.appUrl);
  cleanups.push(async () => { await env.teardown(); await pool.end(); await database.drop(); });
  const { checks, differences } = await runCase(join(import.meta.dirname, name), { env, pool, workflowBundle: await workflowBundle(), log: () => undefined });
  expect(differences).toEqual([]);
  expect(checks).toBeGreaterThan(0);
});
