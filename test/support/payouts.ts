import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import type { Pool } from 'pg';
import { createPayoutActivities } from '../../activities/payouts/activities.ts';
import { type RailRegistry, railRegistry } from '../../activities/payouts/rails/registry.ts';
import type { Rail } from '../../activities/payouts/rails/rail.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAYOUT_SETTINGS, type PayoutSettings } from '../../activities/payouts/settings.ts';
import { createWorkers, runWorkers, type WorkersOptions } from '../../activities/workers.ts';
import { createPool, withTransaction } from '../../db/connection.ts';
import { userBalances } from '../../db/ledger/balances.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { money, seedBase, seedUser, type SeedUser } from '../../scripts/chaos/seed.ts';
import type { Fault, ScriptedFault } from '../../scripts/sandbox-rail/faults.ts';
import { startSandboxRail, type SandboxRail, type SandboxRailOptions } from '../../scripts/sandbox-rail/server.ts';
import { workflowBundle } from './ask-host.ts';
import './quiet.ts';
import { freshDatabase } from './database.ts';
import { testPersonalData } from './personal.ts';

export const SECRET = 'a secret for tests';

export interface PayoutFixture {
  pool: Pool;
  ownerUrl: string;
  /** As the application's role. */
  appUrl: string;
  server: SandboxRail;
  rail: Rail;
  rails: RailRegistry;
  settings: PayoutSettings;
  user(seed?: SeedUser): Promise<{ userId: string; accountLinkId: string }>;
  give(userId: string, amount: string, key: string, brokerId?: string): Promise<void>;
  balances(userId: string): Promise<{ available: string; reserved: string; paid: string }>;
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Scripts the rail's next faults. */
  faults(...script: (Fault | ScriptedFault)[]): Promise<void>;
  /** What the rail executed, by its own record. */
  executed(): { payoutId: string; amount: string }[];
  close(): Promise<void>;
}

/** A fresh database with a broker and the sandbox rail in this process. */
export async function payoutFixture(options: { settings?: Partial<PayoutSettings>; rail?: Partial<SandboxRailOptions>; timeoutMs?: number; keyWindowSeconds?: number; brokers?: string[] } = {}): Promise<PayoutFixture> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 12, onError: () => {} });
  await seedBase(pool, options.brokers ?? ['ava', 'ice']);
  const folder = mkdtempSync(join(tmpdir(), 'cashback-rail-'));
  const server = await startSandboxRail({ record: join(folder, 'record'), secret: SECRET, ...options.rail });
  const rail = sandboxRail({ url: server.url, secret: SECRET, timeoutMs: options.timeoutMs ?? 2000, keyWindowSeconds: options.keyWindowSeconds ?? 7 * 86_400 });
  const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[];
  return {
    pool, ownerUrl: database.ownerUrl, appUrl: database.appUrl, server, rail, rails: railRegistry([rail]),
    settings: { ...PAYOUT_SETTINGS, ...options.settings }, rows,
    user: (seed = { available: { ava: '20' } }) => seedUser(pool, seed),
    give: (userId, amount, key, brokerId = 'ava') => withTransaction(pool, async (tx) => void (await postJournals(tx, money(userId, brokerId, amount, key)))),
    async balances(userId) {
      const { available, reserved, paid } = (await userBalances(pool, userId)).total;
      return { available, reserved, paid };
    },
    async faults(...script) {
      await fetch(`${server.url}/admin/faults`, { method: 'POST', body: JSON.stringify({ script: script.map((entry) => (typeof entry === 'string' ? { fault: entry } : entry)) }) });
    },
    executed: () => server.record().filter((movement) => movement.kind === 'executed').map(({ payoutId, amount }) => ({ payoutId, amount })),
    async close() {
      await server.stop();
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The activities as functions, each call in an activity's context; Temporal is only asked where `client` is given. */
export function payoutActivities(fixture: PayoutFixture, client?: Client) {
  const activities = createPayoutActivities({ pool: fixture.pool, rails: fixture.rails, personal: testPersonalData(), client: client ?? withoutTemporal }, fixture.settings);
  type Activities = typeof activities;
  return <K extends keyof Activities>(name: K, ...args: Parameters<Activities[K]>): ReturnType<Activities[K]> => {
    const activity = activities[name] as unknown as (...args: unknown[]) => Promise<never>;
    return new MockActivityEnvironment().run<unknown[], never, typeof activity>(activity, ...args) as ReturnType<Activities[K]>;
  };
}

/** Plans a payout for a user with `amount` USD, in a run of its own; its workflow is not started. */
export async function plannedPayout(fixture: PayoutFixture, amount: string, asOf: string): Promise<{ userId: string; payoutId: string }> {
  const call = payoutActivities(fixture);
  const { userId } = await fixture.user({ available: { ava: amount } });
  const { runId } = await call('openRun', { runKey: `run-of-${userId}`, scheduledAt: asOf, workflowId: `w-${userId}`, startedBy: null });
  await call('freezeMembers', { runId, asOf });
  await call('planPage', { runId, after: '', limit: 1000, asOf });
  const [row] = await fixture.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]);
  return { userId, payoutId: row!.id };
}

/** Stands in where a test has no Temporal: starting is accepted and forgotten, which the sweep would mend. */
const withoutTemporal = { workflow: { start: async () => undefined } } as unknown as Client;

/** Runs the product's workers on a server until `stop`. */
export async function payoutWorkers(fixture: PayoutFixture, on: { nativeConnection: NativeConnection; client: Client; namespace?: string }, verification?: WorkersOptions['verification']) {
  const workers = await createWorkers({
    personal: testPersonalData(),
    connection: on.nativeConnection, namespace: on.namespace ?? 'default', workflows: { workflowBundle: await workflowBundle() },
    pool: fixture.pool, client: on.client, rails: fixture.rails, payoutSettings: fixture.settings, ...(verification && { verification }), worker: { shutdownGraceTime: '2s' },
  });
  return runWorkers(workers);
}
