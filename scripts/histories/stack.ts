import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Pool } from 'pg';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { SOURCE_SETTINGS } from '../../activities/reports/sources/settings.ts';
import { WEBHOOK_SETTINGS } from '../../activities/webhooks/settings.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { configuredList } from '../../activities/verification/configured.ts';
import { sandboxVerification } from '../../activities/verification/providers/sandbox.ts';
import { loadSetup } from '../case/setup.ts';
import { appUrl } from '../local/app-role.ts';
import { startDevServer } from '../local/dev-server.ts';
import { prepareNamespace } from '../local/namespace.ts';
import { freePort } from '../local/ports.ts';
import { startPostgres } from '../local/postgres.ts';
import type { Supervisor } from '../local/supervise.ts';
import { temporalCli } from '../local/temporal-cli.ts';
import { buildWorkflowBundle } from '../local/workflow-bundle.ts';
import { sampleSetup } from '../sample/setup.ts';
import type { Fault } from '../sandbox-rail/faults.ts';
import { startSandboxVerification } from '../sandbox-verification/server.ts';
import { startSandboxRail } from '../sandbox-rail/server.ts';
import { recordedRails } from './rails.ts';
import { RECORDED_SCHEDULE } from './webhooks.ts';
import { throwawayPersonalData } from '../local/personal-keys.ts';

/** Users of the sample; the last of them have not proved an account to be theirs, the very last one's link is not verified. */
export const ACCOUNTS = 40;
export const UNPROVEN = 6;
export const APPROVAL_LIMIT = '1000';
/** Members of a payout run, and accruals started, on one page. */
export const PAGE = 2;
const SECRET = 'recording';
/** Instead of a process id and the machine's name, which a history would keep. */
const IDENTITY = 'recorder';

/** The whole system in this process, with waits of seconds instead of days, for recording what its workflows do. */
export interface Stack {
  pool: Pool;
  client: Client;
  personal: PersonalData;
  users: ReadonlyMap<string, string>;
  handle(workflowId: string): WorkflowHandle;
  faults(...script: Fault[]): Promise<void>;
  /** Movements of the rail's own record, `executed` or `returned`, of one payout. */
  moved(payoutId: string): string[];
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  /** What the stack keeps on disk. */
  folder: string;
}

export async function startRecordingStack(supervisor: Supervisor, log: (line: string) => void): Promise<Stack> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const folder = resolve(`.data/histories-${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  supervisor.onStop('folder', async () => rmSync(folder, { recursive: true, force: true }));

  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log, fastAndUnsafe: true, env: {} });
  supervisor.onStop('Postgres', () => postgres.stop());
  await migrate(postgres.ownerUrl);
  const pool = createPool(await appUrl(postgres, join(folder, 'postgres')), { max: 12, onError: () => {} });
  supervisor.onStop('connections', () => pool.end());
  const users = await loadSetup(pool, sampleSetup({ accounts: ACCOUNTS, unproven: UNPROVEN, unverified: 1, pendingPeriod: 'PT3S' }));

  const { path: cli } = await temporalCli(log);
  const temporal = await startDevServer({ cli, port: await freePort(), namespace: 'default', logFile: join(folder, 'temporal.log') });
  supervisor.onStop('Temporal', () => temporal.stop());
  await prepareNamespace({ connectionOptions: { address: temporal.address }, namespace: 'default', kind: 'started' }, log);
  const connection = await Connection.connect({ address: temporal.address });
  supervisor.onStop('Temporal client', () => connection.close());
  const client = new Client({ connection, identity: IDENTITY });

  const rail = await startSandboxRail({ record: join(folder, 'rail.record'), secret: SECRET, faults: { returnMs: 500 } });
  supervisor.onStop('rail', () => rail.stop());
  const personal = throwawayPersonalData();
  const verification = await startSandboxVerification({ secret: SECRET });
  supervisor.onStop('verification provider', () => verification.stop());
  const list = configuredList({ VERIFICATION_PROVIDER: 'sandbox' });
  const native = await NativeConnection.connect({ address: temporal.address });
  const workers = runWorkers(await createWorkers({
    personal, verification: { provider: sandboxVerification({ url: verification.url, secret: SECRET }), list }, webhooks: { settings: { ...WEBHOOK_SETTINGS, allowPrivate: true, schedule: RECORDED_SCHEDULE }, chance: () => 0 },
    connection: native, namespace: 'default', workflows: { workflowBundle: await buildWorkflowBundle(join(folder, 'workflows.cjs')) }, pool, client,
    rails: railRegistry([sandboxRail({ url: rail.url, secret: SECRET, minimum: '0.01' }), ...recordedRails({ url: rail.url, secret: SECRET, pool, folder })]), reportPages: { lines: 4, accruals: PAGE, periods: PAGE }, sources: { settings: { ...SOURCE_SETTINGS, allowPrivate: true } }, worker: { identity: IDENTITY },
    payoutSettings: { ...PAYOUT_SETTINGS, approvalLimit: APPROVAL_LIMIT, pageSize: PAGE, policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds: 0.5, maxLookSeconds: 1 } },
  }));
  supervisor.onStop('workers', async () => {
    await workers.stop();
    await native.close();
  });
  return {
    pool, client, personal, users, folder, handle: (workflowId) => client.workflow.getHandle(workflowId),
    async faults(...script) {
      await fetch(`${rail.url}/admin/faults`, { method: 'POST', body: JSON.stringify({ script: script.map((fault) => ({ fault })) }) });
    },
    moved: (payoutId) => rail.record().filter((movement) => movement.payoutId === payoutId).map((movement) => movement.kind),
    rows: async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[],
  };
}
