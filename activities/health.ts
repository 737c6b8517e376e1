import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import type { Pool } from 'pg';

export interface HealthOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  workers: readonly Pick<Worker, 'getState' | 'options'>[];
  pool: Pool;
  client: Client;
}

export interface HealthServer { url: string; close(): Promise<void> }

/** States in which a worker does its work, or is about to, or ends it in order. */
const WORKS = new Set(['INITIALIZED', 'RUNNING', 'STOPPING', 'DRAINING', 'DRAINED']);

/**
 * What an orchestrator asks a worker's process: `/healthz` is 200 while the worker of every queue works or drains (else restart it),
 * `/readyz` is 200 while it takes work and reaches Postgres and Temporal, each within three seconds (else tell somebody).
 */
export async function serveHealth({ host, port, workers, pool, client }: HealthOptions): Promise<HealthServer> {
  const queues = (): Record<string, string> => Object.fromEntries(workers.map((worker) => [worker.options.taskQueue, worker.getState()]));
  const ready = async (): Promise<[number, object]> => {
    const [postgres, temporal] = await Promise.all([
      answers(pool.query('select 1')),
      answers(client.connection.withDeadline(Date.now() + 2_000, () => client.connection.workflowService.getSystemInfo({}))),
    ]);
    const states = queues();
    const ok = postgres === 'ok' && temporal === 'ok' && Object.values(states).every((state) => state === 'RUNNING');
    return [ok ? 200 : 503, { status: ok ? 'ok' : 'away', postgres, temporal, queues: states }];
  };
  const alive = (): [number, object] => {
    const states = queues();
    const ok = Object.values(states).every((state) => WORKS.has(state));
    return [ok ? 200 : 503, { status: ok ? 'ok' : 'failed', queues: states }];
  };
  const server = createServer((request, response) => {
    const told: [number, object] | Promise<[number, object]> = request.url === '/healthz' ? alive() : request.url === '/readyz' ? ready() : [404, { status: 'unknown' }];
    void Promise.resolve(told).then(([status, body]) => response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body)));
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((closed) => { server.close(() => closed()); }),
  };
}

async function answers(attempt: Promise<unknown>): Promise<'ok' | 'away'> {
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<never>((_, reject) => { timer = setTimeout(reject, 3_000, new Error('slow')); });
  return Promise.race([attempt, timeOut]).then(() => 'ok' as const, () => 'away' as const).finally(() => clearTimeout(timer));
}
