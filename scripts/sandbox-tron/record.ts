import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What became of a transaction in its block. `moved` is what its Transfer says; null: it moved nothing. Whole numbers as text: energy units, sun, token units. */
export interface Executed { id: string; result: 'SUCCESS' | 'REVERT' | 'OUT_OF_ENERGY'; energy: string; energyFee: string; netFee: string; moved: { to: string; amount: string } | null }

export type Line =
  | { type: 'genesis'; at: number; token: string; energyPrice: string }
  /** An operator of the sandbox gave an account something, or paused the token. */
  | { type: 'give'; address: string; token?: string; trx?: string; energy?: string }
  | { type: 'paused'; paused: boolean }
  | { type: 'pending'; hex: string }
  /** The node forgot a transaction that it had taken. */
  | { type: 'forgotten'; id: string }
  | { type: 'block'; at: number; executed: Executed[] }
  /** Blocks above `to` were replaced; what they held is pending again, or is forgotten. */
  | { type: 'unwound'; to: number; forget: boolean };

/** The node's durable record: lines of JSON, synced before anything is answered. A torn last line was never answered and is cut off on opening. */
export class TronRecord {
  readonly lines: readonly Line[];
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a+', 0o600);
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) ftruncateSync(this.file, whole);
    this.lines = bytes.subarray(0, whole).toString('utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
  }

  /** Durable when it returns. */
  append(line: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let written = 0; written < bytes.length;) written += writeSync(this.file, bytes, written);
    fdatasyncSync(this.file);
  }

  close(): void { closeSync(this.file); }
}
