import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { loadSetup } from '../case/setup.ts';
import { supervise } from '../local/supervise.ts';
import { receiveSample, sampleReport } from '../sample/report.ts';
import { sampleSetup } from '../sample/setup.ts';
import { seconds } from './figures.ts';
import { startBenchStack } from './stack.ts';

/**
 * A large report from upload to posted with all its accruals' workflows started, on a durable Postgres and a dev server with
 * its state in a file; seconds by step, from the workflow's history. `node scripts/bench/intake.ts [lines] [accounts]`
 */
const [lines = 200_000, accounts = 2_000] = process.argv.slice(2).map((arg) => Number.parseInt(arg, 10));
const AIM_SECONDS = 60;

await supervise(async (supervisor) => {
  const { pool, client } = await startBenchStack(supervisor, 'intake', [TASK_QUEUES.reports, TASK_QUEUES.accruals]);
  await loadSetup(pool, sampleSetup({ accounts }));
  const report = { accounts: [0, accounts], linesPerAccount: lines / accounts } as const;
  const text = sampleReport(report);
  const from = performance.now();
  const { input, reportId } = await receiveSample(pool, report, new Date().toISOString(), text);
  const uploaded = (performance.now() - from) / 1_000;
  await startReportPeriod(client, input);
  const handle = client.workflow.getHandle(workflowIds.reportPeriod(input.brokerId, input.from, input.to));
  const worked = await seconds(() => handle.result());

  const bySteps = new Map<string, { seconds: number; count: number }>();
  const { events } = await handle.fetchHistory();
  const millis = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): number => Number(time?.seconds) * 1_000 + (time?.nanos ?? 0) / 1e6;
  for (const { activityTaskCompletedEventAttributes: done, eventTime } of events ?? []) {
    if (!done) continue;
    const scheduled = events!.find(({ eventId }) => String(eventId) === String(done.scheduledEventId))!;
    const name = scheduled.activityTaskScheduledEventAttributes!.activityType!.name!;
    const step = bySteps.get(name) ?? { seconds: 0, count: 0 };
    bySteps.set(name, { seconds: step.seconds + (millis(eventTime) - millis(scheduled.eventTime)) / 1_000, count: step.count + 1 });
  }
  const { rows: [state] } = await pool.query<{ state: string; lines: number; accruals: number }>(
    'SELECT state, lines, (SELECT count(*)::int FROM accrual a WHERE a.report_no = r.no) AS accruals FROM report r WHERE id = $1', [reportId]);
  console.log(`\n${state!.lines} lines on ${accounts} accounts: ${state!.state}, ${state!.accruals} accruals, ledger ${(await verifyLedger(pool)).differences.length === 0 ? 'sound' : 'NOT SOUND'}`);
  console.log(`  upload         ${uploaded.toFixed(1)} s`);
  for (const [name, step] of bySteps) console.log(`  ${name.padEnd(14)} ${step.seconds.toFixed(1)} s in ${step.count}`);
  console.log(`  from upload to the last accrual started: ${(uploaded + worked).toFixed(1)} s (aim < ${AIM_SECONDS})`);
  return 0;
});
