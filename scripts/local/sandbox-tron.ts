import { fileURLToPath } from 'node:url';
import { optionArgs, type SpawnedServer, spawnServer } from './spawned-server.ts';

export interface SpawnTronOptions {
  record: string;
  port?: number;
  /** Milliseconds between blocks; null: only when told. */
  blockMs?: number | null;
  /** Address that gets a million USDT and a hundred thousand TRX on a new chain. */
  fund?: string;
}

/** Runs the stand-in for a TRON node as a child process and resolves when it listens; `env` is what the rail needs besides its key. Rejects with its stderr if it ends before. */
export function spawnSandboxTron({ record, port, blockMs, fund }: SpawnTronOptions): Promise<SpawnedServer> {
  const args = ['--until-stdin-ends', ...optionArgs({ record, port, 'block-ms': blockMs === null ? 'none' : blockMs, fund })];
  return spawnServer(fileURLToPath(new URL('../sandbox-tron.ts', import.meta.url)), args);
}
