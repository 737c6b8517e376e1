/*
 * Links in mails. A link carries `<id>.<secret>`; the secret is made from the id by PersonalData.token(linkSecretOf(purpose), id),
 * both when the mail is written and when the link comes back, so no row, log or workflow holds it.
 */

/** What a link is for: the page that it opens and how long it works. */
export const MAIL_LINKS = {
  confirm_mail: { path: '/app/confirm', hours: 24 },
  reset_password: { path: '/app/reset', hours: 1 },
  change_mail: { path: '/app/confirm-mail', hours: 24 },
  invitation: { path: '/app/invitation', hours: 72 },
  confirm_destination: { path: '/app/payout-methods/confirm', hours: 72 },
  /** "This was not me": longer than any cool-down of a few days, so that it still works when the mail is read late. */
  disown_destination: { path: '/app/payout-methods/disown', hours: 336 },
} as const;

export type MailLinkPurpose = keyof typeof MAIL_LINKS;

/**
 * Kinds whose mail carries a link. Their facts are `tokenId` and `purpose` (one of the above). `mail_confirmation` with the purpose
 * `change_mail` goes to the new address, `mail_changed` and `destination_added_before` (fact `tokenId`) to the old one: db/stores/personAddress.ts knows where.
 * The mails about an added payout method are not among them: they are news even when their links (facts `confirmId`, `disownId`) are too old.
 */
export const KINDS_WITH_LINK = ['sign_up', 'mail_confirmation', 'password_reset', 'invited'] as const;

/** The purpose under which the secret of a link is made. */
export const linkSecretOf = (purpose: MailLinkPurpose): string => `mail:${purpose}`;

/** What the API takes as `token`. */
export const linkToken = (tokenId: string, secret: string): string => `${tokenId}.${secret}`;

/** The address in the mail. The token stands behind `#`: browsers send it to no server, so it is in no access log. */
export const mailLink = (publicUrl: string, purpose: MailLinkPurpose, tokenId: string, secret: string): string =>
  `${publicUrl.replace(/\/+$/, '')}${MAIL_LINKS[purpose].path}#token=${linkToken(tokenId, secret)}`;
