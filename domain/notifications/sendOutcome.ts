import { nextAttemptAt } from './backOff.ts';

/** How one dialogue with a mail server ended. `code`: its three digits, null where it gave none to the end. */
export interface SendFailure {
  /** At which step: the sender's address, the recipient's, the message itself, or the connection. */
  step: 'sender' | 'recipient' | 'message' | 'connection';
  code: number | null;
  /** What the server said, or the error's code; shortened. */
  said: string;
}

export type MailVerdict =
  | { state: 'queued'; nextAttemptAt: string; reason: string; bounce: 'soft' | null }
  | { state: 'failed'; reason: string; bounce: 'soft' | null }
  | { state: 'bounced'; reason: string; bounce: 'hard' };

/** Replies to a message that say that its recipient does not exist: RFC 3463 5.1.x (address) and 5.2.1 (mailbox disabled). */
const NO_SUCH_RECIPIENT = /^5\d\d[ -]5\.(1\.[0-9]+|2\.1)\b/;

/**
 * What becomes of a mail whose try failed. For ever (5xx): where the recipient was refused its address is put on the bounce list; a
 * refused message says nothing about the address; a refused sender is our own mistake, which is mended and tried again, as is everything
 * that is refused for now (4xx) and a dialogue that broke off. `attempts` counts this try. ISO instants.
 */
export function verdictOn({ step, code, said }: SendFailure, attempts: number, asOf: string): MailVerdict {
  const permanent = code !== null && code >= 500 && code < 600;
  if (permanent && (step === 'recipient' || NO_SUCH_RECIPIENT.test(said))) return { state: 'bounced', reason: `RECIPIENT_REFUSED: ${said}`, bounce: 'hard' };
  if (permanent && step === 'message') return { state: 'failed', reason: `MESSAGE_REFUSED: ${said}`, bounce: 'soft' };
  const bounce = step === 'recipient' ? 'soft' : null;
  const next = nextAttemptAt(attempts, asOf);
  if (next === null) return { state: 'failed', reason: `TRIES_USED_UP: ${said}`, bounce };
  const why = code === null ? 'NO_ANSWER' : permanent ? 'SENDER_REFUSED' : 'REFUSED_FOR_NOW';
  return { state: 'queued', nextAttemptAt: next, reason: `${why}: ${said}`, bounce };
}
