import PostalMime from 'postal-mime';
import { beginning } from '../../../domain/storable.ts';
import { Problem } from '../../../domain/problem.ts';
import { compilePattern } from '../../../domain/reports/pattern.ts';
import type { FileFormat, MailProfile } from '../../../domain/reports/profile.ts';
import type { MailPart } from './emlParts.ts';

/** By the end of its name where that says something, else by its MIME type. */
const READABLE: Record<FileFormat, { ends: readonly string[]; types: readonly string[] }> = {
  csv: { ends: ['csv', 'txt', 'tsv'], types: ['text/csv', 'text/tab-separated-values', 'text/comma-separated-values', 'application/csv'] },
  json: { ends: ['json'], types: ['application/json', 'text/json'] },
  xlsx: { ends: ['xlsx'], types: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] },
};
const TELLING = new Set([...Object.values(READABLE).flatMap(({ ends }) => ends), 'pdf', 'html', 'htm', 'xml', 'xls', 'xlsm', 'doc', 'docx', 'zip', 'gz', 'rar', '7z', 'png', 'jpg', 'jpeg', 'gif', 'svg', 'ics', 'vcf', 'eml', 'p7s', 'p7m', 'asc']);

/** Characters of a header in which a name is looked for: decoding one takes longer than its length where it is all blanks. */
const MAX_NAMED = 2_000;

/** `name` exactly as the sender wrote it (it may look like a path and is never used as one); null for a part without one. */
export interface NamedPart { name: string | null; part: MailPart }

/**
 * The one attachment that is the report: the one whose name matches the profile's `attachmentName`, or without that the one that the
 * nested profile's format can be. Pictures, signatures and the mail's text are not asked. Throws MAIL_ATTACHMENT_MISSING or MAIL_ATTACHMENTS_SEVERAL, naming what there is.
 */
export async function chooseAttachment(parts: readonly MailPart[], profile: MailProfile, fileName: string): Promise<NamedPart> {
  const named = await Promise.all(parts.map(async (part): Promise<NamedPart> => ({ name: await nameOf(part), part })));
  const pattern = profile.attachmentName === undefined ? null : compilePattern(profile.attachmentName);
  const readable = named.filter(({ name, part }) => (pattern === null ? couldBe(profile.attachment.format, name, part.type) : name !== null && pattern.test(name.slice(0, 255))));
  if (readable.length === 1) return readable[0]!;
  const wanted = pattern === null ? `that can be read as ${profile.attachment.format}` : `whose name matches "${profile.attachmentName}"`;
  const list = (of: readonly NamedPart[]): string => of.map(({ name, part }) => `"${shownName(name ?? 'without a name')}" (${part.type})`).slice(0, 20).join(', ');
  if (readable.length > 1) throw new Problem('MAIL_ATTACHMENTS_SEVERAL', `The mail "${fileName}" has ${readable.length} attachments ${wanted}: ${list(readable)}. Say which one by the profile's attachmentName.`, { at: { file: fileName } });
  const others = named.filter(({ name, part }) => name !== null || !part.type.startsWith('text/'));
  const tnef = others.some(({ part, name }) => part.type === 'application/ms-tnef' || name === 'winmail.dat') ? ' winmail.dat is how Outlook packs attachments; ask the broker to send the file itself.' : '';
  throw new Problem('MAIL_ATTACHMENT_MISSING', `The mail "${fileName}" has no attachment ${wanted}; ${others.length === 0 ? 'nothing is attached' : `attached are ${list(others)}`}.${tnef}`, { at: { file: fileName } });
}

function couldBe(format: FileFormat, name: string | null, type: string): boolean {
  const end = /\.([A-Za-z0-9]{1,5})\s*$/.exec(name ?? '')?.[1]?.toLowerCase();
  const { ends, types } = READABLE[format];
  return end !== undefined && TELLING.has(end) ? ends.includes(end) : types.includes(type);
}

/** A file name has encodings of its own (RFC 2047 and 2231): postal-mime reads it, from the part's header alone, and whatever its disposition is called. */
async function nameOf({ fields }: MailPart): Promise<string | null> {
  const header = fields.filter(({ name, raw }) => (name === 'content-type' || name === 'content-disposition') && raw.length <= MAX_NAMED)
    .map(({ name, raw }) => (name === 'content-type' ? raw : raw.replace(/^([^:]*:)\s*[^;\s]*/, '$1 attachment')));
  if (!fields.some(({ name }) => name === 'content-disposition')) header.push('Content-Disposition: attachment');
  const read = await PostalMime.parse(Buffer.from(`${header.join('\r\n')}\r\n\r\nx`, 'latin1'), { forceRfc822Attachments: true, maxNestingDepth: 1 });
  return read.attachments[0]?.filename ?? null;
}

/** A name for people: one line, no controls and nothing that turns text around. */
export const shownName = (name: string): string => beginning(name.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?'), 200);
