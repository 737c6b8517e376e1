import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll } from 'vitest';
import { startDevServer, type DevServer } from '../../scripts/local/dev-server.ts';
import { freePort } from '../../scripts/local/ports.ts';
import { prepareNamespace } from '../../scripts/local/namespace.ts';
import { endProcess } from '../../scripts/local/processes.ts';
import { askHost } from './ask-host.ts';
import './quiet.ts';

export interface TestDevServer {
  address: string;
  namespace: string;
  connection: Connection;
  nativeConnection: NativeConnection;
  client: Client;
  /** kill -9 of the server, as a power cut. */
  kill(): Promise<void>;
  /** Starts it again on the same port; only with `onDisk` does it remember anything. Connections recover by themselves. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const open = new Set<TestDevServer>();

// Registered on import, for the importing file: also a test that throws half-way leaves no server behind.
afterAll(async () => {
  for (const server of open) await server.stop();
});

/** A real Temporal server for what the time-skipping one lacks: Schedules, list, reset, kill. State in memory unless `onDisk`. */
export async function devServer(options: { onDisk?: boolean } = {}): Promise<TestDevServer> {
  const { path: cli } = await askHost<{ path: string }>('/temporal-cli');
  const folder = mkdtempSync(join(tmpdir(), 'cashback-temporal-'));
  const namespace = 'default';
  const port = await freePort();
  const launch = () => startDevServer({
    cli, port, namespace, logFile: join(folder, 'server.log'), ...(options.onDisk ? { dbFile: join(folder, 'temporal.db') } : {}),
  });
  let running: DevServer = await launch();
  const { address } = running;
  await prepareNamespace({ connectionOptions: { address }, namespace, kind: 'started' }, () => {});
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  const server: TestDevServer = {
    address, namespace, connection, nativeConnection, client: new Client({ connection, namespace }),
    kill: () => endProcess(running.pid, []),
    async restart() {
      await running.stop();
      running = await launch();
      if (!options.onDisk) await prepareNamespace({ connectionOptions: { address }, namespace, kind: 'started' }, () => {});
    },
    async stop() {
      if (!open.delete(server)) return;
      await connection.close();
      await nativeConnection.close().catch(() => {}); // a worker that was not shut down still holds it
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  open.add(server);
  return server;
}
