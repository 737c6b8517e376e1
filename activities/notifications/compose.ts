import MailComposer from 'nodemailer/lib/mail-composer';
import type { Message } from './transport.ts';

/**
 * The message as it is sent (RFC 5322). Addresses are handed over as objects, never as text that could hold a second one; nodemailer
 * folds and encodes every header, so no value can begin a new one.
 */
export function compose(message: Message, from: { name: string; address: string }): Promise<Buffer> {
  return new MailComposer({
    from, to: { name: '', address: message.to }, subject: message.subject, text: message.text, html: message.html, messageId: message.messageId,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }, newline: 'win',
    disableFileAccess: true, disableUrlAccess: true,
  }).compile().build();
}
