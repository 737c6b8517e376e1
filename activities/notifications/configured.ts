import type { MailConfig } from '../../db/mailConfig.ts';
import { MAIL_SETTINGS, type MailSettings } from './settings.ts';
import { smtpTransport } from './smtp.ts';
import { developmentTransport } from './transport.ts';

/** How this process sends mails, by its environment. */
export function configuredMail({ transport, smtpUrl, from }: MailConfig, publicUrl: string): MailSettings {
  return {
    ...MAIL_SETTINGS, from, publicUrl,
    transport: transport === 'off' ? null : transport === 'development' ? developmentTransport : smtpTransport({ url: smtpUrl!, from }),
  };
}
