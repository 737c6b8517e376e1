import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../domain/problem.ts';
import { type Compose } from './compose.ts';
import { imageEnvironment } from './image.ts';

export interface ServiceSettings {
  root: string;
  compose: Compose;
  /** The built copy, in the place of `/app`. */
  app: string;
  /** Folder of the secrets, in the place of `/run/secrets`. */
  secrets: string;
  /** `host:port` in compose → here. */
  hosts: Record<string, string>;
}

/** Not as a part of a longer word or number. */
const whole = (text: string): RegExp => new RegExp(String.raw`(?<![\w.])${text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?!\w)`, 'g');

export interface Run { child: ChildProcess; said(): string; ended: Promise<number | null> }

/** Runs a service's command in the built copy as compose would: the image's and its own environment and nothing else. */
export function runService(name: string, settings: ServiceSettings, change: Record<string, string> = {}): Run {
  const { root, compose, app, secrets, hosts } = settings;
  const service = compose.services[name]!;
  const here = (text: string): string => Object.entries({ ...hosts, '/run/secrets': secrets, '/app': app }).reduce((all, [from, to]) => all.replaceAll(whole(from), to), text);
  const env = Object.fromEntries(Object.entries({ ...imageEnvironment(root), ...service.environment, ...change }).map(([key, value]) => [key, here(String(value))]));
  const [, ...args] = (service.command ?? []).map(here);
  // The lockfile's Node, which is the image's.
  const child = spawn(process.execPath, args, { cwd: app, env: { ...env, PATH: '/usr/bin:/bin', HOME: '/nonexistent' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => { text += piece; });
  const kill = (): void => { child.kill('SIGKILL'); };
  process.once('exit', kill);
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', kill);
    return code as number | null;
  });
  return { child, said: () => text, ended };
}

/** Waits until an address answers with a status; throws `Problem` DEPLOY_CHECK_FAILED with what the process said. */
export async function answers(url: string, status: number, run: Run, seconds = 60): Promise<unknown> {
  let last = '';
  for (const end = performance.now() + seconds * 1_000; performance.now() < end;) {
    if (run.child.exitCode !== null) break;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      last = `${answer.status} ${await answer.text()}`;
      if (answer.status === status) return JSON.parse(last.slice(4));
    } catch (error) {
      last = String(error);
    }
    await delay(100);
  }
  throw new Problem('DEPLOY_CHECK_FAILED', `${url} did not answer ${status}; last: ${last}. The process said: ${run.said().slice(-2_000)}`);
}

/** SIGTERM; answers after how many milliseconds it had ended with exit code 0. Throws `Problem` where it did not within its grace period. */
export async function drains(name: string, run: Run, compose: Compose): Promise<number> {
  const grace = Number.parseInt(compose.services[name]!.stop_grace_period ?? '10s', 10) * 1_000;
  const started = performance.now();
  run.child.kill('SIGTERM');
  const code = await Promise.race([run.ended, delay(grace, 'late' as const, { ref: false })]);
  if (code !== 0) throw new Problem('DEPLOY_CHECK_FAILED', `${name} on SIGTERM: ${code === 'late' ? `still there after ${grace} ms` : `exit code ${code}`}. It said: ${run.said().slice(-2_000)}`);
  return Math.round(performance.now() - started);
}

/** deploy/postgres/roles.sql for a server that is not in a container: psql's \set lines done by us. Each statement by itself. */
export function rolesSql(root: string, secrets: string, literal: (text: string) => string): string[] {
  const sql = readFileSync(join(root, 'deploy/postgres/roles.sql'), 'utf8');
  const values = new Map([...sql.matchAll(/^\\set (\w+) `cat \/run\/secrets\/(\w+)`$/gm)].map(([, name, file]) => [name!, readFileSync(join(secrets, file!), 'utf8')]));
  return sql.replaceAll(/^(\\set|--).*$/gm, '').replaceAll(/:'(\w+)'/g, (_, name: string) => literal(values.get(name) ?? '')).split(';').map((one) => one.trim()).filter(Boolean);
}

/** The secrets that hold an address name the server of compose; here they name ours. */
export function redirectSecrets(secrets: string, names: readonly string[], from: string, to: string): void {
  for (const name of names) {
    const path = join(secrets, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to), { mode: 0o600 });
  }
}
