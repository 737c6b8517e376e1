import { Problem } from '../../../domain/problem.ts';
import type { RowReader } from './source.ts';

/** Bytes looked at before anything is read. */
const HEAD = 1_024;

/**
 * Guards a reader against files that are plainly something else than the profile's format: an HTML page (a trader's MT4 or MT5 statement,
 * a portal's page saved as .xls) under any format, a zip or an old Excel file under one of text.
 * Throws STATEMENT_IS_NO_REPORT or FORMAT_WRONG.
 */
export function known(reader: RowReader): RowReader {
  return async function* (source, profile) {
    const bytes = source.bytes[Symbol.asyncIterator]();
    const chunks: Uint8Array[] = [];
    try {
      for (let length = 0; length < HEAD;) {
        const next = await bytes.next();
        if (next.done === true) break;
        chunks.push(next.value);
        length += next.value.length;
      }
      refuseOther(Buffer.concat(chunks).subarray(0, HEAD), profile.format, source.fileName);
      yield* reader({ ...source, bytes: after(chunks, bytes) }, profile);
    } finally {
      await bytes.return?.();
    }
  };
}

async function* after(chunks: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function refuseOther(head: Buffer, format: string, fileName: string): void {
  const text = head.toString('latin1').replaceAll('\0', '').replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '').trimStart();
  const at = { file: fileName, line: 1, column: 1 };
  if (/^<(?:!doctype\s+html|html|head|body|table)\b/i.test(text)) {
    throw new Problem('STATEMENT_IS_NO_REPORT', `${fileName} is an HTML page, such as a trader's MT4 or MT5 statement, and no report of a broker: no cashback comes from it. A statement can be handed in with a dispute; for a report ask the broker's partner portal for csv, xlsx or json.`, { at });
  }
  if (format === 'xlsx' || head.length < 4) return;
  const mark = head.readUInt32BE(0);
  const other = mark === 0x504b0304 ? 'a zip, perhaps an xlsx workbook' : mark === 0xd0cf11e0 ? 'an old Excel file (.xls)' : null;
  if (other !== null) throw new Problem('FORMAT_WRONG', `${fileName} is ${other}, the profile says ${format}. Check the profile's format, or ask for the file as ${format}.`, { at });
}
