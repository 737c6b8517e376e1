import { KINDS_WITH_LINK, linkSecretOf, MAIL_LINKS, mailLink, type MailLinkPurpose } from '../identity/mailLinks.ts';
import { Problem } from '../problem.ts';
import { notificationKind, type NotificationKindName } from './kinds.ts';
import { type RenderedMail, renderMail } from './templates/render.ts';

export interface MailToRender { kind: string; facts: Readonly<Record<string, string>>; at: string }

/**
 * The text of a notification's mail. `secret` makes a link's secret from its purpose and id (PersonalData.token), `publicUrl` is where
 * links lead. Throws `Problem` NOTIFICATION_KIND_UNKNOWN, MAIL_FACT_MISSING.
 */
export function writeMail({ kind, facts, at }: MailToRender, publicUrl: string, secret: (purpose: string, id: string) => string): RenderedMail {
  if (notificationKind(kind) === null) throw new Problem('NOTIFICATION_KIND_UNKNOWN', `There is no notification kind "${kind}".`);
  const base = publicUrl.replace(/\/+$/, '');
  return renderMail(kind as NotificationKindName, {
    facts, at,
    link: (path) => `${base}${path.split('/').map(encodeURIComponent).join('/')}`,
    secretLink: (fact = 'tokenId', purpose: string | undefined = facts['purpose']) => {
      const tokenId = facts[fact];
      if (tokenId === undefined || purpose === undefined || !Object.hasOwn(MAIL_LINKS, purpose)) throw new Problem('MAIL_FACT_MISSING', `A mail of the kind "${kind}" needs the facts "${fact}" and "purpose".`);
      return mailLink(publicUrl, purpose as MailLinkPurpose, tokenId, secret(linkSecretOf(purpose as MailLinkPurpose), tokenId));
    },
  });
}

/** A mail whose link works no longer is not worth sending. ISO instants. */
export function linkExpired({ kind, facts }: Pick<MailToRender, 'kind' | 'facts'>, asOf: string): boolean {
  const until = facts['expiresAt'];
  return (KINDS_WITH_LINK as readonly string[]).includes(kind) && until !== undefined && until <= asOf;
}
