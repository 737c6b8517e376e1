import { setTimeout as delay } from 'node:timers/promises';
import { compareRecord, type Finding } from '../../domain/payouts/compareRecord.ts';
import { Decimal, plain, sum } from '../../domain/decimal.ts';
import type { PayoutState } from '../../domain/payouts/states.ts';
import { PAYOUT_SETTLED } from '../../domain/payouts/states.ts';
import { concurrently } from '../../activities/concurrently.ts';
import { TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { payNaively } from './naive.ts';
import { seeded } from './random.ts';
import { seedBase, seedUser } from './seed.ts';
import { type ChaosStack, startStack } from './stack.ts';

export interface ChaosOptions {
  payouts: number;
  seed: number;
  /** How long (seconds) workers are killed and the rail misbehaves at least; up to four times as long until every payout was sent. */
  seconds: number;
  /** Probability of each fault of a group. */
  faultRate?: number;
  /** Negative control: pays with a fresh key at every try instead of with the product. */
  naive?: boolean;
  log?: (line: string) => void;
}

export interface ChaosResult {
  states: Record<string, number>;
  kills: number;
  executions: number;
  resent: number;
  webhooks: { taken: number; refused: number };
  quietSeconds: number;
  findings: (Finding | { code: string; payoutId: string | null; detail: string })[];
}

const SCHEDULED = '2026-11-23T09:00:00.000Z';
const QUIET_WITHIN_SECONDS = 180;

/** One trial: everything goes wrong for a while, then nothing does; afterwards the rail's own record is the judge. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const log = options.log ?? (() => {});
  const stack = await startStack({ seed: options.seed, faultRate: options.faultRate ?? 0.06, log });
  try {
    await seedBase(stack.pool);
    const seededUsers = Array.from({ length: options.payouts }, (_, i) => `${20 + (i % 7)}.${String(10 + (i % 90))}`);
    await concurrently(seededUsers, 8, async (amount) => void (await seedUser(stack.pool, { available: { ava: amount } })));
    log(`${options.payouts} users seeded`);
    const kills = options.naive ? 0 : await storm(stack, options, log);
    if (options.naive) await payNaively(stack);
    await stack.stopFaults();
    const from = performance.now();
    if (!options.naive) await quiet(stack, log);
    const quietSeconds = Math.round((performance.now() - from) / 1000);
    return { ...(await judge(stack, options)), kills, quietSeconds, webhooks: stack.webhooks };
  } finally {
    await stack.stop();
  }
}

/** Starts the run and kills the worker at random, until the time is over and every payout was sent in the storm; leaves a living worker. */
async function storm(stack: ChaosStack, { seed, seconds, payouts }: ChaosOptions, log: (line: string) => void): Promise<number> {
  const random = seeded(seed);
  let worker = await stack.worker();
  await stack.client.workflow.start(WORKFLOWS.payoutRun, { workflowId: workflowIds.payoutRun('chaos'), taskQueue: TASK_QUEUES.payouts, args: [{ runKey: 'chaos', scheduledAt: SCHEDULED }] });
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  let kills = 0;
  for (let sent = 0; elapsed() < seconds * 4 && (elapsed() < seconds || sent < payouts);) {
    await delay(500 + random() * 5000);
    worker.kill('SIGKILL');
    kills++;
    worker = await stack.worker();
    sent = Number((await stack.pool.query<{ n: string }>('SELECT count(DISTINCT payout_id) AS n FROM payout_attempt WHERE sends > 0')).rows[0]!.n);
    if (kills % 5 === 0) log(`${kills} kills in ${Math.round(elapsed())} s: ${sent} payouts sent`);
  }
  log(`${kills} kills in ${Math.round(elapsed())} s; from now on nothing is disturbed`);
  return kills;
}

/** Until the run is done and nothing but payments that the rail will never execute is open, and all returns are posted. */
async function quiet(stack: ChaosStack, log: (line: string) => void): Promise<void> {
  const end = performance.now() + QUIET_WITHIN_SECONDS * 1000;
  for (let round = 0; performance.now() < end; round++) {
    const { rows: runs } = await stack.pool.query<{ state: string }>('SELECT state FROM payout_run');
    const payouts = await ownPayouts(stack);
    const open = payouts.filter((payout) => !PAYOUT_SETTLED.includes(payout.state));
    const stuck = await Promise.all(open.map((payout) => neverExecuted(stack, payout.id)));
    const returns = stack.rail.record().filter((movement) => movement.kind === 'returned').length;
    const posted = payouts.filter((payout) => payout.state === 'returned').length;
    if (runs.every((run) => run.state === 'done') && payouts.length > 0 && stuck.every(Boolean) && posted === returns && open.every((payout) => payout.state === 'unknown')) return;
    if (round % 20 === 19) log(`still moving: run ${runs[0]?.state ?? 'missing'}, ${open.length} open, ${posted} of ${returns} returns posted`);
    await delay(500);
  }
  log(`not quiet after ${QUIET_WITHIN_SECONDS} s`);
  await tellWhatIsPending(stack, log);
}

/** What the first few workflows that are still open wait for, and why their activities failed. */
async function tellWhatIsPending(stack: ChaosStack, log: (line: string) => void): Promise<void> {
  let told = 0;
  for await (const { workflowId } of stack.client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
    const { raw } = await stack.client.workflow.getHandle(workflowId).describe();
    const activities = (raw.pendingActivities ?? []).map((one) => `${one.activityType?.name} attempt ${one.attempt}: ${one.lastFailure?.message ?? 'no failure'}`);
    log(`${workflowId}: ${activities.join('; ') || 'no activity'}${raw.pendingWorkflowTask ? `; workflow task attempt ${raw.pendingWorkflowTask.attempt}` : ''}`);
    if (++told === 3) return;
  }
}

/** The rail's word by its own books: accepted, and it will never be executed (the fault `stuck`). */
async function neverExecuted(stack: ChaosStack, payoutId: string): Promise<boolean> {
  const { rows } = await stack.pool.query<{ state: string; accepted_at: Date | null; sends: number }>('SELECT state, accepted_at, sends FROM payout_attempt WHERE payout_id = $1 ORDER BY no DESC LIMIT 1', [payoutId]);
  return rows[0]?.accepted_at !== null && rows[0] !== undefined && !stack.rail.record().some((movement) => movement.payoutId === payoutId);
}

async function ownPayouts(stack: ChaosStack): Promise<{ id: string; userId: string; state: PayoutState; amount: string }[]> {
  return (await stack.pool.query<{ id: string; userId: string; state: PayoutState; amount: string }>('SELECT id, user_id AS "userId", state, amount FROM payout ORDER BY id')).rows;
}

/** The rail's record against our rows and our ledger, and each user's money against what he was given. */
async function judge(stack: ChaosStack, options: ChaosOptions): Promise<Pick<ChaosResult, 'states' | 'executions' | 'resent' | 'findings'>> {
  const payouts = await ownPayouts(stack);
  const record = stack.rail.record().map(({ kind, payoutId, amount, reference }) => ({ kind, payoutId, amount, railReference: reference }));
  const balance = async (kind: string): Promise<string> => (await stack.pool.query<{ amount: string | null }>('SELECT sum(amount) AS amount FROM account_balance WHERE kind = $1', [kind])).rows[0]?.amount ?? '0';
  const findings: ChaosResult['findings'] = compareRecord(payouts, record, await balance('rail_clearing'));
  const found = (code: string, detail: string): number => findings.push({ code, payoutId: null, detail });
  if (payouts.length !== options.payouts) found('PAYOUTS_MISSING', `${payouts.length} payouts for ${options.payouts} users`);
  const open = plain(sum(payouts.filter((payout) => !PAYOUT_SETTLED.includes(payout.state)).map((payout) => payout.amount)));
  const reserved = plain(new Decimal(await balance('reserved')));
  if (open !== reserved) found('RESERVED_DIFFERS', `open payouts are ${open}, reserved is ${reserved}`);
  const failed = plain(sum(payouts.filter((payout) => payout.state === 'failed' || payout.state === 'returned').map((payout) => payout.amount)));
  const available = plain(new Decimal(await balance('available')));
  if (failed !== available) found('AVAILABLE_DIFFERS', `failed and returned payouts are ${failed}, available is ${available}`);
  const hidden = payouts.filter((payout) => !PAYOUT_SETTLED.includes(payout.state) && payout.state !== 'unknown');
  if (hidden.length > 0) found('NOT_VISIBLY_UNKNOWN', hidden.map((payout) => `${payout.id} is ${payout.state}`).join(', '));
  const { rows } = await stack.pool.query<{ n: string }>('SELECT count(*) AS n FROM payout_attempt WHERE sends > 1');
  return {
    states: Object.fromEntries([...Map.groupBy(payouts, (payout) => payout.state)].map(([state, of]) => [state, of.length])),
    executions: record.filter((movement) => movement.kind === 'executed').length, resent: Number(rows[0]?.n ?? 0), findings,
  };
}

