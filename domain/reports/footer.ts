/** Characters of a first cell that a footer's expression is tried on. */
export const FOOTER_CHARACTERS = 200;

/**
 * Says what is wrong with a profile's footer expression, null where it can be used on a million rows: it must compile, and
 * nothing in it may make trying it explode (a repeated group, a look-around, a reference back).
 */
export function footerFault(footer: string): string | null {
  try {
    new RegExp(footer);
  } catch {
    return 'is no regular expression';
  }
  const bare = footer.replace(/\\[^1-9k]/g, 'x').replace(/\[(?:\\.|[^\]])*\]/g, 'x');
  if (/\\[1-9k]/.test(bare)) return 'refers back to a group, which may take for ever';
  if (/\(\?(?!:)/.test(bare)) return 'has a look-around or a named group, which a footer does not need';
  if (/\)[*+{]/.test(bare)) return 'repeats a group, which may take for ever; repeat single characters';
  if ((bare.match(/[*+{]/g) ?? []).length > 4) return 'repeats more than four times, which may take for ever';
  return null;
}
