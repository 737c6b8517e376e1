import type { MailTransport } from './transport.ts';

export interface MailSettings {
  /** Null: mails wait in the outbox. */
  transport: MailTransport | null;
  from: { name: string; address: string };
  /** Where links in mails lead. */
  publicUrl: string;
  /** Notifications fanned out and mails sent in one activity. */
  fanOutPage: number;
  sendPage: number;
  /** Connections to the mail server at once, and mails through one of them. */
  connections: number;
  mailsPerConnection: number;
  /** After this no further mail of a page is begun; ms. */
  pageMs: number;
}

export const MAIL_SETTINGS: MailSettings = {
  transport: null, from: { name: 'Cashback', address: 'no-reply@localhost' }, publicUrl: 'http://127.0.0.1:3000',
  fanOutPage: 200, sendPage: 200, connections: 5, mailsPerConnection: 50, pageMs: 30_000,
};

/** What Message-IDs end in: the sender's domain. */
export const messageDomain = ({ from }: Pick<MailSettings, 'from'>): string => from.address.split('@').at(-1)!;
