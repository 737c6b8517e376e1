import { dueMails, nextMailDueAt } from '../../db/stores/mails.ts';
import { mailLocks } from './mailLocks.ts';
import type { MailSettings } from './settings.ts';
import { type SendingDeps, sendMail } from './sendMail.ts';
import { said } from './said.ts';
import type { MailConnection, MailTransport } from './transport.ts';

export interface SentPage {
  /** Mails that the server took. */
  taken: number;
  /** There is more that is due now. */
  more: boolean;
  /** When the next mail is due, ISO; null: none waits. */
  nextAt: string | null;
  /** Why the mail server could not be used; null: it could. */
  down: string | null;
}

/** Sends a page of the mails that are due at `asOf`, over a few connections at once. */
export async function sendPage(deps: Omit<SendingDeps, 'locks' | 'publicUrl'>, settings: MailSettings & { transport: MailTransport }, asOf: string): Promise<SentPage> {
  const due = await dueMails(deps.pool, asOf, settings.sendPage);
  if (due.length === 0) return { taken: 0, more: false, nextAt: await nextMailDueAt(deps.pool), down: null };
  const began = performance.now();
  const holder = await deps.pool.connect();
  const locks = mailLocks(holder);
  let broken: Error | undefined;
  const failed = (error: Error): void => { broken = error; };
  holder.on('error', failed);
  const queue = due.values();
  const errors: unknown[] = [];
  let taken = 0;
  let down: string | null = null;

  const lane = async (): Promise<void> => {
    let connection: MailConnection | null = null;
    let used = 0;
    try {
      for (;;) {
        if (down !== null || broken || errors.length > 0 || performance.now() - began > settings.pageMs) return;
        if (connection === null) {
          used = 0;
          // A mail is taken from the queue only once somebody is there to take it.
          connection = await settings.transport.open().catch((error: Error) => {
            down ??= said(`${(error as NodeJS.ErrnoException).code ?? 'ERROR'} ${error.message}`);
            return null;
          });
          if (connection === null) return;
        }
        const { value: id, done } = queue.next();
        if (done) return;
        const sent = await sendMail({ ...deps, publicUrl: settings.publicUrl, locks }, connection, id, asOf);
        if (sent === 'taken') taken++;
        if (sent === 'failed' || ++used >= settings.mailsPerConnection) {
          connection.close();
          connection = null;
        }
      }
    } catch (error) {
      errors.push(error);
    } finally {
      connection?.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(settings.connections, due.length) }, lane));
  } finally {
    holder.off('error', failed);
    // The locks of a connection that goes back to the pool would stay: those of mails were let go one by one.
    holder.release(broken ?? errors.length > 0);
  }
  if (errors.length > 0) throw errors[0];
  const more = down === null && !queue.next().done;
  return { taken, more: more || (down === null && due.length === settings.sendPage), nextAt: await nextMailDueAt(deps.pool), down };
}
