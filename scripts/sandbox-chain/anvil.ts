import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface AnvilOptions {
  chainId: number;
  /** The chain is read from this file where it is there, and written to it at intervals and at an orderly end. */
  stateFile?: string;
}

export interface Anvil {
  url: string;
  pid: number;
  /** Resolves once the process is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** In order, so that the state is written; `kill`: at once. */
  stop(how?: 'kill'): Promise<void>;
}

/** The shell ends anvil when our end of its input closes: no chain is left behind by a process that was killed. */
const GUARD = 'exec 3<&0; "$@" </dev/null 3<&- & pid=$!; echo "pid $pid"; (cat <&3 >/dev/null; kill -TERM $pid 2>/dev/null) >/dev/null 2>&1 & exec 3<&-; wait $pid';
const START_MS = 20_000;

/** Runs anvil without mining on a free port of 127.0.0.1. Throws with what it printed if it does not come up. */
export async function startAnvil({ chainId, stateFile }: AnvilOptions): Promise<Anvil> {
  const state = stateFile === undefined ? [] : ['--state', stateFile, '--state-interval', '1', '--preserve-historical-states'];
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', binary(), '--host', '127.0.0.1', '--port', '0', '--chain-id', String(chainId), '--no-mining', '--accounts', '1', ...state], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-2000); });
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit').then(() => { child.stdin.destroy(); });
  let pid = 0;
  const listening = new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      pid = Number(/^pid (\d+)$/.exec(line)?.[1] ?? pid);
      const address = /^Listening on (\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
  const timer = new AbortController();
  const late = new Promise<null>((resolve) => {
    const timeout = setTimeout(() => resolve(null), START_MS);
    timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  });
  const url = await Promise.race([listening, late, ended.then(() => null)]);
  timer.abort();
  const stop = async (how?: 'kill'): Promise<void> => {
    if (how === 'kill' && child.exitCode === null) process.kill(pid, 'SIGKILL');
    child.stdin.end();
    await ended;
  };
  if (url === null) {
    await stop();
    throw new Error(`anvil did not come up: ${said}`);
  }
  return { url, pid, ended, stop };
}

/** The program of the npm package, or the one of this name on the path where the package has none for this machine. */
function binary(): string {
  try {
    const packaged = join(dirname(createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/package.json')), 'bin', 'anvil');
    if (existsSync(packaged)) return packaged;
  } catch {
    // Optional: there are machines that the package has no program for.
  }
  return 'anvil';
}
