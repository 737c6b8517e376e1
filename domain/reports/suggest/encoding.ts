import type { Confidence } from './types.ts';

export interface EncodingGuess { encoding: string; text: string; confidence: Confidence; reason: string }

/** One-byte and other encodings that brokers' systems write, the likelier first. */
const CANDIDATES = ['windows-1252', 'windows-1251', 'windows-1250', 'gb18030', 'shift_jis', 'big5', 'euc-kr', 'windows-1253', 'windows-1254'] as const;

/**
 * The encoding of a sample: a byte order mark, then strict UTF-8, then zeros between letters (UTF-16), then the encoding whose letters look most like words.
 *
 * @param bytes whole, or cut anywhere
 */
export function guessEncoding(bytes: Uint8Array): EncodingGuess {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (marked !== null) return { encoding: marked, text: new TextDecoder(marked).decode(bytes), confidence: 'certain', reason: 'The file begins with a byte order mark.' };
  const zeros = zeroShare(bytes);
  if (zeros !== null) return { encoding: zeros, text: new TextDecoder(zeros).decode(bytes), confidence: 'likely', reason: 'Every other byte is zero, as where each letter takes two bytes.' };
  if (bytes.every((byte) => byte < 0x80)) return { encoding: 'utf-8', text: new TextDecoder().decode(bytes), confidence: 'certain', reason: 'All bytes are ASCII, which reads the same in every usual encoding.' };
  const utf8 = strictly('utf-8', bytes);
  if (utf8 !== null) return { encoding: 'utf-8', text: utf8, confidence: 'certain', reason: 'Every byte is valid UTF-8, also those beyond ASCII.' };
  const scored = CANDIDATES.flatMap((encoding) => {
    const text = strictly(encoding, bytes);
    return text === null ? [] : [{ encoding, text, score: wordLikeness(text) }];
  }).sort((a, b) => b.score - a.score);
  const [best] = scored;
  if (best === undefined) return { encoding: 'windows-1252', text: new TextDecoder('windows-1252').decode(bytes), confidence: 'guess', reason: 'The bytes are no text in any encoding that was tried.' };
  return { encoding: best.encoding, text: best.text, confidence: best.score > 0.9 ? 'likely' : 'guess', reason: `The file is not UTF-8; in ${best.encoding} its letters beyond ASCII make words. Look at a name with accents in the preview.` };
}

function zeroShare(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const head = bytes.subarray(0, 2_000);
  let [even, odd] = [0, 0];
  for (const [at, byte] of head.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  const pairs = head.length / 2;
  if (pairs < 4) return null;
  return odd > pairs * 0.6 && even < pairs * 0.1 ? 'utf-16le' : even > pairs * 0.6 && odd < pairs * 0.1 ? 'utf-16be' : null;
}

/** The text, null where a byte has no meaning; an unfinished letter at the end of a cut sample is none. */
function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** Share of the letters beyond ASCII that stand in words of their own script, less the marks that stand inside words. */
function wordLikeness(text: string): number {
  let [sound, odd] = [0, 0];
  for (const [word] of text.matchAll(/[^\s,;|"'\d]*[\u0080-\uffff][^\s,;|"'\d]*/gu)) {
    for (const letter of Array.from(word).filter((one) => one > '\u007f')) {
      if (!/\p{L}/u.test(letter)) odd += /[€£¥§°®™–—‘’“”…\u00a0]/.test(letter) ? 0.2 : 1;
      else sound += inItsScript(letter, word) ? 1 : 0;
    }
  }
  return sound + odd === 0 ? 0 : (sound - odd) / (sound + odd || 1);
}

/** Accents stand among Latin letters, Cyrillic among Cyrillic; a capital does not stand behind a small letter. */
function inItsScript(letter: string, word: string): boolean {
  const others = Array.from(word).filter((one) => one !== letter && /\p{L}/u.test(one));
  const script = /\p{Script=Latin}/u.test(letter) ? /\p{Script=Latin}/u : /\p{Script=Cyrillic}/u.test(letter) ? /\p{Script=Cyrillic}/u : /\p{Script=Greek}/u.test(letter) ? /\p{Script=Greek}/u : null;
  if (script === null) return Array.from(word).filter((one) => /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(one)).length >= 2 && Array.from(word).every((one) => one < '\u0080' || /[\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7af\uff00-\uffef]/.test(one));
  if (/\p{Ll}\p{Lu}/u.test(word) && /\p{Lu}/u.test(letter)) return false;
  if (script.source.includes('Latin') && others.length > 0) return others.filter((one) => one.charCodeAt(0) < 0x80).length * 2 >= others.length;
  return others.every((one) => script.test(one));
}
