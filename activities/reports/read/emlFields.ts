import { Problem } from '../../../domain/problem.ts';

/** One header field: its name in lower case, its text with folds undone, and the bytes as they stand (for whoever decodes words). */
export interface MailField { name: string; text: string; raw: string }

/** Bytes of one header block, beyond which a mail is refused: a mail's is some thousand. */
const MAX_HEADER_BYTES = 65_536;
/** Of one field, folds undone: libraries that decode them take longer than their length where it is all blanks. */
const MAX_FIELD = 16_384;
const FIELD = /^([\x21-\x39\x3b-\x7e]+):(.*)$/s;

export interface HeaderBlock { fields: MailField[]; body: Buffer }

/**
 * The header fields of a mail or a part, and what follows the blank line. Stricter than mail programs are: a line that two readers could
 * take for different things (neither a field nor a fold of one, a bare CR, a NUL) refuses the mail, so that whoever checks the sender and
 * whoever shows it see the same. Throws MAIL_DAMAGED.
 */
export function readHeader(bytes: Buffer, fileName: string): HeaderBlock {
  let at = 0;
  const lines: string[] = [];
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    const next = end < 0 ? bytes.length : end + 1;
    if (next > MAX_HEADER_BYTES) throw damaged(fileName, `has a header of more than ${MAX_HEADER_BYTES} bytes`);
    const line = bytes.toString('latin1', at, end < 0 ? bytes.length : end).replace(/\r$/, '');
    at = next;
    if (line === '') return { fields: fieldsOf(lines, fileName), body: bytes.subarray(at) };
    lines.push(line);
  }
  return { fields: fieldsOf(lines, fileName), body: bytes.subarray(bytes.length) };
}

function fieldsOf(lines: readonly string[], fileName: string): MailField[] {
  const folded: string[][] = [];
  for (const [at, line] of lines.entries()) {
    const fold = /^[ \t]/.test(line) && at > 0;
    if (/[\r\0]/.test(line) || (!fold && !FIELD.test(line))) throw damaged(fileName, `has a line in a header that is no header field (line ${at + 1} of it)`);
    if (fold) folded.at(-1)!.push(line);
    else folded.push([line]);
  }
  return folded.map((parts) => {
    const whole = parts.join('');
    if (whole.length > MAX_FIELD) throw damaged(fileName, `has a header field of more than ${MAX_FIELD} characters`);
    const [, name = '', text = ''] = FIELD.exec(whole)!;
    return { name: name.toLowerCase(), text: utf8(text).trim(), raw: parts.join('\r\n') };
  });
}

/** Headers are ASCII, or UTF-8 (RFC 6532); anything else stays as it is, and equals nothing. */
const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

/** The only field of this name; null where there is none. Throws MAIL_DAMAGED where there are several: programs differ in which of them counts. */
export function onlyField(fields: readonly MailField[], name: string, fileName: string): MailField | null {
  const found = fields.filter((field) => field.name === name);
  if (found.length > 1) throw damaged(fileName, `has the header ${name} ${found.length} times`);
  return found[0] ?? null;
}

export const damaged = (fileName: string, what: string): Problem =>
  new Problem('MAIL_DAMAGED', `The mail "${fileName}" ${what}; it is no mail as a mail server writes it. Ask the broker to send it again.`, { at: { file: fileName } });
