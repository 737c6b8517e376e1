import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { isAlive } from '../../scripts/local/processes.ts';
import { buildWorkflowBundle } from '../../scripts/local/workflow-bundle.ts';
import { temporalCli } from '../../scripts/local/temporal-cli.ts';
import { timeSkippingServer } from '../../scripts/local/time-skipping.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

const RUNS = resolve('.data/test');

/** What a test run shares. Each is made once, when the first test file asks, so that a run of domain tests stays instant. */
export interface RunHost { url: string; close(): Promise<void> }

/** Listens on 127.0.0.1 and answers GET /postgres, /bundle, /time-skipping and /temporal-cli with JSON. */
export async function startRunHost(): Promise<RunHost> {
  removeAbandonedRuns();
  const folder = join(RUNS, `run-${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = (line: string) => console.log(line);
  let postgres: Promise<TestPostgres> | undefined;
  const makers: Record<string, () => Promise<unknown>> = {
    '/postgres': async () => (await (postgres ??= startTestPostgres(join(folder, 'postgres'), log))).info,
    '/bundle': () => buildWorkflowBundle(join(folder, 'workflows.bundle.cjs')),
    '/time-skipping': () => timeSkippingServer(log),
    '/temporal-cli': () => temporalCli(log),
  };
  const made = new Map<string, Promise<unknown>>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const maker = makers[path];
    const result = made.get(path) ?? maker?.() ?? Promise.reject(new Error(`The run's host has no ${path}`));
    made.set(path, result);
    result.then(
      (value) => response.end(JSON.stringify({ value })),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: error instanceof Error ? error.stack : String(error) })),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await (await postgres?.catch(() => undefined))?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function removeAbandonedRuns(): void {
  mkdirSync(RUNS, { recursive: true });
  for (const name of readdirSync(RUNS)) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) rmSync(join(RUNS, name), { recursive: true, force: true });
  }
}
