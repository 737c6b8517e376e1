/** What the SEPA rulebooks let a name or a text consist of (EPC217-08). */
const ALLOWED = /^[A-Za-z0-9/\-?:().,'+ ]*$/;

/** Letters that are no base letter with an accent, and signs that have a near one (EPC217-08, annex). */
const INSTEAD: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'SS', Æ: 'AE', æ: 'ae', Œ: 'OE', œ: 'oe', Ø: 'O', ø: 'o', Ð: 'D', ð: 'd', Þ: 'TH', þ: 'th', Ł: 'L', ł: 'l', Đ: 'D', đ: 'd', Ħ: 'H', ħ: 'h', ı: 'i', ĸ: 'k', Ŋ: 'N', ŋ: 'n', Ŧ: 'T', ŧ: 't',
  '&': '+', _: '-', '–': '-', '—': '-', '‘': "'", '’': "'", '`': "'", '´': "'", '"': "'", '“': "'", '”': "'", ';': ',', '@': '(at)', ' ': ' ', '·': '.', '!': '.',
};

/**
 * A text in the letters that every bank of SEPA takes: accents fall away (`Müller` → `Muller`), the letters and signs above become their nearest. Null: it has others (another
 * script), which cannot be guessed.
 */
export function latin(text: string): string | null {
  const written = Array.from(text.normalize('NFKD').replace(/\p{Mn}/gu, '')).map((sign) => INSTEAD[sign] ?? sign).join('').replace(/\s+/g, ' ').trim();
  return ALLOWED.test(written) ? written : null;
}
