import type { ReportLine } from './line.ts';

/**
 * Whether a file may have a ticket more than once, found while it is read: by a 53-bit hash of each (kind, server, ticket) in an open table of
 * numbers, 16 to 32 bytes a line. It may say yes where there is none (then the database looks and finds none), never no where there is one.
 */
export class TicketsSeen {
  #table = new Float64Array(1 << 12);
  #count = 0;
  #repeated = false;

  /** Once a ticket may have been repeated, no more is needed. */
  get maybeRepeated(): boolean {
    return this.#repeated;
  }

  add(line: Pick<ReportLine, 'ticket' | 'kind' | 'server' | 'malformed'>): void {
    if (this.#repeated || line.ticket === null || line.malformed !== null || (line.kind !== 'trade' && line.kind !== 'adjustment')) return;
    if (this.#insert(hash53(line.kind, line.server ?? '', line.ticket))) {
      this.#repeated = true;
      this.#table = new Float64Array(0);
    } else if (++this.#count * 2 > this.#table.length) this.#grow();
  }

  /** True where it stood there before. Zero is a free place. */
  #insert(value: number): boolean {
    const mask = this.#table.length - 1;
    for (let at = value & mask; ; at = (at + 1) & mask) {
      const there = this.#table[at];
      if (there === value) return true;
      if (there !== 0) continue;
      this.#table[at] = value;
      return false;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Float64Array(old.length * 2);
    for (const value of old) if (value !== 0) this.#insert(value);
  }
}

/** Two 32-bit mixes at once (the public-domain "cyrb53"), never zero. */
function hash53(...texts: string[]): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    high = Math.imul(high ^ 0x1f, 2654435761);
    low = Math.imul(low ^ 0x1f, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (2097151 & low) * 4294967296 + (high >>> 0) || 1;
}
