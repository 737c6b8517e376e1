import { fileURLToPath } from 'node:url';
import { optionArgs, type SpawnedServer, spawnServer } from './spawned-server.ts';

export interface SpawnFxOptions { record: string; secret: string; port?: number; validSeconds?: number }

/** Runs the sandbox rate service as a child process and resolves when it listens; `env` is what rails need. Rejects with its stderr if it ends before. */
export async function spawnSandboxFx({ record, secret, port, validSeconds }: SpawnFxOptions): Promise<SpawnedServer> {
  const args = ['--until-stdin-ends', ...optionArgs({ record, port, 'valid-seconds': validSeconds })];
  const server = await spawnServer(fileURLToPath(new URL('../sandbox-fx.ts', import.meta.url)), args, { FX_RATES_SECRET: secret });
  return { ...server, env: { FX_RATES_URL: server.url, FX_RATES_SECRET: secret } };
}
