import { Problem } from '../../../domain/problem.ts';
import { damaged, type MailField, onlyField, readHeader } from './emlFields.ts';

/** A part without parts: its own header fields, and its body as it was sent (still encoded). */
export interface MailPart { fields: MailField[]; type: string; body: Buffer }

/** Far beyond what any broker sends, and little enough to cost nothing. */
export const MAIL_LIMITS = { bytes: 52_428_800, depth: 8, parts: 100, /** Places that look like the start of a part. */ marks: 10_000 } as const;

/**
 * Every part of a mail that is not itself made of parts, in order. Attached mails are not opened: what they hold was sent by somebody
 * else. Throws MAIL_TRUNCATED where an end is missing, MAIL_TOO_DEEP, MAIL_TOO_MANY_PARTS, MAIL_DAMAGED.
 */
export function mailParts(fields: MailField[], body: Buffer, fileName: string): MailPart[] {
  const found: MailPart[] = [];
  const walk = (own: MailField[], content: Buffer, depth: number): void => {
    const { type, boundary } = contentType(own, fileName);
    if (!type.startsWith('multipart/')) {
      found.push({ fields: own, type, body: content });
      if (found.length > MAIL_LIMITS.parts) throw tooMany(fileName);
      return;
    }
    if (depth >= MAIL_LIMITS.depth) throw new Problem('MAIL_TOO_DEEP', `The mail "${fileName}" has parts inside parts more than ${MAIL_LIMITS.depth} deep.`, { at: { file: fileName } });
    if (boundary === null) throw damaged(fileName, 'has several parts, but does not say what separates them');
    if (/base64|quoted/i.test(onlyField(own, 'content-transfer-encoding', fileName)?.text ?? '')) throw damaged(fileName, 'encodes several parts as one');
    for (const slice of slices(content, boundary, fileName)) {
      const part = readHeader(slice, fileName);
      walk(part.fields, part.body, depth + 1);
    }
  };
  walk(fields, body, 0);
  return found;
}

/** Type in lower case, and for a multipart its boundary. Without a header it is plain text. */
export function contentType(fields: readonly MailField[], fileName: string): { type: string; boundary: string | null } {
  const text = onlyField(fields, 'content-type', fileName)?.text ?? 'text/plain';
  const type = (/^[^\s;]+/.exec(text)?.[0] ?? '').toLowerCase();
  const boundaries = [...text.matchAll(/;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gi)];
  if (boundaries.length > 1) throw damaged(fileName, 'names two boundaries of its parts');
  const boundary = boundaries[0]?.[1]?.replace(/\\(.)/g, '$1') ?? boundaries[0]?.[2] ?? null;
  return { type, boundary: boundary === null || boundary.trimEnd() === '' || boundary.length > 200 ? null : boundary.trimEnd() };
}

/** What stands between the lines `--boundary`, up to `--boundary--`, which must be there. */
function slices(body: Buffer, boundary: string, fileName: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, 'utf8');
  const found: Buffer[] = [];
  let start: number | null = null;
  let marks = 0;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 1)) {
    if (++marks > MAIL_LIMITS.marks) break;
    if (at > 0 && body[at - 1] !== 0x0a) continue;
    const lineEnd = body.indexOf(0x0a, at);
    const rest = body.toString('latin1', at + mark.length, lineEnd < 0 ? body.length : lineEnd);
    if (!/^(--)?[ \t]*\r?$/.test(rest)) continue;
    // The line end before a boundary belongs to it.
    if (start !== null) found.push(body.subarray(start, Math.max(start, at - (body[at - 2] === 0x0d ? 2 : 1))));
    if (rest.startsWith('--')) return found;
    start = lineEnd < 0 ? body.length : lineEnd + 1;
    if (found.length > MAIL_LIMITS.parts) break;
  }
  if (found.length > MAIL_LIMITS.parts || marks > MAIL_LIMITS.marks) throw tooMany(fileName);
  throw new Problem('MAIL_TRUNCATED', `The mail "${fileName}" ends in the middle: the end of its parts is missing. Ask the broker to send it again.`, { at: { file: fileName } });
}

const tooMany = (fileName: string): Problem => new Problem('MAIL_TOO_MANY_PARTS', `The mail "${fileName}" has more than ${MAIL_LIMITS.parts} parts; a report's has a few.`, { at: { file: fileName } });
