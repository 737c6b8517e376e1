import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Problem } from '../domain/problem.ts';
import { supervise } from './local/supervise.ts';

/*
 * npm run properties -- [--times 10] [--seed N] [--only TEXT]
 * Runs the property tests again and again, each time with a seed of its own (the given one and those after it), and stops at the first that finds a counterexample.
 */
const { values } = parseArgs({ options: { times: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string', default: '' } } });
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST = 2 ** 31;

const whole = (name: string, text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new Problem('USAGE', `--${name} takes a whole number, not "${text}".`);
  return Number(text);
};

/** The test files that take fast-check from where its seed is set. */
const propertyFiles = (only: string): string[] =>
  globSync('test/**/*.test.ts', { cwd: ROOT }).filter((file) => file.includes(only) && /support\/properties\.ts'|'\.\/properties\.ts'/.test(readFileSync(join(ROOT, file), 'utf8'))).toSorted();

const run = (files: string[], seed: number, signal: AbortSignal): Promise<boolean> => new Promise((resolve, reject) => {
  const child = spawn(join(ROOT, 'node_modules/.bin/vitest'), ['run', ...files], { cwd: ROOT, env: { ...process.env, PROPERTY_SEED: String(seed) }, stdio: ['ignore', 'inherit', 'inherit'], signal, killSignal: 'SIGINT' });
  child.once('error', reject).once('exit', (code) => resolve(code === 0));
});

await supervise(async ({ signal }) => {
  const times = values.times === undefined ? (values.seed === undefined ? 10 : 1) : whole('times', values.times);
  const first = values.seed === undefined ? null : whole('seed', values.seed);
  const files = propertyFiles(values.only);
  if (files.length === 0) throw new Problem('USAGE', `No file of property tests has "${values.only}" in its path.`);
  for (let time = 0; time < times; time++) {
    const seed = first === null ? randomInt(MOST) : (first + time) % MOST;
    console.log(`\n${time + 1} of ${times}: ${files.length} files of property tests, seed ${seed}`);
    if (await run(files, seed, signal)) continue;
    console.log(`properties: something was found at seed ${seed}; npm run properties -- --seed ${seed} shows it again`);
    return 1;
  }
  console.log(`properties: nothing found in ${times} runs`);
  return 0;
});
