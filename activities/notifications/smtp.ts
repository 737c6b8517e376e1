import type { NodemailerError } from 'nodemailer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SendFailure } from '../../domain/notifications/sendOutcome.ts';
import { compose } from './compose.ts';
import { said } from './said.ts';
import type { MailConnection, MailTransport, Message } from './transport.ts';

export interface SmtpSettings {
  /** `smtp://user:password@host:port` or `smtps://…`, with nodemailer's options as its query. */
  url: string;
  from: { name: string; address: string };
  /** Until the server has greeted us, and for one whole mail; ms. */
  connectMs?: number;
  mailMs?: number;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/**
 * SMTP by nodemailer's connection, not its pool: a pool sends a mail again by itself when a connection breaks, and here every try is
 * counted in the database first. A user name and password leave this machine over TLS only.
 */
export function smtpTransport({ url, from, connectMs = 15_000, mailMs = 60_000 }: SmtpSettings): MailTransport {
  const { auth, ...options } = parseConnectionUrl(url) as SMTPConnection.Options & { auth?: { user: string; pass: string } };
  const requireTLS = options.requireTLS ?? (auth !== undefined && !options.secure && !LOOPBACK.has(options.host ?? 'localhost'));
  return {
    async open() {
      const connection = new SMTPConnection({ ...options, requireTLS, logger: false, connectionTimeout: connectMs, greetingTimeout: connectMs, dnsTimeout: connectMs, socketTimeout: mailMs });
      let broken: (error: NodemailerError) => void = () => {};
      connection.on('error', (error: NodemailerError) => broken(error));
      connection.on('end', () => broken(Object.assign(new Error('the connection was closed'), { code: 'ECONNECTION', command: 'CONN' })));
      const step = (ms: number, work: (done: (error?: NodemailerError | null) => void) => void): Promise<void> => new Promise((resolve, reject) => {
        const late = setTimeout(() => broken(Object.assign(new Error(`no end after ${ms} ms`), { code: 'ETIMEDOUT', command: 'CONN' })), ms);
        broken = (error) => {
          clearTimeout(late);
          reject(error);
        };
        work((error) => {
          clearTimeout(late);
          if (error) reject(error);
          else resolve();
        });
      });
      try {
        await step(connectMs * 2, (done) => connection.connect(done));
        if (auth) await step(connectMs, (done) => connection.login({ credentials: auth, user: auth.user, pass: auth.pass }, done));
      } catch (error) {
        connection.close();
        throw error;
      }
      return opened(connection, step, mailMs);
    },
  };

  function opened(connection: SMTPConnection, step: (ms: number, work: (done: (error?: NodemailerError | null) => void) => void) => Promise<void>, ms: number): MailConnection {
    return {
      async send(message: Message) {
        const raw = await compose(message, from);
        try {
          await step(ms, (done) => connection.send({ from: from.address, to: [message.to], size: raw.length }, raw, done));
          return null;
        } catch (error) {
          connection.close();
          return failureOf(error as NodemailerError, message.to);
        }
      },
      close: () => (connection.destroyed ? undefined : connection.quit()),
    };
  }
}

function failureOf(error: NodemailerError, address: string): SendFailure {
  const text = said(error.response || `${error.code ?? 'ERROR'} ${error.message}`, address);
  // Refused by nodemailer before a byte left: an address that no server could take.
  if (error.command === 'API') return { step: 'recipient', code: 553, said: text };
  const steps: Readonly<Record<string, SendFailure['step']>> = { 'MAIL FROM': 'sender', 'RCPT TO': 'recipient', DATA: 'message' };
  return { step: steps[error.command ?? ''] ?? 'connection', code: error.responseCode ?? null, said: text };
}
