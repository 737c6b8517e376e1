/**
 * `sending`: a dialogue with the mail server has begun, and it is not known how it ended; `suppressed`: nobody wanted or could have got it;
 * `failed`: the server refused it or its tries are used up; `bounced`: the address does not exist, said at once or later.
 */
export const MAIL_STATES = ['queued', 'sending', 'sent', 'suppressed', 'failed', 'bounced'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Every move that a mail may make. A sent one may still come back. */
export const MAIL_MOVES: Readonly<Record<MailState, readonly MailState[]>> = {
  queued: ['sending', 'suppressed', 'failed'],
  sending: ['sending', 'sent', 'queued', 'suppressed', 'failed', 'bounced'],
  sent: ['bounced'],
  suppressed: [],
  failed: [],
  bounced: [],
};

/** The states from which a mail may become `to`. */
export const mailStatesBefore = (to: MailState): MailState[] => MAIL_STATES.filter((from) => MAIL_MOVES[from].includes(to));
