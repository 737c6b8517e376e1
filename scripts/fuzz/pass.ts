import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzOptions, Pass } from './options.ts';
import type { FuzzKeys } from './seed.ts';

export interface PassSettings { executable: string; folder: string; apiUrl: string; keys: FuzzKeys; ids: ReadonlyMap<string, string[]>; options: FuzzOptions; signal: AbortSignal }

const HOOKS = fileURLToPath(new URL('./hooks.py', import.meta.url));
/** A rule's refusal of data that the schema allows; the API says 422 or 412 then, and 413 for what is too large. */
const REFUSED_BY_A_RULE = ['412', '413', '422', '428'];

/** Runs schemathesis once as one caller; its report goes to our output. Answers whether it found nothing. */
export async function runPass(pass: Pass, settings: PassSettings): Promise<boolean> {
  const { executable, folder, apiUrl, keys, options } = settings;
  const config = join(folder, `${pass}.toml`);
  const users = join(folder, 'users.json');
  writeFileSync(users, JSON.stringify({ auth: Object.entries({ admin: keys.admin, trader: keys.trader, otherTrader: keys.otherTrader }).map(([name, key]) => ({ name, fixedHeaders: [{ name: 'Authorization', value: `Bearer ${key}` }] })) }), { mode: 0o600 });
  writeFileSync(config, toml(pass, settings, users));
  const args = ['--config-file', config, 'run', `${apiUrl}/openapi.json`, '--checks', 'all', '--phases', options.phases, '--max-examples', String(options.maxExamples),
    '--seed', String(options.seed), '--no-color', '--continue-on-failure', '--generation-database', 'none', '--warnings', 'off', ...options.operations.flatMap((id) => ['--include-operation-id', id])];
  const child = spawn(executable, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, FUZZ_PROTECTED: keys.ids.join(','), PYTHONDONTWRITEBYTECODE: '1' } });
  const kill = (): void => { child.kill('SIGKILL'); };
  process.once('exit', kill);
  settings.signal.addEventListener('abort', kill);
  const code = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('close', ended);
  });
  process.off('exit', kill);
  settings.signal.removeEventListener('abort', kill);
  return code === 0;
}

/** JSON's texts and lists of texts are TOML as well. */
function toml(pass: Pass, { ids }: PassSettings, users: string): string {
  const known = [...ids].filter(([, values]) => values.length > 0);
  return [
    `hooks = ${JSON.stringify(HOOKS)}`,
    'request-timeout = 30',
    ...(pass === 'nobody' ? [] : ['[auth.wfc]', `path = ${JSON.stringify(users)}`, `user = ${JSON.stringify(pass)}`, ...(pass === 'trader' ? ['peers = ["trader", "otherTrader"]'] : [])]),
    '[checks]',
    `positive_data_acceptance.expected-statuses = ${JSON.stringify(['2xx', '3xx', '401', '403', '404', '409', '429', ...REFUSED_BY_A_RULE])}`,
    ...known.flatMap(([name, values]) => [`[dictionaries.${name}]`, `values = ${JSON.stringify(values)}`]),
    '[parameters]',
    // An id is the same thing wherever it stands; other names (`year`) mean something in the path only.
    ...known.flatMap(([name]) => (name.endsWith('Id') ? [name, `body.${name}`] : [`path.${name}`]).map((where) => `"${where}" = { dictionary = "${name}", probability = 0.7 }`)),
    '',
  ].join('\n');
}
