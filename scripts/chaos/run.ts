import { setTimeout as delay } from 'node:timers/promises';
import { TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { runControl } from './control.ts';
import type { RailName } from './counterparty.ts';
import { type ChaosFinding, judge, type Verdict } from './judge.ts';
import type { LinkFaultKind } from './link.ts';
import { type LinkName, LINKS, type Victim, VICTIMS } from './plan.ts';
import { failedWorkflows, quiet } from './quiet.ts';
import { type ChaosStack, startStack } from './stack.ts';
import { startStorm, type Storm } from './storm.ts';
import { seedUsers } from './users.ts';

export interface ChaosOptions {
  payouts: number;
  seed: number;
  rail?: RailName;
  /** How long (seconds) the storm lasts at least; and at most (default: twice as long), until every payout was sent and every victim was killed. */
  seconds: number;
  longest?: number;
  /** Probability of each of the counterparty's own faults a request. */
  faultRate?: number;
  /** Who is not killed and which links stay good. */
  without?: readonly (Victim | `link:${LinkName}`)[];
  /** The storm begins when the first payout was sent, not with the run's planning: for a short trial. */
  fromSending?: boolean;
  /** Payouts of the negative control (default: a fifth of the payouts, at least 40); 0: none. */
  control?: number;
  log?: (line: string) => void;
}

export interface ChaosResult extends Verdict {
  kills: Storm['kills'];
  stormSeconds: number;
  /** From the last fault until everything was settled; null: it was not in time (`SETTLED`). */
  quietSeconds: number | null;
  counterpartyFaults: Record<string, number>;
  linkFaults: Partial<Record<LinkName, Record<LinkFaultKind, number>>>;
  workersEndedByThemselves: number;
  webhooks: { taken: number; refused: number };
  /** What the same judge finds in the naive client's work; null: there was none. */
  control: Verdict | null;
}

const SCHEDULED = '2026-11-23T09:00:00.000Z';
/**
 * Seconds after the last fault in which everything must be settled, and for which nothing may stand still. The first is long for the sake of busy
 * machines. A broker's lists prove nothing for a minute and a half after a send, and there are three attempts.
 */
export const SETTLED: Readonly<Record<RailName, { within: number; standstill: number }>> = {
  sandbox: { within: 600, standstill: 90 }, 'broker-credit': { within: 900, standstill: 240 }, 'usdt-erc20': { within: 600, standstill: 120 },
};

/** One trial: everything goes wrong for a while, then nothing does; afterwards the counterparty's own record is the judge. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { payouts, seed, seconds, rail = 'sandbox', faultRate = 0.04, longest = seconds * 2, without = [], fromSending = false, log = () => {} } = options;
  const stack = await startStack({ rail, seed, faultRate, callsPerSecond: Math.max(4, Math.ceil((payouts * 4) / seconds)), log });
  try {
    const users = await seedUsers(stack.pool, payouts, stack.counterparty);
    log(`${payouts} users seeded; the storm begins`);
    const from = performance.now();
    const kills = await throughTheStorm(stack, { payouts, seed, seconds, longest, without, fromSending });
    const stormSeconds = Math.round((performance.now() - from) / 1000);
    await stack.counterparty.endFaults();
    log(`${stormSeconds} s of storm; from now on nothing is disturbed`);
    const quietSeconds = await quiet(stack, SETTLED[rail]);
    const verdict = await judge(stack.pool, await stack.counterparty.movements(), users);
    const findings: ChaosFinding[] = [...verdict.findings, ...(await failedWorkflows(stack)).map((detail) => ({ code: 'WORKFLOW_ENDED_BADLY', payoutId: null, detail }))];
    if (quietSeconds === null) findings.push({ code: 'NOT_QUIET', payoutId: null, detail: `not everything was settled within ${SETTLED[rail].within} s of the last fault, or nothing more was for ${SETTLED[rail].standstill} s` });
    await stack.worker.stop();
    const naive = options.control ?? Math.max(40, Math.ceil(payouts / 5));
    // On a chain the naive client cannot be written with our rail: a nonce belongs to a committed attempt. It pays by the sandbox then, before the same judge.
    const control = naive === 0 ? null : await runControl(stack, { rail: rail === 'usdt-erc20' ? 'sandbox' : rail, payouts: naive, seed, faultRate: Math.max(faultRate, 0.06) });
    if (control !== null && !control.findings.some(({ code }) => code === 'PAID_TWICE')) findings.push({ code: 'CONTROL_NOT_CAUGHT', payoutId: null, detail: 'the naive client was not found paying twice: this trial proves nothing' });
    return {
      ...verdict, findings, kills, stormSeconds, quietSeconds, control, counterpartyFaults: stack.counterparty.faults, webhooks: stack.webhooks,
      linkFaults: Object.fromEntries(Object.entries(stack.links).map(([name, { met }]) => [name, met])), workersEndedByThemselves: stack.worker.endedByItself(),
    };
  } finally {
    await stack.stop();
  }
}

/** Starts the worker and the run, and ends the storm once it lasted, every payout was sent in it and each victim was killed; everything runs then. */
async function throughTheStorm(stack: ChaosStack, { payouts, seed, seconds, longest, without, fromSending }: Required<Pick<ChaosOptions, 'payouts' | 'seed' | 'seconds' | 'longest' | 'without' | 'fromSending'>>): Promise<Storm['kills']> {
  await stack.worker.startAll();
  const killed = VICTIMS.filter((victim) => !without.includes(victim));
  const all = { worker: stack.worker, rail: stack.counterparty, postgres: stack.postgres };
  await stack.client.workflow.start(WORKFLOWS.payoutRun, { workflowId: workflowIds.payoutRun('chaos'), taskQueue: TASK_QUEUES.payouts, args: [{ runKey: 'chaos', scheduledAt: SCHEDULED }] });
  // It may be dead just now.
  const countSent = async (): Promise<number | null> => Number((await stack.pool.query<{ n: string }>('SELECT count(DISTINCT payout_id) AS n FROM payout_attempt WHERE sends > 0').catch(() => null))?.rows[0]?.n ?? NaN) || null;
  while (fromSending && await countSent() === null) await delay(50);
  const storm = startStorm({
    seed, pace: Math.min(1, Math.max(0.4, seconds / 60)), victims: Object.fromEntries(killed.map((victim) => [victim, all[victim]])),
    links: Object.fromEntries(LINKS.filter((name) => !without.includes(`link:${name}`)).map((name) => [name, stack.links[name]])),
  });
  try {
    let sent = 0;
    for (let told = 10; storm.seconds() < longest && (storm.seconds() < seconds || sent < payouts || killed.some((victim) => storm.kills[victim] === undefined));) {
      await delay(300);
      sent = await countSent() ?? sent;
      if (storm.seconds() < told) continue;
      told += 10;
      stack.log(`${Math.round(storm.seconds())} s: killed ${Object.entries(storm.kills).map(([victim, times]) => `${victim} ${times}×`).join(', ') || 'nobody'}; ${sent} payouts sent`);
    }
  } finally {
    await storm.end();
  }
  return storm.kills;
}
