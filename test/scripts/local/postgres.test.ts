import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres, type LocalPostgres, type StartPostgresOptions } from '../../../scripts/local/postgres.ts';
import { endProcess, isAlive, waitForExit } from '../../../scripts/local/processes.ts';
import { startElsewhere } from './starter.ts';

let folder: string;
let dataDir: string;
const pids = new Set<number>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cashback-postgres-'));
  chmodSync(folder, 0o700); // a folder that only its owner can enter
  dataDir = join(folder, 'postgres');
});

afterEach(async () => {
  for (const pid of pids) await endProcess(pid, [['SIGQUIT', 2_000]]);
  pids.clear();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<StartPostgresOptions> = {}): Promise<LocalPostgres> {
  const postgres = await startPostgres({ dataDir, log: () => {}, fastAndUnsafe: true, env: {}, ...options });
  if (postgres.pid !== undefined) pids.add(postgres.pid);
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

test('starts in a folder of mode 0700, keeps its data, and leaves no process behind', async () => {
  const first = await start();
  expect(first.kind).toBe('started');
  await query(first.ownerUrl, 'create table kept (x int)');
  await first.stop();
  expect(isAlive(first.pid!)).toBe(false);
  await expect(query(first.ownerUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

  const second = await start();
  expect(second.ownerUrl).toBe(first.ownerUrl); // same port, same password
  expect(await query(second.ownerUrl, 'select count(*) from kept')).toEqual([{ count: '0' }]);
  await second.stop();
  expect(isAlive(second.pid!)).toBe(false);
});

test('asks for a password that only the owner of the folder can read, and listens on 127.0.0.1 only', async () => {
  const postgres = await start();
  expect(statSync(join(dataDir, 'owner-password')).mode & 0o777).toBe(0o600);
  const stranger = new URL(postgres.ownerUrl);
  stranger.password = 'guessed';
  await expect(query(stranger.toString(), 'select 1')).rejects.toThrow(/password authentication failed/);
  expect(await query(postgres.ownerUrl, `select setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name`))
    .toEqual([{ setting: '127.0.0.1' }, { setting: '' }]);
  await postgres.stop();
});

test('is durable unless a test says otherwise', async () => {
  const postgres = await start({ fastAndUnsafe: false });
  expect(await query(postgres.ownerUrl, `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name`))
    .toEqual([{ name: 'fsync', setting: 'on' }, { name: 'full_page_writes', setting: 'on' }, { name: 'synchronous_commit', setting: 'on' }]);
  await postgres.stop();
});

test('takes another port when its own is taken', async () => {
  const first = await start();
  await first.stop();
  const port = Number(new URL(first.ownerUrl).port);
  const squatter = await listen(port);
  const second = await start();
  expect(new URL(second.ownerUrl).port).not.toBe(String(port));
  expect(await query(second.ownerUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await second.stop();
  squatter.close();
});

test('adopts the leftover of a killed run, and then stops it', async () => {
  const elsewhere = await startElsewhere('postgres', dataDir, 'untied');
  pids.add(elsewhere.server.pid);
  await elsewhere.kill();
  expect(isAlive(elsewhere.server.pid)).toBe(true);
  const postgres = await start();
  expect(postgres).toMatchObject({ kind: 'adopted', pid: elsewhere.server.pid, ownerUrl: elsewhere.server.ownerUrl });
  await postgres.stop();
  expect(isAlive(elsewhere.server.pid)).toBe(false);
});

test('stops a leftover that no longer answers, and starts a new one', async () => {
  const elsewhere = await startElsewhere('postgres', dataDir, 'untied');
  pids.add(elsewhere.server.pid);
  await elsewhere.kill();
  process.kill(elsewhere.server.pid, 'SIGSTOP');
  const lines: string[] = [];
  const starting = start({ log: (line) => lines.push(line) });
  const postgres = await starting;
  expect(postgres.kind).toBe('started');
  expect(lines.join()).toMatch(/stopping a leftover/);
  expect(isAlive(elsewhere.server.pid)).toBe(false);
  await postgres.stop();
});

test('shares the server of a living run and leaves it running', async () => {
  const elsewhere = await startElsewhere('postgres', dataDir, 'tied');
  pids.add(elsewhere.server.pid);
  const postgres = await start();
  expect(postgres).toMatchObject({ kind: 'shared', pid: elsewhere.server.pid });
  await postgres.stop();
  expect(isAlive(elsewhere.server.pid)).toBe(true);
  await elsewhere.kill();
});

test.runIf(process.platform === 'linux')('dies with the process that started it, also by kill -9', async () => {
  const elsewhere = await startElsewhere('postgres', dataDir, 'tied');
  pids.add(elsewhere.server.pid);
  await elsewhere.kill();
  expect(await waitForExit(elsewhere.server.pid, 20_000)).toBe(true);
});

test("a stale postmaster.pid that names somebody else's process harms nobody", async () => {
  const first = await start();
  await first.stop();
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  writeFileSync(join(dataDir, 'data', 'postmaster.pid'), `${bystander.pid}\n${dataDir}/data\n0\n5432\n\n127.0.0.1\n`);
  const second = await start();
  expect(second.kind).toBe('started');
  expect(isAlive(bystander.pid!)).toBe(true);
  await second.stop();
  bystander.kill();
});

test('two starts at once end with one server', async () => {
  const [one, two] = await Promise.all([startElsewhere('postgres', dataDir, 'tied'), startElsewhere('postgres', dataDir, 'tied')]);
  pids.add(one.server.pid);
  expect(one.server.pid).toBe(two.server.pid);
  expect([one.server.kind, two.server.kind].toSorted()).toEqual(['shared', 'started']);
  await one.kill();
  await two.kill();
});

test('takes DATABASE_URL as it is, and says plainly when nothing answers there', async () => {
  const postgres = await start();
  const external = await start({ env: { DATABASE_URL: postgres.ownerUrl } });
  expect(external).toMatchObject({ kind: 'external', ownerUrl: postgres.ownerUrl });
  await external.stop();
  expect(isAlive(postgres.pid!)).toBe(true);
  await postgres.stop();
  await expect(start({ env: { DATABASE_URL: postgres.ownerUrl } })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});
