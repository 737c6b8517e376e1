import { Problem } from '../../../domain/problem.ts';
import { onlyField } from './emlFields.ts';
import type { MailPart } from './emlParts.ts';

/** The bytes of a part. What cannot be decoded exactly is refused, never guessed around. Throws MAIL_ATTACHMENT_DAMAGED. */
export function decodePart(part: MailPart, name: string, fileName: string): Buffer {
  const encoding = (onlyField(part.fields, 'content-transfer-encoding', fileName)?.text ?? '7bit').toLowerCase();
  const wrong = (what: string): Problem =>
    new Problem('MAIL_ATTACHMENT_DAMAGED', `The attachment "${name}" of the mail "${fileName}" ${what}. Ask the broker to send it again.`, { at: { file: fileName } });
  switch (encoding) {
    case '7bit': case '8bit': case 'binary': return part.body;
    case 'base64': {
      const text = part.body.toString('latin1').replace(/[\r\n\t ]+/g, '');
      if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw wrong('is damaged: it is not base64 from beginning to end');
      return Buffer.from(text, 'base64');
    }
    case 'quoted-printable': {
      // Blanks at a line's end were added on the way.
      const text = part.body.toString('latin1').split('\n').map((line) => line.trimEnd()).join('\r\n').replace(/=\r\n/g, '');
      const bad = /=(?![0-9A-Fa-f]{2})|[^\t\r\n\x20-\x7e]/.exec(text);
      if (bad !== null) throw wrong('is damaged: it is not quoted-printable from beginning to end');
      return Buffer.from(text.replace(/=([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
    }
    default: throw wrong(`is encoded in a way that nobody knows ("${encoding.slice(0, 40)}")`);
  }
}
