import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Run { lines: string[]; errors: string; code: number | null; signal: NodeJS.Signals | null }

/** Runs supervised.ts; `onLine` may send signals when it says something. */
function run(how: string, onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => {}): Promise<Run> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('supervised.ts', import.meta.url)), how]);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      lines.push(line);
      onLine(line, (signal) => child.kill(signal));
    }
  });
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ lines, errors, code, signal })));
}

const STOPPED = ['second stopping', 'second stopped', 'first stopped'];

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops everything, newest first, and exits with 0', async (signal) => {
  const { lines, code } = await run('stays', (line, kill) => { if (line === 'ready') kill(signal); });
  expect({ lines, code }).toEqual({ lines: ['ready', 'asked to stop', ...STOPPED], code: 0 });
});

test('a Ctrl-C while something is still starting stops what has started', async () => {
  const { lines, code } = await run('starting', (line, kill) => { if (line === 'ready') kill('SIGINT'); });
  expect({ lines, code }).toEqual({ lines: ['ready', 'asked to stop', ...STOPPED], code: 0 });
});

test('one Ctrl-C that arrives twice, from the terminal and from npm, is one', async () => {
  const { lines, code } = await run('stays', (line, kill) => { if (line === 'ready' || line === 'asked to stop') kill('SIGINT'); });
  expect({ lines, code }).toEqual({ lines: ['ready', 'asked to stop', ...STOPPED], code: 0 });
});

test('a second Ctrl-C leaves at once', async () => {
  const started = Date.now();
  const { code } = await run('slow', (line, kill) => {
    if (line === 'ready') kill('SIGINT');
    if (line === 'second stopping') setTimeout(() => kill('SIGINT'), 1_700);
  });
  expect(code).toBe(130);
  expect(Date.now() - started).toBeLessThan(20_000);
});

test('the exit code of the program is kept', async () => {
  const { lines, code } = await run('ends');
  expect({ lines, code }).toEqual({ lines: ['ready', 'asked to stop', ...STOPPED], code: 3 });
});

test.for([['throws', 'could not start the third'], ['crashes-later', 'crashed later']] as const)('%s: says why, stops everything, and exits with 1', async ([how, why]) => {
  const { lines, errors, code } = await run(how);
  expect({ lines, code }).toEqual({ lines: ['ready', 'asked to stop', ...STOPPED], code: 1 });
  expect(errors).toContain(why);
});

test('what does not stop cleanly is named, and the rest is stopped all the same', async () => {
  const { lines, errors, code } = await run('stop-fails', (line, kill) => { if (line === 'ready') kill('SIGTERM'); });
  expect({ lines, code }).toEqual({ lines: ['ready', 'asked to stop', 'second stopping', 'first stopped'], code: 1 });
  expect(errors).toContain('second did not stop cleanly: Error: second is stubborn');
});
