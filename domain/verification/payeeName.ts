/** Letters that NFKD does not take apart. */
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ŋ: 'n' };
/** How banks write them without the accent. */
const EXPANDED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };
/** Forms of address. Junior and senior (`jr`, `sr`) are none: they tell a son from his father. */
const TITLES = new Set(['mr', 'mrs', 'ms', 'miss', 'mx', 'dr', 'prof', 'sir', 'herr', 'frau', 'mme', 'mlle', 'monsieur', 'madame', 'sra', 'srta', 'don', 'dona', 'ing', 'dipl', 'mag', 'phd']);

/**
 * Whether a payee's name is the verified person's (product.md "Identity": the payee's name must match). The rule, which errs on the
 * side of refusing: after case, accents (ü = u = ue), punctuation and forms of address are evened out, both names have the same parts,
 * in any order, none missing and none added. A single letter stands for a part that begins with it, but only where at least two
 * other parts are written out and the same in both: "John F. Kennedy" is "John Fitzgerald Kennedy", "J. Kennedy" is not. A name in
 * another script is another name: the user gives it as his document and his bank write it in Latin letters.
 */
export function payeeNameMatches(verified: string, payee: string): boolean {
  const [a, b] = [nameParts(verified), nameParts(payee)];
  if (a.length === 0 || a.length !== b.length) return false;
  const left = [...b];
  const initials: Part[] = [];
  let whole = 0;
  for (const part of a) {
    const at = left.findIndex((other) => same(part, other));
    if (at < 0) {
      initials.push(part);
      continue;
    }
    left.splice(at, 1);
    if (length(part) > 1) whole++;
  }
  if (initials.length === 0) return true;
  if (whole < 2) return false;
  return initials.every((part) => {
    const at = left.findIndex((other) => (length(part) === 1 && startsWith(other, part)) || (length(other) === 1 && startsWith(part, other)));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** A part in all the ways in which it can be written in plain letters; the first is the shortest. */
type Part = readonly string[];

/** The parts of a name that count. */
function nameParts(name: string): Part[] {
  const words = name.normalize('NFC').toLowerCase().replace(/['’ʼ`´]/g, '').split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  const parts = words.filter((word) => !TITLES.has(plain(word)));
  // A name that is made of titles only is taken as it stands.
  return (parts.length > 0 ? parts : words).map((word) => {
    const short = plain(word);
    const long = plain(Array.from(word, (letter) => EXPANDED[letter] ?? letter).join(''));
    return short === long ? [short] : [short, long];
  });
}

const plain = (word: string): string => Array.from(word, (letter) => LETTERS[letter] ?? letter).join('').normalize('NFKD').replace(/\p{M}/gu, '');
const same = (a: Part, b: Part): boolean => a.some((form) => b.includes(form));
const length = (part: Part): number => Array.from(part[0]!).length;
const startsWith = (part: Part, initial: Part): boolean => initial.some((letter) => part.some((form) => form.startsWith(letter)));
