import type { Pool } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** COPY's binary format: a signature of 11 bytes, flags, and the length of an extension that does not exist. */
const HEADER = 19;
/** Of each row: the number of its fields (one, or −1 after the last row) and the field's length. */
const ROW = 6;

/**
 * A kept file's bytes as received, in one pass on a connection of its own: a large file as a query's rows would be read as
 * hexadecimal text, twice as large.
 */
export async function* reportBytes(pool: Pool, reportId: string): AsyncGenerator<Uint8Array> {
  const client = await pool.connect();
  let whole = false;
  try {
    const id = client.escapeLiteral(reportId);
    const copy = client.query(copyTo(`COPY (SELECT bytes FROM report_chunk WHERE report_id = coalesce((SELECT file_of FROM report WHERE id = ${id}), ${id}) ORDER BY no) TO STDOUT (FORMAT binary)`));
    let skip = HEADER;
    let head = Buffer.alloc(0);
    let left = 0;
    for await (const chunk of copy as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        if (skip > 0) {
          const part = Math.min(skip, chunk.length - at);
          [skip, at] = [skip - part, at + part];
        } else if (left > 0) {
          const part = chunk.subarray(at, at + left);
          [left, at] = [left - part.length, at + part.length];
          yield part;
        } else {
          const part = chunk.subarray(at, at + ROW - head.length);
          head = Buffer.concat([head, part]);
          at += part.length;
          if (head.length < ROW) continue;
          left = head.readInt32BE(2);
          head = Buffer.alloc(0);
        }
      }
    }
    whole = true;
  } finally {
    // Of a copy that was left before its end the rest would still come.
    client.release(!whole);
  }
}
