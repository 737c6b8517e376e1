import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { startAccrual } from '../../activities/accruals/startAccruals.ts';
import { concurrently } from '../../activities/concurrently.ts';
import { runWorkers } from '../../activities/workers.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { pendingAccruals } from '../../db/stores/accruals.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { loadSetup } from '../case/setup.ts';
import type { Supervisor } from '../local/supervise.ts';
import { sampleSetup } from '../sample/setup.ts';
import { postBatch } from './accruals-batch.ts';
import { mean, seconds, shown, spread } from './figures.ts';
import { type BenchStack, startBenchStack } from './stack.ts';

const LIVES = 1_000;
const RUNS = 3;
const BARE_QUEUE = 'bare';
/** Starts in flight at once, the same for both. */
const AT_ONCE = 32;
/** Every timer ends at one instant, as those of one report do, long enough after the first start that all wait by then. */
const FIRST_LIVES = 200;
const FIRST_WAIT_MS = 15_000;

/**
 * Whole lives a second of 1,000 accruals (start → timer → clear → available in a durable Postgres) beside a bare workflow
 * of one timer and one activity that does nothing, on the same dev server with its state in a file. The time in which
 * everything only waits for the instant is not counted: it is the work that is compared.
 */
export async function bench(supervisor: Supervisor): Promise<unknown> {
  const stack = await startBenchStack(supervisor, 'accruals', [TASK_QUEUES.accruals]);
  await loadSetup(stack.pool, sampleSetup({ accounts: LIVES }));
  await startBareWorker(supervisor, stack);
  const lives = new Lives(stack);

  // Warms both up, and says how long starts take on this machine today.
  for (const first of [await lives.bare(FIRST_LIVES, FIRST_WAIT_MS), await lives.accruals(FIRST_LIVES, FIRST_WAIT_MS)]) console.log(`  first ${FIRST_LIVES}: ${told(first)}`);
  const waitMs = Math.max(5_000, 2_000 * lives.slowestStart * LIVES);
  const limits: number[][] = [];
  const rates: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    const before = await lives.bare(LIVES, waitMs);
    const rate = await lives.accruals(LIVES, waitMs);
    const after = await lives.bare(LIVES, waitMs);
    rates.push(rate.rate);
    limits.push([before.rate, after.rate]);
    console.log(`  run ${run}: bare ${told(before)}; accruals ${told(rate)}; bare ${told(after)}`);
  }
  const { differences } = await verifyLedger(stack.pool);
  if (differences.length > 0) throw new Error(`the bench left a ledger that is not sound: ${differences[0]!.what}`);
  const ratio = spread(rates.map((rate, run) => rate / mean(limits[run]!)));
  console.log(`\nWhole lives of ${LIVES} workflows, min / median / max of ${RUNS} runs`);
  console.log(`  bare workflow: before ${shown(spread(limits.map((l) => l[0]!)), 1)}, after ${shown(spread(limits.map((l) => l[1]!)), 1)} lives/s`);
  console.log(`  accruals       ${shown(spread(rates), 1)} lives/s = ${shown(ratio, 2)} of it (aim 0.90)`);
  return { lives: LIVES, bareBefore: spread(limits.map((l) => l[0]!)), bareAfter: spread(limits.map((l) => l[1]!)), accruals: spread(rates), ratio, runs: { limits, rates } };
}

async function startBareWorker(supervisor: Supervisor, { native }: BenchStack): Promise<void> {
  const worker = await Worker.create({
    connection: native, namespace: 'default', taskQueue: BARE_QUEUE, activities: { nothing: async () => 'done' }, maxCachedWorkflows: 500,
    workflowBundle: await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('bare.ts', import.meta.url)), logger: new DefaultLogger('ERROR') }),
  });
  const running = runWorkers([worker]);
  supervisor.onStop('bare worker', () => running.stop());
}

interface Rate { rate: number; starting: number; ending: number }
const told = ({ rate, starting, ending }: Rate): string => `${rate.toFixed(1)} lives/s (starts ${starting.toFixed(1)} s, from the instant to the last end ${ending.toFixed(1)} s)`;

class Lives {
  private readonly stack: BenchStack;
  private batch = 0;
  /** Seconds that one start took where starts were slowest. */
  slowestStart = 0;

  constructor(stack: BenchStack) {
    this.stack = stack;
  }

  async bare(lives: number, waitMs: number): Promise<Rate> {
    const { client } = this.stack;
    const batch = ++this.batch;
    const until = new Date(Date.now() + waitMs);
    const ids = Array.from({ length: lives }, (_, i) => `bare-${batch}-${i}`);
    const start = async (workflowId: string): Promise<void> => void (await client.workflow.start('bare', { workflowId, taskQueue: BARE_QUEUE, args: [{ until: until.toISOString() }] }));
    return this.working(until, ids, () => concurrently(ids, AT_ONCE, start));
  }

  async accruals(lives: number, waitMs: number): Promise<Rate> {
    const { client, pool } = this.stack;
    const { reportId, until } = await postBatch(pool, ++this.batch, lives, waitMs);
    const rows = await pendingAccruals(pool, reportId, { after: null, limit: lives });
    if (rows.length !== lives) throw new Error(`${rows.length} accruals instead of ${lives}`);
    const rate = await this.working(until, rows.map(({ id }) => workflowIds.accrual(id)), () => concurrently(rows, AT_ONCE, (accrual) => startAccrual(client, accrual)));
    const { rows: wrong } = await pool.query("SELECT 1 FROM accrual WHERE state <> 'available' OR cleared_at < clears_at LIMIT 1");
    if (wrong.length > 0) throw new Error('an accrual did not become available, or did before its time');
    return rate;
  }

  /** What counts as work: all starts, and from the instant to the last end. */
  private async working(until: Date, started: readonly string[], start: () => Promise<void>): Promise<Rate> {
    const starting = await seconds(start);
    this.slowestStart = Math.max(this.slowestStart, starting / started.length);
    const left = until.getTime() - Date.now();
    if (left < 0) throw new Error(`the starts took ${starting.toFixed(1)} s, longer than the wait; the timers would not be compared`);
    await new Promise((resolve) => setTimeout(resolve, left));
    const ending = await seconds(() => concurrently(started, AT_ONCE, async (id) => void (await this.stack.client.workflow.getHandle(id).result())));
    return { rate: started.length / (starting + ending), starting, ending };
  }
}
