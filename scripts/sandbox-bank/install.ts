import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { python } from '../fuzz/schemathesis.ts';
import { cacheFolder } from '../local/cache-folder.ts';
import { withLock } from '../local/lock.ts';
import { runTool } from '../local/run-tool.ts';

const VERSION = '0.9.0';

/** Whether the bank can be run here: it needs Python with venv and pip. */
export const canRunBank = (): boolean => python() !== undefined;

/**
 * The Python of an environment of its own with mock-bank in it, a bank that nobody here wrote: installed once, by pip, into the user's cache. Throws `Problem` PYTHON_MISSING or
 * MOCK_BANK_INSTALL_FAILED.
 */
export async function mockBankPython(log: (line: string) => void): Promise<string> {
  const folder = cacheFolder('mock-bank');
  const ready = join(folder, VERSION);
  const executable = join(ready, 'bin', 'python');
  if (existsSync(join(ready, 'installed'))) return executable;
  await withLock(join(folder, 'install.lock'), () => install(ready, executable, log), (pid) => log(`mock-bank: waiting for process ${pid}, which is installing it …`));
  return executable;
}

async function install(ready: string, executable: string, log: (line: string) => void): Promise<void> {
  if (existsSync(join(ready, 'installed'))) return;
  const found = python();
  if (found === undefined) throw new Problem('PYTHON_MISSING', 'The sandbox bank is mock-bank, which needs Python 3.10 or newer with venv and pip (on Debian and Ubuntu: apt install python3-venv).');
  log(`mock-bank: installing ${VERSION} with pip, once …`);
  // An environment has its own path inside and cannot be moved: an unfinished one is deleted, and a mark says that it is whole.
  rmSync(ready, { recursive: true, force: true });
  const steps: [string, string[]][] = [[found, ['-m', 'venv', ready]], [executable, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', `mock-bank==${VERSION}`]]];
  for (const [file, args] of steps) {
    const { code, output } = await runTool(file, args, { milliseconds: 10 * 60_000 });
    if (code !== 0) throw new Problem('MOCK_BANK_INSTALL_FAILED', `\`${[file, ...args].join(' ')}\` failed: ${output.trim().split('\n').slice(-5).join(' / ')}`);
  }
  writeFileSync(join(ready, 'installed'), `${VERSION}\n`);
}
