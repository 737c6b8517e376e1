import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../local/ports.ts';
import { type BankControl, bankControl } from './control.ts';
import { mockBankPython } from './install.ts';

export interface SandboxBankOptions {
  /** Its record (SQLite) and its two folders are kept here, and found again by the next start. */
  folder: string;
  port?: number;
  /** Bank time to begin with, `YYYY-MM-DDTHH:MM` UTC; default now. A record that is there goes on where it was. */
  clock?: string;
  /** How often it looks for files, ms; 0: when asked only (`control.scan`). Default 1,000. */
  lookEveryMs?: number;
  log?: (line: string) => void;
}

export interface SandboxBank {
  url: string;
  pid: number;
  control: BankControl;
  /** What the product needs to pay from its account ACME (125,000 EUR). */
  env: Record<string, string>;
  /** Where payment files go in, and where the bank's messages come out. */
  outgoing: string;
  incoming: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The company's account at mock-bank, as it is seeded there. */
export const COMPANY = { name: 'Acme BV', iban: 'NL41MOCK0000000001', bic: 'MOCKNL2A' };

/** Ends when the pipe from its parent does: no bank is left behind by one that was killed. */
const PROGRAM = 'import os, sys, threading\nthreading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()\nfrom mockbank.__main__ import main\nsys.exit(main())';

/** Runs mock-bank, with its files in a folder, and resolves when it answers. Throws `Problem` as `mockBankPython`, or where it ends before. */
export async function startSandboxBank(options: SandboxBankOptions): Promise<SandboxBank> {
  const python = await mockBankPython(options.log ?? (() => undefined));
  const [outgoing, incoming] = [join(options.folder, 'to-bank'), join(options.folder, 'from-bank')];
  for (const folder of [outgoing, incoming]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const port = options.port ?? await freePort();
  const args = ['-c', PROGRAM, '--port', String(port), '--db', join(options.folder, 'bank.db'), '--drop-dir', outgoing, '--pickup-dir', incoming, '--drop-settle-ms', '0', '--drop-interval-ms', String(options.lookEveryMs === 0 ? 3_600_000 : options.lookEveryMs ?? 1_000), '--quiet',
    ...(options.clock === undefined ? [] : ['--clock', options.clock])];
  const child = spawn(python, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2_000); });
  const ended = once(child, 'exit').then(() => undefined);
  const url = `http://127.0.0.1:${port}`;
  await answering(child, url, () => complaint);
  return {
    url, pid: child.pid ?? 0, control: bankControl(url), outgoing, incoming,
    env: { BANK_ACCOUNT_NAME: COMPANY.name, BANK_ACCOUNT_IBAN: COMPANY.iban, BANK_ACCOUNT_BIC: COMPANY.bic, BANK_OUT: outgoing, BANK_IN: incoming, BANK_SETTLE_SECONDS: '0' },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

async function answering(child: ChildProcess, url: string, complaint: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`mock-bank ended before it was ready: ${complaint()}`);
    if (await fetch(`${url}/_mock/health`).then((answer) => answer.ok, () => false)) return;
    await wait(50);
  }
  child.kill('SIGKILL');
  throw new Error('mock-bank does not answer.');
}
