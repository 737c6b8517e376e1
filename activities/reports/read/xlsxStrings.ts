import { Problem } from '../../../domain/problem.ts';
import { MAX_ROW_CHARACTERS } from './source.ts';
import { walkPart } from './xmlPart.ts';
import { MAX_SHARED_CHARACTERS, MAX_SHARED_STRINGS } from './xlsxLimits.ts';
import type { XlsxZip } from './xlsxZip.ts';

/** Joins the runs of a rich text and leaves out its phonetic hints; used for shared and for inline texts. */
export class RichText {
  #text = '';
  #inText = false;
  #phonetic = 0;

  /** Characters gathered so far. */
  get length(): number {
    return this.#text.length;
  }

  open(name: string): void {
    if (name === 'rPh') this.#phonetic++;
    else if (name === 't') this.#inText = this.#phonetic === 0;
  }

  add(text: string): void {
    if (this.#inText) this.#text += text;
  }

  close(name: string): void {
    if (name === 'rPh') this.#phonetic--;
    else if (name === 't') this.#inText = false;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return unescaped(text);
  }
}

/** Reads every shared text of a workbook, in order. Throws TOO_MANY_TEXTS beyond what memory is meant for, ROW_TOO_LARGE for a text without end. */
export async function readSharedStrings(zip: XlsxZip, part: string, limits = { strings: MAX_SHARED_STRINGS, characters: MAX_SHARED_CHARACTERS }): Promise<string[]> {
  const strings: string[] = [];
  const rich = new RichText();
  let characters = 0;
  const handler = {
    open: (name: string) => rich.open(name),
    text: (text: string) => {
      rich.add(text);
      if (rich.length > MAX_ROW_CHARACTERS) throw new Problem('ROW_TOO_LARGE', `${zip.fileName} cannot be read: the text ${strings.length + 1} of its part ${part} is longer than ${MAX_ROW_CHARACTERS} characters.`, { at: { file: zip.fileName, part } });
    },
    close: (name: string) => {
      rich.close(name);
      if (name !== 'si') return;
      const text = rich.take();
      characters += text.length;
      if (strings.length >= limits.strings || characters > limits.characters) {
        throw new Problem('TOO_MANY_TEXTS', `${zip.fileName} has more than ${limits.strings} distinct texts or ${limits.characters} characters of them: ask the broker for csv, or for a shorter period.`, { at: { file: zip.fileName, part } });
      }
      strings.push(compact(text));
    },
  };
  for await (const _ of walkPart(zip, part, handler));
  return strings;
}

/** A copy of its own, one byte a character where that is enough: what the parser hands out is a view that keeps the whole piece of XML alive. */
function compact(text: string): string {
  const encoding = BEYOND_LATIN.test(text) ? 'utf16le' : 'latin1';
  return Buffer.from(text, encoding).toString(encoding);
}

const BEYOND_LATIN = /[^\0-\xff]/;

/** `_x000D_` stands for a character that XML cannot hold, `_x005F_` for the underscore before such a text. */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
