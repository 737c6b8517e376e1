import { writeFileSync } from 'node:fs';
import { supervise, type Supervisor } from './local/supervise.ts';

/** What a benchmark module gives: run it, print as you go, return the figures for `--json`. */
export interface Benchmark { bench(supervisor: Supervisor): Promise<unknown> }

const BENCHMARKS = { ledger: './bench/ledger.ts', accruals: './bench/accruals.ts', intake: './bench/intake.ts', reconcile: './bench/reconcile.ts' } as const;

/** `npm run bench -- ledger|accruals|intake|reconcile [--json FILE]`; intake takes `[lines] [accounts]`, reconcile `[lines]`. */
await supervise(async (supervisor) => {
  const args = process.argv.slice(2);
  const jsonAt = args.indexOf('--json');
  const file = jsonAt < 0 ? undefined : args[jsonAt + 1];
  const name = args.find((arg, i) => !arg.startsWith('--') && (jsonAt < 0 || i !== jsonAt + 1));
  if (name === undefined || !Object.hasOwn(BENCHMARKS, name) || (jsonAt >= 0 && file === undefined)) {
    console.error('Say what to measure: npm run bench -- ledger|accruals|intake|reconcile [--json FILE]');
    return 2;
  }
  const { bench } = (await import(BENCHMARKS[name as keyof typeof BENCHMARKS])) as Benchmark;
  const figures = await bench(supervisor);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  return 0;
});
