import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Pool } from 'pg';
import { type RailRegistry, railRegistry } from '../../activities/payouts/rails/registry.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { createWorkers, runWorkers, type WorkersOptions } from '../../activities/workers.ts';
import { createPool, withTransaction } from '../../db/connection.ts';
import { balancesOfUsers } from '../../db/ledger/balances.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { type Accrual, getAccrual, listAccruals } from '../../db/stores/accruals.ts';
import { type Hold, placeHold, releaseHold } from '../../db/stores/holds.ts';
import { loadSetup } from '../../scripts/case/setup.ts';
import { receiveSample, type SampleReport } from '../../scripts/sample/report.ts';
import { sampleSetup, type SampleOptions } from '../../scripts/sample/setup.ts';
import { startSandboxRail, type SandboxRail } from '../../scripts/sandbox-rail/server.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { workflowBundle } from './ask-host.ts';
import { freshDatabase } from './database.ts';
import './quiet.ts';
import { testPersonalData } from './personal.ts';

export interface Running { stop(): Promise<void> }

/** A fresh database with the sample broker, and the sandbox rail in this process. */
export interface MainJob {
  pool: Pool;
  appUrl: string;
  rail: SandboxRail;
  rails: RailRegistry;
  /** User ids by the sample's names, `u0` and up. */
  users: ReadonlyMap<string, string>;
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Pending, available, reserved and paid of `u<n>`. */
  money(account: number): Promise<{ pending: string; available: string; held: string; reserved: string; paid: string }>;
  /** Everything that two runs of the same reports must have in common: no ids, no instants. */
  figures(): Promise<object>;
  hold(accrualId: string): Promise<Hold>;
  release(accrualId: string, holdId: string): Promise<void>;
  close(): Promise<void>;
}

const LONG_AGO = '2026-11-01T00:00:00.000Z';

export async function mainJob(sample: SampleOptions): Promise<MainJob> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 12, onError: () => {} });
  const users = await loadSetup(pool, sampleSetup(sample));
  const folder = mkdtempSync(join(tmpdir(), 'cashback-rail-'));
  const rail = await startSandboxRail({ record: join(folder, 'record'), secret: 'main job' });
  const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[];
  return {
    pool, appUrl: database.appUrl, rail, users, rows,
    rails: railRegistry([sandboxRail({ url: rail.url, secret: 'main job', minimum: '0.01', timeoutMs: 2000 })]),
    async money(account) {
      const id = users.get(`u${account}`)!;
      return (await balancesOfUsers(pool, [id])).get(id)!.total;
    },
    async figures() {
      const { differences } = await verifyLedger(pool);
      const balances = await balancesOfUsers(pool, [...users.values()]);
      return {
        ledger: differences,
        users: Object.fromEntries([...users].map(([name, id]) => [name, balances.get(id)!.total])),
        accruals: await rows(`SELECT u.external_id AS "user", p.period_from AS period, a.state, trim_scale(a.amount) AS amount, trim_scale(a.taken_back) AS taken, count(*)::int AS count
          FROM accrual a JOIN app_user u ON u.id = a.user_id JOIN report_period p ON p.id = a.period_id GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`),
        reports: await rows('SELECT state, lines, lines_done, trim_scale(lots) AS lots, count(*)::int AS count FROM report GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4'),
        outcomes: await rows('SELECT outcome, reason, count(*)::int AS lines, trim_scale(sum(amount)) AS amount FROM line_outcome GROUP BY 1, 2 ORDER BY 1, 2'),
        journals: await rows('SELECT kind, count(*)::int AS count FROM journal GROUP BY 1 ORDER BY 1'),
      };
    },
    hold: (accrualId) => withTransaction(pool, (tx) => placeHold(tx, { accrualId, reason: 'FRAUD_CHECK', note: 'by a test', placedBy: 'op_1', at: LONG_AGO })),
    release: (accrualId, holdId) => withTransaction(pool, async (tx) => void (await releaseHold(tx, { accrualId, holdId, releasedBy: 'op_2', at: LONG_AGO }))),
    async close() {
      await rail.stop();
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface On { client: Client; nativeConnection: NativeConnection }

/** The product's workers until `stop`. */
export async function mainJobWorkers(job: Pick<MainJob, 'pool' | 'rails'>, on: On, options: Partial<WorkersOptions> = {}): Promise<Running> {
  return runWorkers(await createWorkers({
    personal: testPersonalData(),
    connection: on.nativeConnection, namespace: 'default', workflows: { workflowBundle: await workflowBundle() }, pool: job.pool, client: on.client, rails: job.rails,
    payoutSettings: { ...PAYOUT_SETTINGS, approvalLimit: null, policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds: 0 } },
    ...options, worker: { shutdownGraceTime: '2s', ...options.worker },
  }));
}

/** Stores a report and starts (or wakes) the workflow of its period. */
export async function arrives(job: Pick<MainJob, 'pool'>, client: Client, report: SampleReport, text?: string): Promise<{ reportId: string; handle: WorkflowHandle }> {
  const { input, reportId } = await receiveSample(job.pool, report, LONG_AGO, text);
  await startReportPeriod(client, input);
  return { reportId, handle: client.workflow.getHandle(workflowIds.reportPeriod(input.brokerId, input.from, input.to)) };
}

/** Posts a report and answers its accruals, oldest first, with the workflow of each. */
export async function posted(job: Pick<MainJob, 'pool'>, client: Client, report: SampleReport): Promise<{ reportId: string; accruals: { accrual: Accrual; handle: WorkflowHandle }[] }> {
  const { reportId, handle } = await arrives(job, client, report);
  await handle.result();
  const accruals = await listAccruals(job.pool, { reportId }, { before: null, limit: 1000 });
  return { reportId, accruals: accruals.toReversed().map((accrual) => ({ accrual, handle: client.workflow.getHandle(workflowIds.accrual(accrual.id)) })) };
}

export const stateOf = async (job: Pick<MainJob, 'pool'>, accrualId: string): Promise<Accrual['state']> => (await getAccrual(job.pool, accrualId)).state;
