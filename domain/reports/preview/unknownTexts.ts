import { exactSum, type ExactSum } from '../exactSum.ts';
import type { UnknownTexts } from './result.ts';

const LISTED = 200;

/** Counts texts that nothing is known about as they come by, with the lots of their lines. */
export class TextCount {
  readonly #texts = new Map<string, { lines: number; lots: ExactSum; firstLine: number }>();

  add(text: string, line: { lineNumber: number; lots: string | null }): void {
    let count = this.#texts.get(text);
    if (count === undefined) this.#texts.set(text, (count = { lines: 0, lots: exactSum(), firstLine: line.lineNumber }));
    count.lines++;
    if (line.lots !== null) count.lots.add(line.lots);
  }

  list(): UnknownTexts {
    const all = [...this.#texts].map(([text, { lines, lots, firstLine }]) => ({ text, lines, lots: lots.total(), firstLine })).sort((a, b) => b.lines - a.lines || a.firstLine - b.firstLine);
    return { texts: all.slice(0, LISTED), more: Math.max(0, all.length - LISTED) };
  }
}
