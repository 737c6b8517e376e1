import type { SendFailure } from '../../domain/notifications/sendOutcome.ts';

/** One mail to one person. `messageId` with its angle brackets. */
export interface Message { to: string; messageId: string; subject: string; text: string; html: string }

/** A way to hand mails over. */
export interface MailTransport {
  /** Throws where the server cannot be reached or does not let us in: that is no mail's fault. */
  open(): Promise<MailConnection>;
}

export interface MailConnection {
  /** Hands one mail over. Null: it was taken. After a failure the connection is closed. */
  send(message: Message): Promise<SendFailure | null>;
  close(): void;
}

/** Takes every mail; GET /dev/mails shows them, written anew from what they tell. For development only. */
export const developmentTransport: MailTransport = { open: async () => ({ send: async () => null, close() {} }) };
