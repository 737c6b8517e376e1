import { decodeWords } from 'postal-mime';
import { Problem } from '../../../domain/problem.ts';
import type { MailProfile } from '../../../domain/reports/profile.ts';
import { chooseAttachment, shownName } from './emlAttachment.ts';
import { decodePart } from './emlDecode.ts';
import { type MailField, onlyField, readHeader } from './emlFields.ts';
import { MAIL_LIMITS, mailParts } from './emlParts.ts';
import { type MailAddress, requireAllowed, senderOf } from './emlSender.ts';

export interface OpenedMail {
  fields: MailField[];
  sender: MailAddress;
  /** As it was sent, angle brackets included; null where the mail has none. */
  messageId: string | null;
  subject: string;
  /** The report itself, with the name that its sender gave it: never a path. */
  attachment: { name: string; bytes: Buffer };
}

/**
 * Opens a mail (RFC 5322) from an allowed sender, and in it the one attachment that is the report. Whether the mail really comes from there
 * is not known yet: that is DKIM's to say. Throws MAIL_TOO_LARGE, MAIL_DAMAGED, MAIL_TRUNCATED, MAIL_TOO_DEEP, MAIL_TOO_MANY_PARTS,
 * MAIL_SENDER_UNCLEAR, SENDER_NOT_ALLOWED, MAIL_ATTACHMENT_MISSING, MAIL_ATTACHMENTS_SEVERAL, MAIL_ATTACHMENT_DAMAGED, MAIL_ATTACHMENT_EMPTY.
 */
export async function openMail(raw: Buffer, profile: MailProfile, fileName: string): Promise<OpenedMail> {
  const { fields, body } = readHeader(raw, fileName);
  const sender = senderOf(fields, fileName);
  requireAllowed(sender, profile.from, fileName);
  const messageId = onlyField(fields, 'message-id', fileName)?.text ?? null;
  const subject = decodeWords(onlyField(fields, 'subject', fileName)?.text ?? '');
  const { name, part } = await chooseAttachment(mailParts(fields, body, fileName), profile, fileName);
  const own = name ?? 'attachment';
  const bytes = decodePart(part, shownName(own), fileName);
  if (bytes.length === 0) throw new Problem('MAIL_ATTACHMENT_EMPTY', `The attachment "${shownName(own)}" of the mail "${fileName}" is empty. Ask the broker to send it again.`, { at: { file: fileName } });
  return { fields, sender, messageId: messageId === '' ? null : messageId, subject, attachment: { name: own, bytes } };
}

/** A mail as a report: the bytes of its attachment, and how both are called in errors. */
export async function openMailReport(bytes: AsyncIterable<Uint8Array>, profile: MailProfile, fileName: string): Promise<{ bytes: AsyncIterable<Uint8Array>; fileName: string }> {
  const { attachment } = await openMail(await wholeMail(bytes, fileName), profile, fileName);
  return { bytes: (async function* () { yield attachment.bytes; })(), fileName: `${fileName}: ${shownName(attachment.name)}` };
}

/** Throws MAIL_TOO_LARGE. */
export async function wholeMail(bytes: AsyncIterable<Uint8Array>, fileName: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > MAIL_LIMITS.bytes) throw new Problem('MAIL_TOO_LARGE', `The mail "${fileName}" is larger than ${MAIL_LIMITS.bytes} bytes; ask the broker for another way to get such a file.`, { at: { file: fileName } });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
