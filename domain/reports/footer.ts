import { type Pattern, compilePattern } from './pattern.ts';
import type { FileProfile } from './profile.ts';

/** Characters of a first cell that a footer's expression is tried on. */
const FOOTER_CHARACTERS = 200;

/** Tells by a row's first cell whether the footer begins there; null where the profile has none. Throws PATTERN_INVALID. */
export function footerOf({ footer }: Pick<FileProfile, 'footer'>): Pick<Pattern, 'test'> | null {
  if (footer === undefined) return null;
  const pattern = compilePattern(footer);
  return { test: (cell) => pattern.test(cell.slice(0, FOOTER_CHARACTERS)) };
}
