import { z } from 'zod';
import { Problem } from '../domain/problem.ts';

const MAIL_FROM = /^(?:([^<>"@\r\n]*)<)?([A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>?$/;

/** Read by the worker, which sends the mails, and the API, which in development shows them. */
export const MailEnvironment = z.object({
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional().describe('Mail server, `smtp://user:password@host:587` or `smtps://…`; a password leaves this machine over TLS only. Not set: see MAIL_TRANSPORT.'),
  MAIL_FROM: z.string().regex(MAIL_FROM, 'must be an address such as no-reply@example.org or Cashback <no-reply@example.org>').default('Cashback <no-reply@localhost>').describe('Sender of mails; its domain is that of their Message-IDs.'),
  MAIL_TRANSPORT: z.enum(['smtp', 'development', 'off']).optional()
    .describe('`development`: nothing is sent, and the API shows at `/dev/mails` to everybody what would have been, secret links included; refused where NODE_ENV is `production`. `off`: mails wait. Not set: `smtp` with SMTP_URL, otherwise `off`; `npm start` without SMTP_URL uses `development`.'),
});

export interface MailConfig { transport: 'smtp' | 'development' | 'off'; smtpUrl: string | null; from: { name: string; address: string } }

/** Throws `Problem` CONFIG_INVALID. */
export function mailConfig(e: z.infer<typeof MailEnvironment>, nodeEnv: string | undefined): MailConfig {
  const transport = e.MAIL_TRANSPORT ?? (e.SMTP_URL === undefined ? 'off' : 'smtp');
  if (transport === 'development' && nodeEnv === 'production') throw new Problem('CONFIG_INVALID', 'MAIL_TRANSPORT is development, which shows every mail to everybody, and NODE_ENV is production.');
  if (transport === 'smtp' && e.SMTP_URL === undefined) throw new Problem('CONFIG_INVALID', 'MAIL_TRANSPORT is smtp, and SMTP_URL is not set.');
  const [, name = '', address = ''] = MAIL_FROM.exec(e.MAIL_FROM) ?? [];
  return { transport, smtpUrl: e.SMTP_URL ?? null, from: { name: name.trim(), address } };
}
