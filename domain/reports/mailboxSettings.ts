import type { PeriodPattern } from './itemPeriod.ts';

/** What a source of the kind `mailbox` says (IMAP); its secret is the password. */
export interface MailboxSettings {
  host: string;
  port: number;
  /** TLS from the first byte, or by STARTTLS before anything is said; `none` only where addresses of private networks are allowed (development). */
  secure: 'tls' | 'starttls' | 'none';
  /** Certificate (PEM) that the server's must be signed by, where that is none of the public ones. */
  ca?: string | undefined;
  user: string;
  folder: string;
  /** Where mails are moved once their report is kept, or once they cannot be one; made if missing. */
  doneFolder: string;
  failedFolder: string;
  /** Tried on the subject, then on the attachment's name. Without it a mail that came after the period's end is the period's. */
  period?: PeriodPattern | undefined;
}
