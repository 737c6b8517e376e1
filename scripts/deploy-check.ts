import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Problem } from '../domain/problem.ts';
import { readCompose } from './deploy/compose.ts';
import { buildInto } from './deploy/image.ts';
import { answers, drains, redirectSecrets, rolesSql, runService, type ServiceSettings } from './deploy/system.ts';
import { statement, withDatabase } from './local/databases.ts';
import { startDevServer } from './local/dev-server.ts';
import { freePort } from './local/ports.ts';
import { startPostgres } from './local/postgres.ts';
import { supervise } from './local/supervise.ts';
import { temporalCli } from './local/temporal-cli.ts';

/**
 * `npm run deploy:check`: what can be shown of the image and docker-compose.yml without a container engine. The Dockerfile's build
 * steps run in a copy, with production dependencies only; from it prepare, API and workers run as compose describes them (their
 * environment and nothing else, secrets in files, roles made by deploy/postgres/roles.sql) against a Postgres and a Temporal of this
 * machine; health is asked for, also without Temporal; SIGTERM drains; and nothing is written into the copy.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const log = (line: string): void => console.log(line);

await supervise(async (supervisor) => {
  const started = performance.now();
  const done = (what: string): void => log(`✓ ${what} (${((performance.now() - started) / 1_000).toFixed(0)} s)`);
  const folder = mkdtempSync(join(tmpdir(), 'cashback-deploy-'));
  supervisor.onStop('folder', async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const app = join(folder, 'app');
  mkdirSync(app);
  const compose = readCompose(root);

  for (const line of buildInto(root, app)) {
    const PATH = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], { cwd: app, encoding: 'utf8', env: { ...process.env, PATH, NODE_ENV: 'production' } });
    if (status !== 0) throw new Problem('DEPLOY_CHECK_FAILED', `RUN ${line}\nended with ${status}:\n${stdout}${stderr}`);
    done(`RUN ${line.slice(0, 70)}…`);
  }
  const before = listing(app);

  const secrets = join(folder, 'secrets');
  cpSync(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true });
  const { status } = spawnSync('/bin/sh', [join(folder, 'deploy/secrets.sh')], { stdio: 'ignore' });
  if (status !== 0) throw new Problem('DEPLOY_CHECK_FAILED', `deploy/secrets.sh ended with ${status}`);
  for (const name of readdirSync(secrets)) chmodSync(join(secrets, name), 0o600);

  const { path: cli } = await temporalCli(log);
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log, fastAndUnsafe: true, env: {} });
  supervisor.onStop('Postgres', () => postgres.stop());
  await asInCompose(postgres.ownerUrl, secrets);
  redirectSecrets(secrets, ['database_url', 'database_app_url'], 'postgres:5432', `127.0.0.1:${new URL(postgres.ownerUrl).port}`);
  const temporalPort = await freePort();
  const temporalOptions = { cli, port: temporalPort, namespace: 'default', logFile: join(folder, 'temporal.log'), dbFile: join(folder, 'temporal.db') };
  const temporal = await startDevServer(temporalOptions);
  supervisor.onStop('Temporal', () => temporal.stop());
  done('Postgres with its roles, Temporal');

  const [api, health, other, rail, verification] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  const settings: ServiceSettings = {
    root, compose, app, secrets,
    hosts: { 'temporal:7233': `127.0.0.1:${temporalPort}`, 'sandbox-rail:4010': `127.0.0.1:${rail}`, '4010': String(rail), 'sandbox-verification:4020': `127.0.0.1:${verification}`, '4020': String(verification), 'api:3000': `127.0.0.1:${api}`, '/data': folder },
  };
  for (const time of ['the first time', 'again']) {
    const prepare = runService('prepare', settings);
    if (await prepare.ended !== 0) throw new Problem('DEPLOY_CHECK_FAILED', `prepare (${time}) said: ${prepare.said()}`);
    const told = /First admin key, shown only now:\s+cbk_/.test(prepare.said());
    if (told !== (time === 'the first time')) throw new Problem('DEPLOY_CHECK_FAILED', `prepare (${time}) ${told ? 'showed' : 'did not show'} an admin key.`);
    done(`prepare ${time}`);
  }

  const runs = {
    rail: runService('sandbox-rail', settings),
    verification: runService('sandbox-verification', settings),
    api: runService('api', settings, { PORT: String(api), HOST: '127.0.0.1' }),
    worker: runService('worker', settings, { WORKER_HEALTH_PORT: String(health) }),
    second: runService('worker', settings, { WORKER_HEALTH_PORT: String(other) }),
  };
  supervisor.onStop('processes', async () => { for (const { child } of Object.values(runs)) child.kill('SIGKILL'); });
  await answers(`http://127.0.0.1:${rail}/healthz`, 200, runs.rail);
  await answers(`http://127.0.0.1:${verification}/healthz`, 200, runs.verification);
  await answers(`http://127.0.0.1:${api}/readyz`, 200, runs.api);
  for (const [port, run] of [[health, runs.worker], [other, runs.second]] as const) await answers(`http://127.0.0.1:${port}/readyz`, 200, run);
  done('API, two workers and the sandbox rail are ready');
  const check = spawnSync(process.execPath, ['scripts/healthcheck.ts', `http://127.0.0.1:${health}/readyz`], { cwd: app, encoding: 'utf8' });
  if (check.status !== 0) throw new Problem('DEPLOY_CHECK_FAILED', `The health check says ${check.stdout}${check.stderr}`);

  await temporal.stop();
  await answers(`http://127.0.0.1:${health}/readyz`, 503, runs.worker);
  await answers(`http://127.0.0.1:${api}/readyz`, 503, runs.api);
  await answers(`http://127.0.0.1:${health}/healthz`, 200, runs.worker);
  const back = await startDevServer(temporalOptions);
  supervisor.onStop('Temporal', () => back.stop());
  await answers(`http://127.0.0.1:${health}/readyz`, 200, runs.worker);
  await answers(`http://127.0.0.1:${api}/readyz`, 200, runs.api);
  done('without Temporal they are alive and not ready, and ready again with it');

  const took = await Promise.all([drains('worker', runs.worker, compose), drains('worker', runs.second, compose), drains('api', runs.api, compose), drains('sandbox-rail', runs.rail, compose), drains('sandbox-verification', runs.verification, compose)]);
  done(`SIGTERM drained all within their grace period (${took.join(', ')} ms)`);
  const written = [...listing(app)].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
  if (written.length > 0) throw new Problem('DEPLOY_CHECK_FAILED', `Written into the image's folder, which is read-only there: ${written.slice(0, 5).join(', ')}`);
  done('nothing was written into the image’s folder');
  log('deploy:check: passed. Not shown by it: the base images themselves, and how a container engine starts them.');
  return 0;
});

/** Makes databases and roles as the Postgres image does, where the owner of our tables is no superuser. */
async function asInCompose(url: string, secrets: string): Promise<void> {
  const quote = new pg.Client();
  const { username, password } = new URL(url);
  const superuser = new URL(withDatabase(url, 'postgres'));
  superuser.username = 'first';
  await statement(url, `CREATE ROLE first SUPERUSER LOGIN PASSWORD ${quote.escapeLiteral(password)}`);
  // The embedded Postgres' own superuser and database have the names that are to be made.
  for (const sql of [`ALTER ROLE ${username} RENAME TO embedded`, 'DROP DATABASE cashback WITH (FORCE)', ...rolesSql(root, secrets, (text) => quote.escapeLiteral(text))]) {
    await statement(superuser.toString(), sql);
  }
}

/** Every file with its size and time. */
function listing(folder: string): Map<string, string> {
  return new Map(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => {
    const { size, mtimeMs } = statSync(join(folder, path), { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
    return [path, `${size} ${mtimeMs}`];
  }));
}
