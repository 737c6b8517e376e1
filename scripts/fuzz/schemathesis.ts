import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { cacheFolder } from '../local/cache-folder.ts';
import { withLock } from '../local/lock.ts';
import { onPath, runTool } from '../local/run-tool.ts';

const VERSION = '4.32.5';

/** The first Python 3.10 or newer of this machine, or undefined. */
export function python(): string | undefined {
  return ['python3', 'python'].find((name) => onPath(name, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']));
}

/**
 * The path of schemathesis, in a Python environment of its own in the user's cache: installed once, by pip. Throws `Problem`
 * PYTHON_MISSING or SCHEMATHESIS_INSTALL_FAILED.
 */
export async function schemathesis(log: (line: string) => void): Promise<string> {
  const folder = cacheFolder('schemathesis');
  const ready = join(folder, VERSION);
  const executable = join(ready, 'bin', 'schemathesis');
  if (existsSync(join(ready, 'installed'))) return executable;
  await withLock(join(folder, 'install.lock'), () => install(ready, log), (pid) => log(`Schemathesis: waiting for process ${pid}, which is installing it …`));
  return executable;
}

async function install(ready: string, log: (line: string) => void): Promise<void> {
  if (existsSync(join(ready, 'installed'))) return;
  const found = python();
  if (found === undefined) {
    throw new Problem('PYTHON_MISSING', 'The fuzzing is done by schemathesis, which needs Python 3.10 or newer with venv and pip (on Debian and Ubuntu: apt install python3-venv).');
  }
  log(`Schemathesis: installing ${VERSION} with pip, once, about half a minute …`);
  // An environment has its own path inside and cannot be moved: an unfinished one is deleted, and a mark says that it is whole.
  rmSync(ready, { recursive: true, force: true });
  const steps: [string, string[]][] = [
    [found, ['-m', 'venv', ready]],
    [join(ready, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', `schemathesis==${VERSION}`]],
  ];
  for (const [file, args] of steps) {
    const { code, output } = await runTool(file, args, { milliseconds: 10 * 60_000 });
    if (code !== 0) throw new Problem('SCHEMATHESIS_INSTALL_FAILED', `\`${[file, ...args].join(' ')}\` failed: ${output.trim().split('\n').slice(-5).join(' / ')}`);
  }
  writeFileSync(join(ready, 'installed'), `${VERSION}\n`);
}
