import { type LineFile, openLines } from '../sandbox/record.ts';

/** Transactions that the chain was given, in order: what anvil had not written when it was killed is given to it again. */
export interface TransactionJournal {
  /** Kept on disk when this returns. */
  add(raw: string): void;
  all(): readonly string[];
  close(): void;
}

/** Signed transactions as 0x-hex, one a line. */
export function transactionJournal(path: string | null): TransactionJournal {
  const { lines, file }: { lines: string[]; file: LineFile<string> | null } = path === null ? { lines: [], file: null } : openLines(path);
  return {
    add(raw) {
      lines.push(raw);
      file?.append(raw);
    },
    all: () => lines,
    close: () => file?.close(),
  };
}
