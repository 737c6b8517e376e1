import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { until } from '../../scripts/case/until.ts';
import { living, type Program, run } from '../support/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'cashback-walk-'));
const scratch = mkdtempSync(join(tmpdir(), 'cashback-walk-files-'));
let system: Program | undefined;
afterAll(async () => {
  system?.child.kill('SIGTERM');
  await system?.ended;
  await until('every process is gone', async () => living(dataDir).length === 0);
  for (const folder of [dataDir, scratch]) rmSync(folder, { recursive: true, force: true });
});

/** The README's walk as one script: its blocks in their order, with the key and address of this system. */
function walk(key: string, host: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const part = readme.slice(readme.indexOf('### From sign-up to statement'), readme.indexOf('### What else there is'));
  const blocks = [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  expect(blocks).toHaveLength(5);
  return blocks.join('\n').replace('cbk_…', key).replace('http://127.0.0.1:3000', host);
}

/** Answers what it printed; the files that it makes are in the scratch folder. */
async function bash(script: string): Promise<{ code: number | null; said: string }> {
  const file = join(scratch, 'walk.sh');
  writeFileSync(file, `cd "${scratch}"\n${script}`);
  const child = spawn('bash', ['-u', file], { env: { ...process.env, DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  return { code, said };
}

test('the README\'s walk from sign-up to statement works as it stands, with curl', { timeout: 300_000 }, async () => {
  system = run('start.ts', [], dataDir);
  await system.says('Ctrl-C stops everything');
  const key = /cbk_[0-9a-f]{8}_\S+/.exec(system.said())![0];
  const host = /API {10}(\S+)\/v1/.exec(system.said())![1]!;
  const script = walk(key, host).replace('npm -s run', `npm --prefix "${root}" -s run`);
  const { code, said } = await bash(`${script}\nperson "users/$user/statement?from=$from&to=$to" > statement.json`);
  expect([code, said]).toEqual([0, expect.not.stringMatching(/"status":[45]\d\d|command not found|unbound variable/)]);

  const statement = JSON.parse(readFileSync(join(scratch, 'statement.json'), 'utf8')) as { totals: { opening: unknown; closing: Record<string, string> }[]; items: { kind: string }[] };
  expect(statement.items).toHaveLength(1);
  expect(JSON.stringify(statement.totals)).toContain('"pending":"9"');
  expect(said).toContain('"recomputedSum":"9"');
  expect(said).toContain('"outcome":"quarantined","reason":"UNKNOWN_SYMBOL","lines":1');
  const [csv] = readdirSync(scratch).filter((name) => name.endsWith('.csv') && name !== 'report.csv');
  expect(readFileSync(join(scratch, csv!), 'utf8')).toContain('501');
});
