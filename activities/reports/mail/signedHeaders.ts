import { contentType } from '../read/emlParts.ts';
import type { MailField } from '../read/emlFields.ts';

/** What we read of a mail's header: who sent it, what it is about, whether we had it before, and how its body is to be read. */
const READ = ['from', 'subject', 'date', 'message-id', 'content-type', 'content-transfer-encoding', 'content-disposition'];

/**
 * The headers that we rely on and a signature does not cover. Content-Type may be left out (some large mail services do) where the signed
 * body itself leaves no other reading: it begins with the first boundary line, so that no other boundary would find any part.
 */
export function unsigned(fields: readonly MailField[], body: Buffer, covered: readonly string[]): string[] {
  const needed = READ.filter((name) => name === 'from' || fields.some((field) => field.name === name));
  return needed.filter((name) => !covered.includes(name) && !(name === 'content-type' && opensWithBoundary(fields, body)));
}

function opensWithBoundary(fields: readonly MailField[], body: Buffer): boolean {
  const { type, boundary } = contentType(fields, 'mail');
  if (!type.startsWith('multipart/') || boundary === null) return false;
  const first = body.toString('utf8', 0, 400).replace(/^(\r?\n)+/, '').split(/\r?\n/, 1)[0]!;
  return first.trimEnd() === `--${boundary}`;
}
