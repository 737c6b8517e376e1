import { Problem } from '../../../domain/problem.ts';
import { walkPart } from './xmlPart.ts';
import { MAX_SHARED_CHARACTERS, MAX_SHARED_STRINGS } from './xlsxLimits.ts';
import type { XlsxZip } from './xlsxZip.ts';

/** Joins the runs of a rich text and leaves out its phonetic hints; used for shared and for inline texts. */
export class RichText {
  #text = '';
  #inText = false;
  #phonetic = 0;

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

/** Reads every shared text of a workbook, in order. Throws TOO_MANY_TEXTS beyond what memory is meant for. */
export async function readSharedStrings(zip: XlsxZip, part: string, limits = { strings: MAX_SHARED_STRINGS, characters: MAX_SHARED_CHARACTERS }): Promise<string[]> {
  const strings: string[] = [];
  const rich = new RichText();
  let characters = 0;
  const handler = {
    open: (name: string) => rich.open(name),
    text: (text: string) => rich.add(text),
    close: (name: string) => {
      rich.close(name);
      if (name !== 'si') return;
      const text = rich.take();
      characters += text.length;
      if (strings.length >= limits.strings || characters > limits.characters) {
        throw new Problem('TOO_MANY_TEXTS', `${zip.fileName} has more than ${limits.strings} distinct texts or ${limits.characters} characters of them: ask the broker for csv, or for a shorter period.`, { at: { file: zip.fileName, part } });
      }
      strings.push(text);
    },
  };
  for await (const _ of walkPart(zip, part, handler));
  return strings;
}

/** `_x000D_` stands for a character that XML cannot hold, `_x005F_` for the underscore before such a text. */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
