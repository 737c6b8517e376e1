import { startPostgres } from '../local/postgres.ts';
import { killWithChildren } from '../intake/processes.ts';
import type { Killable } from './storm.ts';

export interface KillablePostgres extends Killable {
  ownerUrl(): string;
  port(): number;
  stop(): Promise<void>;
}

/** A Postgres of this run's own with every safety on: what it committed is there after kill -9 of all its processes. */
export async function killablePostgres(dataDir: string, log: (line: string) => void): Promise<KillablePostgres> {
  const open = () => startPostgres({ dataDir, log, env: {} });
  let server = await open();
  return {
    ownerUrl: () => server.ownerUrl,
    port: () => Number(new URL(server.ownerUrl).port),
    kill: () => killWithChildren(server.pid!),
    async start() {
      // Each start leaves a listener for our end.
      process.setMaxListeners(process.getMaxListeners() + 1);
      server = await open();
    },
    stop: () => server.stop(),
  };
}

/** The same login and database by another way: through a link. */
export function through(url: string, port: number): string {
  const other = new URL(url);
  other.port = String(port);
  return other.toString();
}
