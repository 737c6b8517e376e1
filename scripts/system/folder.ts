import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { commandLine, endProcess } from '../local/processes.ts';

const FILE = 'running-as';

/**
 * Takes a data folder for this process: two systems must not share one. Returns what gives it back. Throws `Problem`
 * ALREADY_RUNNING while another of our programs has it; what a killed one left is taken over.
 */
export function claimFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, FILE);
  const holder = number(file);
  if (holder !== undefined && holder !== process.pid && /scripts\/(start|demo)\.ts/.test(commandLine(holder))) {
    throw new Problem('ALREADY_RUNNING', `Process ${holder} is running on ${folder}. Stop it (Ctrl-C there, or kill ${holder}), or name another folder with DATA_DIR.`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** Ends the servers that a killed run left on this folder and deletes all that is in it. */
export async function wipeFolder(folder: string, log: (line: string) => void): Promise<void> {
  for (const [file, signal] of [['postgres/data/postmaster.pid', 'SIGQUIT'], ['temporal/server.json', 'SIGTERM']] as const) {
    const pid = serverOf(join(folder, file));
    if (pid === undefined || !commandLine(pid).includes(folder)) continue;
    log(`Stopping process ${pid}, which an earlier run left …`);
    await endProcess(pid, [[signal, 5_000]]);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Process id in a postmaster.pid (first line) or in our server.json. */
function serverOf(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.startsWith('{') ? (JSON.parse(text) as { pid?: number }).pid : Number(text.split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

function number(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
