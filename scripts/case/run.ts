import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Pool } from 'pg';
import { z } from 'zod';
import { concurrently } from '../../activities/concurrently.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { startPayoutRun } from '../../activities/payouts/startRun.ts';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { getReport, receiveReport } from '../../db/stores/reports.ts';
import { durationMillis } from '../../domain/pendingPeriod.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { startSandboxRail } from '../sandbox-rail/server.ts';
import { type CaseSetup, caseSetupSchema, loadSetup, RAIL } from './setup.ts';
import { checkpointSchema, compare, type Difference, snapshot } from './snapshot.ts';
import { until } from './until.ts';
import { throwawayPersonalData } from '../local/personal-keys.ts';

export interface CaseSurroundings {
  env: TestWorkflowEnvironment;
  /** A pool of the app's role on a fresh, migrated database. */
  pool: Pool;
  workflowBundle: { codePath: string };
  log: (line: string) => void;
}

export interface CaseResult { checks: number; differences: Difference[] }

/** Runs a case folder's steps by the real workflows under the time-skipping server and compares every checkpoint (cases/README). */
export async function runCase(folder: string, { env, pool, workflowBundle, log }: CaseSurroundings): Promise<CaseResult> {
  const setup = caseSetupSchema.parse(JSON.parse(readFileSync(join(folder, 'setup.json'), 'utf8')));
  const expected = z.record(z.string(), checkpointSchema).parse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')));
  const recordFolder = mkdtempSync(join(tmpdir(), 'cashback-rail-'));
  const rail = await startSandboxRail({ record: join(recordFolder, 'record.jsonl'), secret: 'case' });
  const namespace = env.namespace ?? 'default';
  // Not env.client: its waiting would skip time on its own.
  const client = new Client({ connection: env.connection, namespace });
  const workers = runWorkers(await createWorkers({
    personal: throwawayPersonalData(),
    connection: env.nativeConnection, namespace, workflows: { workflowBundle }, pool, client,
    rails: railRegistry([sandboxRail({ id: RAIL, url: rail.url, secret: 'case', minimum: '0.01' })]),
    twoPeople: false, payoutSettings: { ...PAYOUT_SETTINGS, policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds: 0 } },
  }));
  try {
    const users = await loadSetup(pool, setup);
    const run: Run = { setup, folder, env, pool, client };
    const start = await env.currentTimeMs();
    const result: CaseResult = { checks: 0, differences: [] };
    for (const [index, step] of setup.steps.entries()) {
      await sleepUntil(run, start + durationMillis(step.after));
      if (step.report !== undefined) await postReport(run, step.report, step, log);
      if (step.payoutRun) await pay(run, `case-step-${index + 1}`);
      if (step.check !== undefined) {
        const want = expected[step.check];
        if (want === undefined) throw new Error(`${folder}: expected.json has no checkpoint "${step.check}"`);
        const differences = compare(step.check, want, await snapshot(pool, setup.broker.id, users));
        log(`${basename(folder)}: ${step.check} ${differences.length === 0 ? 'agrees' : `differs in ${differences.length} places`}`);
        result.checks++;
        result.differences.push(...differences);
      }
    }
    return result;
  } finally {
    await workers.stop();
    await rail.stop();
    rmSync(recordFolder, { recursive: true, force: true });
  }
}

interface Run { setup: CaseSetup; folder: string; env: TestWorkflowEnvironment; pool: Pool; client: Client }

/** Lets workflow time pass to an instant, then waits until what fell due by then has been done. */
async function sleepUntil({ env, pool, client }: Run, instant: number): Promise<void> {
  const open = await pool.query<{ id: string }>("SELECT id FROM accrual a WHERE state = 'pending'");
  // A workflow that has not set its timer yet would not be woken: a query is answered only when it has settled.
  await concurrently(open.rows, 16, async ({ id }) => { await client.workflow.getHandle(workflowIds.accrual(id)).query('__stack_trace'); });
  const left = instant - await env.currentTimeMs();
  if (left > 0) await env.sleep(left);
  const now = new Date(await env.currentTimeMs()).toISOString();
  await until('all that is due has cleared and every payout has settled', async () => {
    const due = await pool.query(
      `SELECT 1 FROM accrual a WHERE state = 'pending' AND clears_at <= $1 AND NOT EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL)
       UNION ALL SELECT 1 FROM payout WHERE state NOT IN ('paid', 'failed', 'returned') LIMIT 1`, [now]);
    return due.rowCount === 0;
  });
}

async function postReport({ setup, folder, env, pool, client }: Run, file: string, step: CaseSetup['steps'][number], log: (line: string) => void): Promise<void> {
  if (step.period === undefined) throw new Error(`setup.json: report ${file} has no period`);
  const at = new Date(await env.currentTimeMs()).toISOString();
  const received = await receiveReport(pool, {
    brokerId: setup.broker.id, from: step.period.from, to: step.period.to, fileName: basename(file), declaredVersion: step.version ?? null, receivedBy: 'case', at,
  }, createReadStream(join(folder, file)));
  const from = new Date(step.period.from).toISOString();
  const to = new Date(step.period.to).toISOString();
  await startReportPeriod(client, { brokerId: setup.broker.id, periodId: received.periodId, from, to });
  await client.workflow.getHandle(workflowIds.reportPeriod(setup.broker.id, from, to)).result();
  const report = await getReport(pool, received.reportId);
  log(`${basename(folder)}: ${file} ${report.state}${report.refusal ? `: ${report.refusal.message}` : `, ${report.lines ?? 0} lines`}`);
}

async function pay({ env, client }: Run, runKey: string): Promise<void> {
  const scheduledAt = new Date(await env.currentTimeMs()).toISOString();
  await startPayoutRun(client, { runKey, scheduledAt });
  await client.workflow.getHandle(workflowIds.payoutRun(runKey)).result();
}
