import { hash } from 'node:crypto';

/** Hash of a row's mapped cells (trimmed, in fixed field order) as 64 hex digits; cells cannot run into each other. */
export function rowHash(cells: string[]): string {
  return hash('sha256', cells.join('\u001f'), 'hex');
}

/**
 * Digest of a multiset of rows in constant memory: the sum of their hashes modulo 2^256, with their number. Order
 * does not matter, how often a row stands in the file does.
 */
export class ContentDigest {
  #sum = 0n;
  #rows = 0;

  add(rowHashHex: string): void {
    this.#sum += BigInt(`0x${rowHashHex}`);
    this.#rows++;
  }

  hex(): string {
    return hash('sha256', `${this.#rows}:${(this.#sum % (1n << 256n)).toString(16)}`, 'hex');
  }
}
