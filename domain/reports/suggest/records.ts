/** A record of a delimited text with the physical line where it begins (from 1). */
export interface SampleRecord { line: number; cells: string[] }

/** Records of the beginning of a text are enough to tell what the whole is like. */
const MOST = 20_000;

/** Splits as the reader of reports does (a quote counts at the beginning of a cell only), forgiving what it refuses: this only looks. */
export function splitRecords(text: string, delimiter: string, quote: string, most = MOST): SampleRecord[] {
  const records: SampleRecord[] = [];
  let [at, line] = [0, 1];
  while (at < text.length && records.length < most) {
    const record: SampleRecord = { line, cells: [] };
    for (;;) {
      let cell: string;
      if (quote !== '' && text.startsWith(quote, at)) {
        const close = closing(text, quote, at + 1);
        const inside = text.slice(at + 1, close);
        line += lineEnds(inside);
        const end = cellEnd(text, delimiter, Math.min(close + 1, text.length));
        cell = inside.replaceAll(quote + quote, quote) + text.slice(close + 1, end);
        at = end;
      } else {
        const end = cellEnd(text, delimiter, at);
        cell = text.slice(at, end);
        at = end;
      }
      record.cells.push(cell.trim());
      if (text[at] !== delimiter) break;
      at++;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    records.push(record);
  }
  return records;
}

function closing(text: string, quote: string, from: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2)) if (text[at + 1] !== quote) return at;
  return text.length;
}

function cellEnd(text: string, delimiter: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === delimiter || letter === '\n' || letter === '\r') return at;
  }
  return text.length;
}

const lineEnds = (text: string): number => (text.match(/\r\n|\r|\n/g) ?? []).length;
export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell === '');
