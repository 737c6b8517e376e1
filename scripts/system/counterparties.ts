import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import type { Supervisor } from '../local/supervise.ts';
import { CHAIN } from './counterparties/chain.ts';
import type { Counterparty, RunningCounterparty } from './counterparties/counterparty.ts';
import { TRON } from './counterparties/tron.ts';

/** The sandbox rail's own is started beside the API, which it sends its webhooks to (rail.ts). */
export const COUNTERPARTIES: readonly Counterparty[] = [CHAIN, TRON];

export interface CounterpartiesOptions {
  rails: readonly string[];
  env: NodeJS.ProcessEnv;
  dataDir: string;
  log: (line: string) => void;
  /** A demo: everything is quick, nobody outside is ever paid, and a rail whose counterparty cannot be run here is left out. */
  demo: boolean;
}

export interface Counterparties {
  /** Rails that can be used, in the order they were asked for. */
  rails: string[];
  /** Rails that cannot, and why. */
  leftOut: ReadonlyMap<string, string>;
  running: ReadonlyMap<string, RunningCounterparty>;
  /** The variables of all that run. */
  env: Record<string, string>;
}

/** Runs a stand-in for each rail that names nobody outside; its record is kept in the data folder. A rail that is pointed at a real network never gets one. */
export async function startCounterparties(supervisor: Supervisor, { rails, env, dataDir, log, demo }: CounterpartiesOptions): Promise<Counterparties> {
  const leftOut = new Map<string, string>();
  const running = new Map<string, RunningCounterparty>();
  if (demo) for (const rail of rails) if (rail !== 'sandbox' && !COUNTERPARTIES.some((one) => one.rail === rail)) leftOut.set(rail, 'nobody stands in for whom it pays at');
  await Promise.all(COUNTERPARTIES.filter(({ rail }) => rails.includes(rail)).map(async (one) => {
    const named = one.outside.find((variable) => env[variable] || env[`${variable}_FILE`]);
    if (named !== undefined) {
      if (demo) leftOut.set(one.rail, `${named} is set, and the demo pays nobody outside`);
      else log(`${one.rail}: as ${named} says`);
      return;
    }
    try {
      const started = await one.start({ folder: join(dataDir, `sandbox-${one.rail}`), log, quick: demo });
      supervisor.onStop(one.name, () => started.stop());
      running.set(one.rail, started);
      log(`${one.name}: ${started.url}, for the rail ${one.rail}`);
    } catch (error) {
      if (!demo || (error instanceof Problem && error.code === 'STOPPING')) throw error;
      leftOut.set(one.rail, error instanceof Error ? error.message : String(error));
    }
  }));
  return { rails: rails.filter((rail) => !leftOut.has(rail)), leftOut, running, env: Object.assign({}, ...[...running.values()].map((one) => one.env)) as Record<string, string> };
}
