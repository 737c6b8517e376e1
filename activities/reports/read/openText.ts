import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { Problem } from '../../../domain/problem.ts';
import { TextPlace } from './textPlace.ts';

/** Bytes decoded at a time, so that one large chunk does not make one large text. */
const PIECE = 65_536;

/**
 * Decodes a file strictly: a byte order mark is dropped and beats the label, a byte that is no text in the encoding refuses the file, and so does a NUL.
 * Throws ENCODING_UNKNOWN, ENCODING_WRONG or NUL_IN_TEXT, with line and column (and for UTF-8 the byte); where another encoding cannot go on, with the line near which that is.
 *
 * @param label WHATWG encoding label of the profile
 */
export async function* openText(bytes: AsyncIterable<Uint8Array>, label: string, fileName: string): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let head: Uint8Array = new Uint8Array(0);
  const place = new TextPlace();
  let offset = 0;
  let pending: Uint8Array = new Uint8Array(0);

  const decode = (using: TextDecoder, piece: Uint8Array, final: boolean): string => {
    let text: string;
    try {
      text = using.decode(piece, { stream: !final });
    } catch (cause) {
      throw wrong(using.encoding, Buffer.concat([pending, piece]), offset - pending.length, place, fileName, cause);
    }
    refuseControls(text, using.encoding, place, fileName);
    place.add(text);
    if (using.encoding === 'utf-8') pending = unfinished(Buffer.concat([pending.subarray(0, 3), piece.subarray(-4)]));
    offset += piece.length;
    return text;
  };

  for await (const chunk of bytes) {
    let rest = chunk;
    if (decoder === null) {
      rest = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (rest.length < 3) {
        head = Uint8Array.from(rest);
        continue;
      }
      decoder = decoderFor(rest, label, fileName);
    }
    for (let at = 0; at < rest.length; at += PIECE) {
      const text = decode(decoder, rest.subarray(at, at + PIECE), false);
      if (text !== '') yield text;
    }
  }
  decoder ??= decoderFor(head, label, fileName);
  const text = decode(decoder, offset === 0 ? head : new Uint8Array(0), true);
  if (text !== '') yield text;
}

function decoderFor(head: Uint8Array, label: string, fileName: string): TextDecoder {
  const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 'utf-8'
    : head[0] === 0xff && head[1] === 0xfe ? 'utf-16le'
    : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
  try {
    return new TextDecoder(marked ?? label, { fatal: true });
  } catch (cause) {
    throw new Problem('ENCODING_UNKNOWN', `The profile's encoding "${label}" is no encoding label: name one as "utf-8" or "windows-1252".`, { cause, at: { file: fileName, field: 'encoding' } });
  }
}

/** Byte, line and column of the first byte that is no UTF-8; for other encodings the line near which decoding stopped. */
function wrong(encoding: string, bytes: Buffer, offset: number, place: TextPlace, fileName: string, cause: unknown): Problem {
  if (encoding !== 'utf-8') {
    const { line } = place;
    return new Problem('ENCODING_WRONG', `${fileName} is not text in ${encoding}: decoding stops after line ${line}. Check the profile's encoding.`, { cause, at: { file: fileName, line } });
  }
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle - unfinished(bytes.subarray(0, middle)).length))) good = middle;
    else bad = middle;
  }
  good -= unfinished(bytes.subarray(0, good)).length;
  const { line, column } = place.after(bytes.subarray(0, good).toString('utf8').replace(offset === 0 ? /^\ufeff/ : '', ''));
  const byte = offset + good + 1;
  return new Problem('ENCODING_WRONG', `${fileName} is not text in ${encoding}: byte ${byte}, in line ${line}, column ${column}, does not belong there. Check the profile's encoding.`, {
    cause, at: { file: fileName, line, column, byte },
  });
}

/** The bytes of a character begun at the end of `bytes` (UTF-8), empty where it ends with a whole one. */
function unfinished(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80 || byte > 0xf4) break;
    if (byte >= 0xc2) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return Uint8Array.from(bytes.subarray(bytes.length - (back < needs ? back : 0)).subarray(0, back < needs ? back : 0));
    }
  }
  return new Uint8Array(0);
}

/** NUL never stands in text; C1 controls are what a one-byte encoding gives for bytes that it does not have. */
function refuseControls(text: string, encoding: string, place: TextPlace, fileName: string): void {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const at = place.after(text.slice(0, nul));
    throw new Problem('NUL_IN_TEXT', `${fileName} has a NUL character in line ${at.line}, column ${at.column}: it is damaged or no text file in ${encoding}.`, { at: { file: fileName, ...at } });
  }
  if (encoding.startsWith('utf-') || encoding === 'gb18030') return;
  const control = text.search(/[\u0080-\u009f]/);
  if (control < 0) return;
  const at = place.after(text.slice(0, control));
  throw new Problem('ENCODING_WRONG', `${fileName} is not text in ${encoding}: line ${at.line}, column ${at.column}, has a byte without a character. Check the profile's encoding.`, { at: { file: fileName, ...at } });
}
