import { parseArgs } from 'node:util';
import { Problem } from '../domain/problem.ts';
import { type RailName, RAILS } from './chaos/counterparty.ts';
import { LINKS, VICTIMS } from './chaos/plan.ts';
import { reportOf } from './chaos/report.ts';
import { chaos } from './chaos/run.ts';

/*
 * npm run chaos -- [--payouts 300] [--seed 1] [--rail sandbox|broker-credit|usdt-erc20] [--without worker,rail,postgres,link:temporal,…] [--seconds 60] [--fault-rate 0.04]
 * Worker, rail and Postgres are killed -9 and started again, every wire between them goes bad, and the rail does all that it can do wrong; what is done next is chosen
 * by the seed, when it hits is not. Afterwards the rail's own record is compared with our rows and our ledger. A naive client is the negative control: the
 * comparison must find that it paid twice. Exit 0 only if nothing was found, and the control was.
 */
const { values } = parseArgs({
  options: {
    payouts: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' }, rail: { type: 'string', default: 'sandbox' }, without: { type: 'string', default: '' },
    seconds: { type: 'string', default: '60' }, 'fault-rate': { type: 'string', default: '0.04' },
  },
});
const usage = (what: string): Problem => new Problem('USAGE', what);
const oneOf = <T extends string>(known: readonly T[], word: string): T => {
  const found = known.find((one) => one === word);
  if (found === undefined) throw usage(`"${word}" is not known; known are ${known.join(', ')}.`);
  return found;
};
const number = (name: 'payouts' | 'seed' | 'seconds' | 'fault-rate', least: number): number => {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < least) throw usage(`--${name} must be a number of at least ${least}, not "${values[name]}".`);
  return value;
};
try {
  const started = performance.now();
  const known = [...VICTIMS, ...LINKS.map((name) => `link:${name}` as const)];
  const options = {
    payouts: number('payouts', 1), seed: number('seed', 0), seconds: number('seconds', 1), faultRate: number('fault-rate', 0), rail: oneOf<RailName>(RAILS, values.rail),
    without: values.without.split(',').filter((word) => word !== '').map((word) => oneOf(known, word)), log: (line: string) => console.log(line),
  };
  const result = await chaos(options);
  console.log(`\n${options.payouts} payouts by ${options.rail}, seed ${options.seed}, ${Math.round((performance.now() - started) / 1000)} s in all. Temporal is not killed, its wire is.\n${reportOf(result)}`);
  process.exit(result.findings.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error instanceof Problem ? `${error.code}: ${error.message}` : error);
  process.exit(2);
}
