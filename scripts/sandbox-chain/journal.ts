import { closeSync, existsSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Transactions that the chain was given, in order: what anvil had not written when it was killed is given to it again. */
export interface TransactionJournal {
  /** Kept on disk when this returns. */
  add(raw: string): void;
  all(): readonly string[];
  close(): void;
}

/** Signed transactions as 0x-hex, one a line; a last line that was cut off by a crash was never answered and is taken away. */
export function transactionJournal(file: string | null): TransactionJournal {
  const kept = file !== null && existsSync(file) ? readFileSync(file, 'latin1') : '';
  const whole = kept.slice(0, kept.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').filter((line) => line !== '');
  const descriptor = file === null ? null : openSync(file, 'a', 0o600);
  if (descriptor !== null && whole.length < kept.length) ftruncateSync(descriptor, whole.length);
  return {
    add(raw) {
      lines.push(raw);
      if (descriptor === null) return;
      writeSync(descriptor, `${raw}\n`);
      fdatasyncSync(descriptor);
    },
    all: () => lines,
    close() { if (descriptor !== null) closeSync(descriptor); },
  };
}
