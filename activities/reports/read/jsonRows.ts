import { Problem } from '../../../domain/problem.ts';
import { matchEnd, pathOf, SCALAR, SCALAR_PART, SPACE } from './jsonText.ts';
import { MAX_ROW_CHARACTERS } from './source.ts';

/** An element of the array of rows with its exact source text. */
export interface JsonElement {
  lineNumber: number;
  column: number;
  raw: string;
}

export interface JsonScalar {
  path: string;
  /** Source text of a number or literal, content of a string. */
  text: string;
  isNumber: boolean;
  lineNumber: number;
  column: number;
  /** 1-based document of the file. */
  page: number;
}

interface Container {
  isArray: boolean;
  isRows: boolean;
  path: string;
  /** Key of the member, or index of the element, being read. */
  key: string;
  index: number;
  keys: Set<string>;
}

type Expected = 'value' | 'firstValue' | 'firstKey' | 'key' | 'colon' | 'comma' | 'end';

const MAX_DEPTH = 64;
const STRUCTURE = /["{}[\]]/g;

/**
 * Walks a JSON document that arrives in pieces: checks its grammar, hands out the elements of the array at `rowsPath` as
 * source text (so that numbers keep every digit) and the scalars at `scalarPaths`. Holds one element at a time. Paths are
 * keys joined by dots, so a key that has dots itself is found too; the path '' is the document.
 * With `pages` the file may be several such documents one after the other (the pages of an API's answer), each with its rows.
 * Throws JSON_INVALID, ROWS_MISSING, KEY_REPEATED or ROW_TOO_LARGE, each with line and column.
 */
export class JsonRows {
  readonly scalars: JsonScalar[] = [];
  readonly #rowsPath: string;
  readonly #scalarPaths: ReadonlySet<string>;
  readonly #fileName: string;
  readonly #pages: boolean;
  readonly #stack: Container[] = [];
  #text = '';
  #at = 0;
  #line = 1;
  /** Position in `#text` of the current line's first character; negative where it lies in text already dropped. */
  #lineStart = 0;
  /** The next line feed at or after `#at`: -1 before it was looked for, the text's length where there is none. */
  #feed = -1;
  #expected: Expected = 'value';
  #rowsSeen = false;
  #page = 1;
  #pageScalars = 0;

  constructor(rowsPath: string, scalarPaths: ReadonlySet<string>, fileName: string, pages = false) {
    this.#rowsPath = rowsPath;
    this.#scalarPaths = scalarPaths;
    this.#fileName = fileName;
    this.#pages = pages;
  }

  /** Documents begun so far. */
  get pages(): number {
    return this.#page;
  }

  /** Adds text and returns the elements that are now complete; `final` after the last piece. */
  push(text: string, final: boolean): JsonElement[] {
    this.#text = this.#text.slice(this.#at) + text;
    this.#lineStart -= this.#at;
    this.#at = 0;
    this.#feed = -1;
    const elements: JsonElement[] = [];
    while (this.#step(final, elements));
    if (this.#text.length - this.#at > MAX_ROW_CHARACTERS) throw this.#refuse('ROW_TOO_LARGE', `a value is longer than ${MAX_ROW_CHARACTERS} characters`);
    if (final) {
      if (this.#expected !== 'end') throw this.#invalid('it ends before its last bracket is closed');
      this.#needRows();
    }
    return elements;
  }

  /** One token, or one element of the rows; false where more text is needed. */
  #step(final: boolean, elements: JsonElement[]): boolean {
    this.#advance(matchEnd(SPACE, this.#text, this.#at));
    const character = this.#text[this.#at];
    if (character === undefined) return false;
    const top = this.#stack.at(-1);
    switch (this.#expected) {
      case 'end':
        if (!this.#pages) throw this.#invalid('there is text after its end');
        if (character === '\ufeff') return this.#take(1, 'end');
        this.#needRows();
        this.#page++;
        this.#pageScalars = 0;
        this.#rowsSeen = false;
        return this.#take(0, 'value');
      case 'colon':
        if (character !== ':') throw this.#invalid('a colon is missing');
        return this.#take(1, 'value');
      case 'comma':
        if (character === (top?.isArray === true ? ']' : '}')) return this.#close();
        if (character !== ',') throw this.#invalid('a comma or a closing bracket is missing');
        if (top !== undefined) top.index++;
        return this.#take(1, top?.isArray === true ? 'value' : 'key');
      case 'firstKey':
      case 'key': {
        if (character === '}' && this.#expected === 'firstKey') return this.#close();
        if (character !== '"') throw this.#invalid('a key in double quotes is missing');
        const end = this.#stringEnd(this.#at, final);
        if (end === null || top === undefined) return false;
        const key = this.#parsed(this.#at, end) as string;
        const path = pathOf(top.path, key);
        if ((path === this.#rowsPath || this.#scalarPaths.has(path)) && top.keys.has(key)) throw this.#refuse('KEY_REPEATED', `the key "${key}" stands twice in one object`);
        if (top.keys.size < 1_000) top.keys.add(key);
        top.key = key;
        this.#advance(end);
        this.#expected = 'colon';
        return true;
      }
      default:
        if (character === ']' && this.#expected === 'firstValue') return this.#close();
        return top?.isRows === true ? this.#element(final, elements) : this.#value(character, final);
    }
  }

  #value(character: string, final: boolean): boolean {
    const top = this.#stack.at(-1);
    const path = top === undefined ? '' : pathOf(top.path, top.isArray ? String(top.index) : top.key);
    const isRows = path === this.#rowsPath;
    if (isRows && character !== '[') throw this.#refuse('ROWS_MISSING', `at the rowsPath "${this.#rowsPath}" is no array`);
    if (character === '{' || character === '[') {
      if (isRows && this.#rowsSeen) throw this.#refuse('KEY_REPEATED', `the rowsPath "${this.#rowsPath}" leads to two places`);
      if (this.#stack.length >= MAX_DEPTH) throw this.#invalid(`it is nested deeper than ${MAX_DEPTH}`);
      this.#rowsSeen ||= isRows;
      this.#stack.push({ isArray: character === '[', isRows, path, key: '', index: 0, keys: new Set() });
      return this.#take(1, character === '[' ? 'firstValue' : 'firstKey');
    }
    const end = this.#scalarEnd(character, final);
    if (end === null) return false;
    if (this.#scalarPaths.has(path)) {
      const text = character === '"' ? (this.#parsed(this.#at, end) as string) : this.#text.slice(this.#at, end);
      if (this.#pageScalars++ < 100) this.scalars.push({ path, text, isNumber: /[-\d]/.test(character), lineNumber: this.#line, column: this.#at - this.#lineStart + 1, page: this.#page });
    } else if (character === '"') this.#parsed(this.#at, end);
    this.#advance(end);
    this.#expected = this.#stack.length === 0 ? 'end' : 'comma';
    return true;
  }

  #element(final: boolean, elements: JsonElement[]): boolean {
    const character = this.#text[this.#at] ?? '';
    const end = character === '{' || character === '[' ? this.#containerEnd(final) : this.#scalarEnd(character, final);
    if (end === null) return false;
    elements.push({ lineNumber: this.#line, column: this.#at - this.#lineStart + 1, raw: this.#text.slice(this.#at, end) });
    this.#advance(end);
    this.#expected = 'comma';
    return true;
  }

  /** Where the object or array at `#at` closes, by brackets outside of strings; its grammar is checked when it is parsed. */
  #containerEnd(final: boolean): number | null {
    let depth = 0;
    STRUCTURE.lastIndex = this.#at;
    for (let found = STRUCTURE.exec(this.#text); found !== null; found = STRUCTURE.exec(this.#text)) {
      if (found[0] === '"') {
        const end = this.#stringEnd(found.index, final);
        if (end === null) return null;
        STRUCTURE.lastIndex = end;
      } else if (found[0] === '{' || found[0] === '[') {
        if (++depth + this.#stack.length > MAX_DEPTH) {
          this.#advance(found.index);
          throw this.#invalid(`it is nested deeper than ${MAX_DEPTH}`);
        }
      }
      else if (--depth === 0) return found.index + 1;
    }
    if (final) throw this.#invalid('it ends before its last bracket is closed');
    return null;
  }

  #scalarEnd(character: string, final: boolean): number | null {
    if (character === '"') return this.#stringEnd(this.#at, final);
    const part = matchEnd(SCALAR_PART, this.#text, this.#at);
    if (part === this.#text.length && !final) return null;
    if (part === this.#at || matchEnd(SCALAR, this.#text, this.#at) !== part) throw this.#invalid('a value is missing or not written as JSON');
    return part;
  }

  /** Position after the closing quote of the string at `start`. */
  #stringEnd(start: number, final: boolean): number | null {
    for (let quote = this.#text.indexOf('"', start + 1); quote >= 0; quote = this.#text.indexOf('"', quote + 1)) {
      let slashes = 0;
      while (this.#text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
      if (slashes % 2 === 0) return quote + 1;
    }
    if (final) throw this.#invalid('a string is never closed');
    return null;
  }

  #parsed(start: number, end: number): unknown {
    try {
      return JSON.parse(this.#text.slice(start, end));
    } catch {
      throw this.#invalid('a string is not written as JSON');
    }
  }

  #needRows(): void {
    if (!this.#rowsSeen) throw this.#refuse('ROWS_MISSING', `it has no array at the rowsPath "${this.#rowsPath}"${this.#page > 1 ? ` on its page ${this.#page}` : ''}`);
  }

  #close(): boolean {
    this.#stack.pop();
    return this.#take(1, this.#stack.length === 0 ? 'end' : 'comma');
  }

  #take(length: number, expected: Expected): boolean {
    this.#advance(this.#at + length);
    this.#expected = expected;
    return true;
  }

  #advance(to: number): void {
    while (this.#feed < to) {
      if (this.#feed >= 0) {
        this.#line++;
        this.#lineStart = this.#feed + 1;
      }
      const feed = this.#text.indexOf('\n', this.#feed + 1);
      this.#feed = feed < 0 ? this.#text.length : feed;
    }
    this.#at = to;
  }

  #invalid(what: string): Problem {
    return this.#refuse('JSON_INVALID', what);
  }

  #refuse(code: string, what: string): Problem {
    const [line, column] = [this.#line, this.#at - this.#lineStart + 1];
    return new Problem(code, `${this.#fileName} cannot be read: ${what} (line ${line}, column ${column}).`, { at: { file: this.#fileName, line, column } });
  }
}
