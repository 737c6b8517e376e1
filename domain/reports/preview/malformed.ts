import type { MalformedGroup, Place } from './result.ts';

/** What a malformed line's sentence speaks of: `Column "Volume" (lots) holds "1,2": it is not a number …` (domain/reports/cells.ts). */
export interface Fault { field: string | null; column: string | null; text: string | null; sentence: string }

/** The sentence without the cell's own text, so that lines with one and the same fault are one group. */
export function faultOf(sentence: string): Fault {
  const cell = /^Column "(.*)" \((\w+)\) (?:holds "(.*)": (.*)|is empty\.)$/s.exec(sentence);
  if (cell === null) return { field: null, column: null, text: null, sentence };
  const [, column = '', field = '', text, clause] = cell;
  return { field, column, text: text ?? '', sentence: clause === undefined ? sentence : `Column "${column}" (${field}): ${clause}` };
}

const PLACES = 5;
const GROUPS = 100;

/** Malformed lines by their fault, the most frequent first, with the first few places of each. */
export function malformedGroups(lines: readonly { lineNumber: number; rowNumber: number; detail: string | null }[]): MalformedGroup[] {
  const groups = new Map<string, MalformedGroup>();
  for (const { lineNumber, rowNumber, detail } of lines) {
    const { text, ...fault } = faultOf(detail ?? '');
    let group = groups.get(fault.sentence);
    if (group === undefined) groups.set(fault.sentence, (group = { ...fault, lines: 0, places: [] as Place[] }));
    group.lines++;
    if (group.places.length < PLACES) group.places.push({ lineNumber, rowNumber, text });
  }
  return [...groups.values()].sort((a, b) => b.lines - a.lines).slice(0, GROUPS);
}
