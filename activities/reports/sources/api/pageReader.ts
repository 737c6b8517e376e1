import type { Hash } from 'node:crypto';
import { Problem } from '../../../../domain/problem.ts';
import { JsonRows } from '../../read/jsonRows.ts';

/** What a page says beside its rows; texts are exact, also those of large numbers. */
export interface PageSaid { rows: number; texts: ReadonlyMap<string, string> }

/** As much of an answer without rows as is looked into for whether it is ready. */
const KEPT_BYTES = 64 << 10;
/** No key can be this: such a document has no rows, but its texts are found. */
const NOWHERE = '\0';

/** Counts a page's rows and finds the texts at some paths while its bytes go by, in constant memory. */
export class PageReader {
  readonly #paths: ReadonlySet<string>;
  readonly #name: string;
  readonly #rows: JsonRows;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #rowHash: Hash;
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #count = 0;
  /** There are no rows where they should be. */
  #without: Problem | null = null;

  /** `rowHash` takes in every row as it is written, and nothing beside the rows. */
  constructor(rowsPath: string, paths: Iterable<string>, name: string, rowHash: Hash) {
    this.#rowHash = rowHash;
    this.#paths = new Set(paths);
    this.#name = name;
    this.#rows = new JsonRows(rowsPath, this.#paths, name);
  }

  /** Throws SOURCE_ANSWER_UNREADABLE. */
  push(bytes: Uint8Array): void {
    if (this.#keptBytes < KEPT_BYTES) this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    this.#read(() => this.#rows.push(this.#decoder.decode(bytes, { stream: true }), false));
  }

  /** `lenient`: whether an answer that says so need not have rows. Throws SOURCE_ANSWER_UNREADABLE. */
  end(lenient: (said: PageSaid) => boolean): PageSaid {
    this.#read(() => this.#rows.push(this.#decoder.decode(), true));
    if (this.#without === null) return { rows: this.#count, texts: textsOf(this.#rows) };
    const said = { rows: 0, texts: this.#textsWithoutRows() };
    if (!lenient(said)) throw this.#without;
    return said;
  }

  #read(work: () => readonly { raw: string }[]): void {
    if (this.#without !== null) return;
    try {
      const rows = work();
      this.#count += rows.length;
      for (const { raw } of rows) this.#rowHash.update(raw).update('\n');
    } catch (error) {
      if (!(error instanceof Problem)) throw error instanceof TypeError ? new Problem('SOURCE_ANSWER_UNREADABLE', 'The answer is not UTF-8.', { cause: error }) : error;
      const unreadable = new Problem('SOURCE_ANSWER_UNREADABLE', `The answer cannot be used: ${error.message}`, { ...(error.at && { at: error.at }), cause: error });
      if (error.code !== 'ROWS_MISSING') throw unreadable;
      this.#without = unreadable;
    }
  }

  #textsWithoutRows(): ReadonlyMap<string, string> {
    const document = new JsonRows(NOWHERE, this.#paths, this.#name);
    try {
      document.push(new TextDecoder().decode(Buffer.concat(this.#kept)), true);
    } catch { /* it has no rows */ }
    return textsOf(document);
  }
}

/** A null is as what is not there. */
const textsOf = (document: JsonRows): ReadonlyMap<string, string> => new Map(document.scalars.map(({ path, text }) => [path, text === 'null' ? '' : text]));
