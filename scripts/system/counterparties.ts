import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import type { Supervisor } from '../local/supervise.ts';
import { BANK } from './counterparties/bank.ts';
import { BROKER } from './counterparties/broker.ts';
import { CHAIN } from './counterparties/chain.ts';
import type { Counterparty, RunningCounterparty } from './counterparties/counterparty.ts';
import { RATES } from './counterparties/rates.ts';
import { TRON } from './counterparties/tron.ts';

/** The sandbox rail's own is started beside the API, which it sends its webhooks to (rail.ts). */
const COUNTERPARTIES: readonly Counterparty[] = [CHAIN, TRON, BANK, RATES, BROKER];

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
  running: ReadonlyMap<Counterparty['id'], RunningCounterparty>;
  /** The variables of all that run. */
  env: Record<string, string>;
}

/** Runs a stand-in for whom a rail needs and nobody outside is named; its record is kept in the data folder. A rail that is pointed at a real network never gets one. */
export async function startCounterparties(supervisor: Supervisor, { rails, env, dataDir, log, demo }: CounterpartiesOptions): Promise<Counterparties> {
  const leftOut = new Map<string, string>();
  const running = new Map<Counterparty['id'], RunningCounterparty>();
  const start = async ({ id, name, serves, outside, start: begin }: Counterparty): Promise<void> => {
    const served = rails.filter(serves);
    if (served.length === 0) return;
    const leaveOut = (why: string): void => { for (const rail of served) leftOut.set(rail, why); };
    const named = outside.find((variable) => env[variable] || env[`${variable}_FILE`]);
    if (named !== undefined) return demo ? leaveOut(`${named} is set, and the demo pays nobody outside`) : log(`${served.join(', ')}: outside, as ${named} says`);
    try {
      const started = await begin({ rails: served, folder: join(dataDir, `sandbox-${id}`), log, quick: demo });
      supervisor.onStop(name, () => started.stop());
      running.set(id, started);
      log(`${name}: ${started.url}, for ${served.join(', ')}`);
    } catch (error) {
      if (!demo || (error instanceof Problem && error.code === 'STOPPING')) throw error;
      leaveOut(error instanceof Error ? error.message : String(error));
    }
  };
  await Promise.all(COUNTERPARTIES.map(start));
  return { rails: rails.filter((rail) => !leftOut.has(rail)), leftOut, running, env: Object.assign({}, ...[...running.values()].map((one) => one.env)) as Record<string, string> };
}
