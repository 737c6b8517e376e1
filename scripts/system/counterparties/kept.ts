import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../local/ports.ts';

/** Starts on the port of the last start, where that is free, and keeps it: an address that was copied goes on to work. */
export async function keptPort<T extends { url: string }>(folder: string, start: (port: number) => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'port');
  const port = await freePort(existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined);
  const started = await start(port);
  writeFileSync(file, String(port));
  return started;
}

/** A secret text of this folder, made once by `make`. */
export function keptSecret(folder: string, name: string, make: () => string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
