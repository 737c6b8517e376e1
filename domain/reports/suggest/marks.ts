import type { Confidence } from './types.ts';

export interface Marks {
  decimal: { value: '.' | ','; confidence: Confidence; reason: string } | 'ambiguous';
  thousands: { value: string; reason: string } | null;
  unitSuffix: { value: string; reason: string } | null;
  /** Cells of which the others say otherwise. */
  against: string[];
  /** A cell that can be read both ways, where nothing decides. */
  ambiguousCell: string | null;
}

const SPACES = /[ \u00a0\u2009\u202f]/;
/** A number with marks, and what may stand behind it. */
const NUMBER = /^-?\d(?:[\d.,'’_ \u00a0\u2009\u202f]*\d)?(?<suffix>[\s\u00a0]*\p{L}[\p{L}. ]{0,15}|[\s\u00a0]*[%$€£])?$/u;

/** Whether a cell looks like a number with some marks, and perhaps a unit. */
export const looksNumeric = (text: string): boolean => NUMBER.test(text) && !/^\d{1,4}[./]\d{1,2}[./]\d{1,4}/.test(text);

/** Decimal and thousands marks and the unit behind, by all numbers of a sample: one that can only be read one way decides for all. */
export function findMarks(cells: readonly string[]): Marks {
  const numbers = [...new Set(cells)].filter(looksNumeric);
  const unitSuffix = suffixOf(numbers);
  const bare = numbers.map((text) => text.replace(NUMBER.exec(text)?.groups?.['suffix'] ?? '\0', '').replace(/^-/, '').trim());
  const votes: Record<'.' | ',', string[]> = { '.': [], ',': [] };
  const thousands = new Map<string, string>();
  let ambiguous: string | null = null;
  for (const text of bare) {
    const marks = Array.from(text).filter((letter) => /[.,]/.test(letter));
    const other = /['’_]/.exec(text)?.[0] ?? SPACES.exec(text)?.[0];
    if (other !== undefined) thousands.set(SPACES.test(other) ? ' ' : other, text);
    const [first] = marks as ('.' | ',')[];
    if (first === undefined) continue;
    const last = marks.at(-1) as '.' | ',';
    if (first !== last) {
      votes[last].push(text);
      thousands.set(first, text);
    } else if (marks.length > 1) {
      votes[first === '.' ? ',' : '.'].push(text);
      thousands.set(first, text);
    } else if (other !== undefined || !/^[1-9]\d{0,2}[.,]\d{3}$/.test(text)) votes[first].push(text);
    else ambiguous ??= text;
  }
  const [point, comma] = [votes['.'].length, votes[','].length];
  const undecided = point === 0 && comma === 0 && ambiguous !== null;
  const value = comma > point ? ',' : '.';
  const against = votes[value === '.' ? ',' : '.'].slice(0, 5);
  thousands.delete(value);
  // `1.234` where commas are decimal: thousands.
  if (!undecided && ambiguous?.includes(value === '.' ? ',' : '.') === true) thousands.set(value === '.' ? ',' : '.', ambiguous);
  const [mark] = [...thousands];
  return {
    decimal: undecided ? 'ambiguous' : {
      value, confidence: point + comma === 0 ? 'likely' : against.length > 0 ? 'guess' : 'certain',
      reason: point + comma === 0 ? 'No number of the sample has a decimal mark; a point is the usual one.' : `"${votes[value][0]}" can only be read so${against.length > 0 ? `, but "${against[0]}" says otherwise` : ''}.`,
    },
    thousands: mark === undefined ? null : { value: mark[0], reason: `It parts the groups of "${mark[1]}".` },
    unitSuffix, against, ambiguousCell: undecided ? ambiguous : null,
  };
}

/** One suffix for all numbers: the most frequent one; with the space before it, as it is written. */
function suffixOf(numbers: readonly string[]): Marks['unitSuffix'] {
  const counts = new Map<string, number>();
  for (const text of numbers) {
    const suffix = NUMBER.exec(text)?.groups?.['suffix'];
    if (suffix !== undefined) counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most === undefined ? null : { value: most[0], reason: `${most[1]} of the different numbers end with "${most[0]}".` };
}
