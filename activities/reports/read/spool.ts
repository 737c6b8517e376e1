import { close, open, write } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  let bytesWritten = 0;
  try {
    // Not by a stream: one that fails closes the descriptor by itself, and closing it again could hit a file that was opened meanwhile.
    for await (const chunk of bytes) bytesWritten += await writeAll(fd, chunk);
  } catch (error) {
    await closeFile(fd);
    throw error;
  }
  return { fd, bytes: bytesWritten };
}

async function writeAll(fd: number, chunk: Uint8Array): Promise<number> {
  for (let at = 0; at < chunk.length;) at += (await writeSome(fd, chunk, at, chunk.length - at, null)).bytesWritten;
  return chunk.length;
}

const writeSome = promisify(write);
export const closeFile = promisify(close);
