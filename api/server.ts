import type { AddressInfo } from 'node:net';
import { buildApp } from './app.ts';
import type { ApiDeps } from './deps.ts';

export interface RunningApi {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  url: string;
  /** Takes no new connections, lets requests in flight end, then resolves. */
  close(): Promise<void>;
}

/** Runs the API on the configured host and port (0: any free one). Closing pool and client is the caller's. */
export async function serve(deps: ApiDeps): Promise<RunningApi> {
  const app = await buildApp(deps);
  await app.listen({ host: deps.config.host, port: deps.config.port });
  const { port } = app.server.address() as AddressInfo;
  const host = deps.config.host.includes(':') ? `[${deps.config.host}]` : deps.config.host;
  return { url: `http://${host}:${port}`, close: () => app.close() };
}
