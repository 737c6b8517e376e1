import { TextDecoder } from 'node:util';
import type { Statement } from '../../domain/disputes/statement.ts';
import { Problem } from '../../domain/problem.ts';
import { TimeZone } from '../../domain/reports/timeZone.ts';
import { HtmlRows, tooLarge, type HtmlCell } from './htmlRows.ts';
import { Mt4Statement } from './mt4Statement.ts';
import { Mt5Statement } from './mt5Statement.ts';
import { Unreadable } from './statementCells.ts';

export const MAX_BYTES = 64 * 1_048_576;
/** Rows before the platform must be clear. */
const HEAD_ROWS = 20;
const MAX_UNREAD = 1_000;

/**
 * Reads a trader's HTML statement of MT4 ("Save as Detailed Report") or MT5 ("Trade history report") as evidence for a dispute. With the server's zone
 * (IANA name or `+02:00`) times get their instants. Rows that cannot be read are listed, not dropped.
 * Throws STATEMENT_UNKNOWN where the page is neither, STATEMENT_TOO_LARGE, TIME_ZONE_UNKNOWN.
 */
export async function readStatement(bytes: AsyncIterable<Uint8Array>, options: { timeZone?: string } = {}): Promise<Statement> {
  const zone = options.timeZone === undefined ? null : new TimeZone(options.timeZone);
  let reader: Mt4Statement | Mt5Statement | null = null;
  const head: HtmlCell[][] = [];
  const feed = (to: Mt4Statement | Mt5Statement, cells: HtmlCell[], row: number): void => {
    try {
      to.row(cells);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      if (to.statement.unread.length >= MAX_UNREAD) throw tooLarge(`more than ${MAX_UNREAD} of its rows cannot be read`);
      to.statement.unread.push({ row, why: error.message });
    }
  };
  const page = new HtmlRows((cells, row) => {
    if (reader !== null) return feed(reader, cells, row);
    head.push(cells);
    reader = platformOf(page, cells, zone);
    if (reader === null) {
      if (row >= HEAD_ROWS) throw unknown();
      return;
    }
    for (const [at, earlier] of head.splice(0).entries()) feed(reader, earlier, at + 1);
  });
  await decodeInto(bytes, page);
  const read = reader as Mt4Statement | Mt5Statement | null;
  if (read === null || read.statement.account === '') throw unknown();
  if (read.statement.platform === 'mt4') read.statement.company = page.preface.replace(/[\s\u00a0]+/g, ' ').trim() || null;
  return read.statement;
}

function platformOf(page: HtmlRows, cells: HtmlCell[], zone: TimeZone | null): Mt4Statement | Mt5Statement | null {
  const text = cells.map((cell) => cell.text).join(' ');
  if (/trade history report/i.test(`${text} ${page.title}`)) return new Mt5Statement(zone);
  if (/^account:\s*\d/i.test(text) && /^statement:/i.test(page.title.trim())) return new Mt4Statement(zone);
  return /^closed transactions:/i.test(text) ? new Mt4Statement(zone) : null;
}

/** MT5 writes UTF-16 with its mark, MT4 the computer's own code page; only comments and names can be other than ASCII, so nothing is refused for them. */
async function decodeInto(bytes: AsyncIterable<Uint8Array>, page: HtmlRows): Promise<void> {
  let decoder: TextDecoder | null = null;
  let head: Uint8Array = new Uint8Array(0);
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > MAX_BYTES) throw tooLarge(`it is larger than ${MAX_BYTES} bytes`);
    if (decoder !== null) {
      page.write(decoder.decode(chunk, { stream: true }));
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 1_024) continue;
    decoder = decoderOf(head);
    page.write(decoder.decode(head, { stream: true }));
  }
  if (decoder === null) page.write((decoder = decoderOf(head)).decode(head, { stream: true }));
  page.write(decoder.decode());
  page.end();
}

function decoderOf(head: Uint8Array): TextDecoder {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0x3c && head[1] === 0)) return new TextDecoder('utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be');
  const named = /charset\s*=\s*["']?\s*([\w-]{1,40})/i.exec(Buffer.from(head).toString('latin1'))?.[1] ?? 'utf-8';
  try {
    // A page that can be read as single bytes is not UTF-16, whatever it says.
    return new TextDecoder(/^utf-?16/i.test(named) ? 'utf-8' : named);
  } catch {
    return new TextDecoder('utf-8');
  }
}

function unknown(): Problem {
  return new Problem('STATEMENT_UNKNOWN', 'The file is no statement of MT4 ("Save as Detailed Report") or MT5 ("Trade history report" as HTML) in English. Save it so from the terminal, with its language set to English, and hand that in.');
}
