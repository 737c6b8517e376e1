import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { until } from '../../scripts/case/until.ts';
import { living, type Program, run } from '../support/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Blocks of the README that a reader pastes into a shell, and a system of their own to paste them beside. */
export interface Walk {
  /** Where the files are that the blocks make. */
  scratch: string;
  /** The shell blocks from one heading up to another. */
  blocks(from: string, to: string): string[];
  /** Pastes them; answers what was printed. */
  paste(script: string): Promise<{ code: number | null; said: string }>;
}

/** A walk through the README; its system is started by the first `paste` and ended after the importing file's tests. */
export function readmeWalk(): Walk {
  const dataDir = mkdtempSync(join(tmpdir(), 'cashback-walk-'));
  const scratch = mkdtempSync(join(tmpdir(), 'cashback-walk-files-'));
  let system: Program | undefined;
  afterAll(async () => {
    system?.child.kill('SIGTERM');
    await system?.ended;
    await until('every process is gone', async () => living(dataDir).length === 0);
    for (const folder of [dataDir, scratch]) rmSync(folder, { recursive: true, force: true });
  });
  return {
    scratch,
    blocks(from, to) {
      const readme = readFileSync(join(root, 'README.md'), 'utf8');
      const begin = readme.indexOf(`${from}\n`);
      return [...readme.slice(begin, readme.indexOf(`${to}\n`, begin)).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
    },
    async paste(script) {
      system = run('start.ts', [], dataDir);
      await system.says('Ctrl-C stops everything');
      const key = /cbk_[0-9a-f]{8}_\S+/.exec(system.said())![0];
      const host = /API {10}(\S+)\/v1/.exec(system.said())![1]!;
      const file = join(scratch, 'walk.sh');
      writeFileSync(file, `cd "${scratch}"\n${script.replace('cbk_…', key).replace('http://127.0.0.1:3000', host).replace('npm -s run', `npm --prefix "${root}" -s run`)}`);
      const child = spawn('bash', ['-u', file], { env: { ...process.env, DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; });
      const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
      return { code, said };
    },
  };
}
