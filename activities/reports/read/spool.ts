import { close, createWriteStream, open } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** A file without a name: its descriptor is all there is. */
export interface Spooled {
  fd: number;
  bytes: number;
}

/**
 * Writes a stream into a temporary file that can be read at any place. Its name is taken away before the first byte is written, so
 * that nothing of it outlives the process, however that ends. The caller closes the descriptor.
 */
export async function spool(bytes: AsyncIterable<Uint8Array>): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  let fd: number;
  try {
    fd = await promisify(open)(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  let written = 0;
  try {
    await pipeline(bytes, async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        written += chunk.length;
        yield chunk;
      }
    }, createWriteStream('', { fd, autoClose: false }));
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
  return { fd, bytes: written };
}

export const closeFile = promisify(close);
