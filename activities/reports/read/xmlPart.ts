import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { Problem } from '../../../domain/problem.ts';
import { MAX_ROW_CHARACTERS } from './source.ts';
import { damaged, type XlsxZip } from './xlsxZip.ts';

/** Takes the elements of a part by their local names, in their order. */
export interface PartHandler {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text(text: string): void;
}

/** Characters before the first element beyond which a part is no sheet of a workbook. */
const MAX_PROLOGUE = 65_536;

/**
 * Walks one XML part in constant memory and yields after each piece, so that the caller can hand on what the handler gathered.
 * Throws XML_DTD where the part declares a document type (no workbook needs one; it could name files or multiply itself), XLSX_DAMAGED
 * with part, line and column where it is no XML, ROW_TOO_LARGE where one text has no end.
 */
export async function* walkPart(zip: XlsxZip, part: string, handler: PartHandler): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const place = (): Record<string, string | number> => ({ part, line: parser.line, column: parser.column });
  // Elements seen in all and before the piece being read; characters since the last piece that had one.
  let [seen, before, since] = [0, 0, 0];
  parser.on('error', (error) => { throw damaged(zip.fileName, error, `its part ${part} is no XML in line ${parser.line}, column ${parser.column} (${error.message.slice(0, 120)})`, place()); });
  parser.on('doctype', () => { throw dtd(zip.fileName, part, place()); });
  parser.on('opentag', (tag) => {
    seen++;
    handler.open(local(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    seen++;
    handler.close(local(tag.name));
  });
  parser.on('text', (text) => handler.text(text));
  parser.on('cdata', (text) => handler.text(text));
  let decoder: TextDecoder | null = null;
  const write = (bytes: Uint8Array, final: boolean): void => {
    decoder ??= decoderOf(bytes);
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: !final });
    } catch (cause) {
      throw damaged(zip.fileName, cause, `its part ${part} is not text in ${decoder.encoding} after line ${parser.line}`, place());
    }
    parser.write(text);
    since = seen > before ? 0 : since + text.length;
    before = seen;
    if (seen === 0 && since > MAX_PROLOGUE) throw damaged(zip.fileName, null, `its part ${part} has no element in its first ${MAX_PROLOGUE} characters`, place());
    if (since > MAX_ROW_CHARACTERS) throw new Problem('ROW_TOO_LARGE', `${zip.fileName} cannot be read: a text of its part ${part} is longer than ${MAX_ROW_CHARACTERS} characters.`, { at: { file: zip.fileName, ...place() } });
  };
  for await (const bytes of zip.bytes(part)) {
    write(bytes, false);
    yield;
  }
  write(new Uint8Array(0), true);
  parser.close();
  yield;
}

/** XML of a workbook is UTF-8 or, with its mark, UTF-16. */
function decoderOf(head: Uint8Array): TextDecoder {
  const label = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(label, { fatal: true });
}

function dtd(fileName: string, part: string, at: Record<string, string | number>): Problem {
  return new Problem('XML_DTD', `${fileName} is refused: its part ${part} declares a document type (DTD), which no workbook has and which can name other files or multiply itself.`, { at: { file: fileName, ...at } });
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Attribute by its local name (`r:id` → `id`). */
export function attribute(attributes: Record<string, string>, name: string): string | undefined {
  const own = attributes[name];
  if (own !== undefined) return own;
  for (const key in attributes) if (local(key) === name) return attributes[key];
  return undefined;
}
