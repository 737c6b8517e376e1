import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Characters that COPY's text format reserves; NUL Postgres cannot keep in text at all. */
const RESERVED = /[\\\t\n\r]/;
const EACH_RESERVED = /[\\\t\n\r]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const NULL = '\\N';

/** A text as a cell of COPY's text format. */
export function copyCell(value: string | null): string {
  if (value === null) return NULL;
  return RESERVED.test(value) ? value.replace(EACH_RESERVED, (mark) => ESCAPED[mark]!) : value;
}

/** Rows into a table by COPY: `table (columns)`, and its rows as text in pieces of any size. Fails as INSERT would. */
export async function copyIn(client: pg.PoolClient, target: string, pieces: Iterable<string | Buffer> | AsyncIterable<string | Buffer>): Promise<void> {
  await pipeline(Readable.from(pieces, { objectMode: false, highWaterMark: 1 << 20 }), client.query(copyFrom(`COPY ${target} FROM STDIN`)));
}

const UNESCAPED: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const EACH_ESCAPE = /\\(.)/g;

/** A cell of COPY's text format as what it stands for. */
export function cellText(cell: string): string | null {
  if (cell === NULL) return null;
  return cell.includes('\\') ? cell.replace(EACH_ESCAPE, (_, mark: string) => UNESCAPED[mark] ?? mark) : cell;
}

/**
 * The rows of a query by COPY, several times cheaper than as objects: each row's cells as COPY writes them (`cellText` reads one), in
 * batches as they arrive. COPY takes no parameters: `query` has its values written in. Whoever does not read to the end must not use
 * the client again (release it as broken).
 */
export async function* copyOut(client: pg.PoolClient, query: string): AsyncGenerator<string[][]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const bytes of client.query(copyTo(`COPY (${query}) TO STDOUT`, { highWaterMark: 1 << 18 })) as AsyncIterable<Buffer>) {
    const text = rest + decoder.write(bytes);
    const end = text.lastIndexOf('\n');
    if (end < 0) {
      rest = text;
      continue;
    }
    rest = text.slice(end + 1);
    yield text.slice(0, end).split('\n').map((row) => row.split('\t'));
  }
}

/** `2026-11-02 09:00:00.5+00`, as a session in UTC writes an instant, as ISO text with milliseconds. */
export function isoInstant(text: string): string {
  if (text.length === 22 && text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, 19)}.000Z`;
  return new Date(`${text.slice(0, -3).replace(' ', 'T')}Z`).toISOString();
}
