import { ImapFlow } from 'imapflow';
import { isIP } from 'node:net';
import { Problem } from '../../../domain/problem.ts';
import type { MailboxSettings } from '../../../domain/reports/mailboxSettings.ts';
import { failureOf, SendFailure } from '../../webhooks/sendFailure.ts';
import { MAIL_LIMITS } from '../read/emlParts.ts';
import { addressesOf } from '../sources/address.ts';
import { awayOf, SourceAway } from '../sources/failure.ts';
import type { Reach } from '../sources/http.ts';

/** A mail as the folder shows it; `receivedAt`: ISO instant at which the server got it. */
export interface ListedMail { uid: number; bytes: number; receivedAt: string; subject: string }

/** The folder that a source points at. Every call throws `SourceAway`, or a `Problem` MAILBOX_…. */
export interface Mailbox {
  /** Oldest first. */
  list(): Promise<ListedMail[]>;
  /** The mail byte for byte; null where it is there no more. */
  raw(uid: number): Promise<Buffer | null>;
  /** Into another folder, made if missing; nothing happens where the mail is there no more. */
  move(uid: number, folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Mails that are listed at most. */
const MAX_LISTED = 5_000;

/** Signs in over IMAP and opens the folder; the caller closes it. Throws `SourceAway`, or `Problem` MAILBOX_SIGN_IN_REFUSED, MAILBOX_FOLDER_MISSING, SOURCE_TLS_NEEDED, SOURCE_SECRET_MISSING, SOURCE_ADDRESS_NOT_PUBLIC. */
export async function openMailbox(settings: MailboxSettings, password: string | null, { settings: limits, resolve, signal }: Reach): Promise<Mailbox> {
  const { host, port, secure, ca, user, folder } = settings;
  if (password === null) throw new Problem('SOURCE_SECRET_MISSING', 'The mailbox has no password; set one.');
  if (secure === 'none' && !limits.allowPrivate) throw new Problem('SOURCE_TLS_NEEDED', 'A mailbox is reached over TLS only: choose tls or starttls.');
  const addresses = await addressesOf(host, limits, resolve);
  const options = {
    port, secure: secure === 'tls', ...(secure === 'tls' ? {} : { doSTARTTLS: secure === 'starttls' }),
    ...(isIP(host) === 0 && { servername: host }), ...(ca === undefined ? {} : { tls: { ca } }), auth: { user, pass: password }, logger: false, disableAutoIdle: true,
    connectionTimeout: limits.connectTimeoutMs, greetingTimeout: limits.connectTimeoutMs, socketTimeout: limits.idleMs, maxLiteralSize: MAIL_LIMITS.bytes + 1_048_576, maxResponseSize: MAIL_LIMITS.bytes + 2_097_152,
  } as const;
  for (const [at, { address }] of addresses.entries()) {
    try {
      return await opened(new ImapFlow({ ...options, host: address }), folder, signal);
    } catch (error) {
      // A host that has several addresses may not listen at each.
      if (!(error instanceof SourceAway) || at === addresses.length - 1) throw error;
    }
  }
  throw new Error('no address');
}

/** Connects, signs in and opens the folder. */
async function opened(client: ImapFlow, folder: string, signal: AbortSignal | undefined): Promise<Mailbox> {
  let broken: Error | null = null;
  client.on('error', (error: Error) => { broken ??= error; });
  const abort = (): void => client.close();
  signal?.addEventListener('abort', abort, { once: true });
  const said = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw meaning(broken ?? error, signal);
    }
  };
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', abort);
    if (client.usable) await client.logout().catch(() => undefined);
    client.close();
  };
  try {
    await said(() => client.connect());
    await said(() => client.mailboxOpen(folder)).catch((error: unknown) => { throw missing(error, folder); });
  } catch (error) {
    await close();
    throw error;
  }
  const made = new Set<string>();
  const there = async (uid: number): Promise<boolean> => Boolean(await client.fetchOne(String(uid), { uid: true }, { uid: true }));
  return {
    list: () => said(async () => {
      if (client.mailbox === false || client.mailbox.exists === 0) return [];
      const found = await client.fetchAll(`1:${Math.min(client.mailbox.exists, MAX_LISTED)}`, { uid: true, size: true, internalDate: true, envelope: true });
      return found.map(({ uid, size = 0, internalDate, envelope }) => ({ uid, bytes: size, receivedAt: new Date(internalDate ?? 0).toISOString(), subject: envelope?.subject ?? '' })).toSorted((a, b) => a.uid - b.uid);
    }),
    raw: (uid) => said(async () => {
      const found = await client.fetchOne(String(uid), { uid: true, source: true }, { uid: true });
      return found && found.source !== undefined ? found.source : null;
    }),
    move: (uid, to) => said(async () => {
      if (!(await there(uid))) return;
      if (!made.has(to)) {
        if (!(await client.list()).some(({ path }) => path === to)) await client.mailboxCreate(to);
        made.add(to);
      }
      if (!(await client.messageMove(String(uid), to, { uid: true })) && (await there(uid))) throw new Problem('MAILBOX_NOT_MOVED', `The server did not move a mail into the folder "${to}".`);
    }),
    close,
  };
}

/** The server said no to a command, or there is no server to say anything. */
function meaning(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof Problem || signal?.aborted === true) return error;
  const { code, responseStatus, tlsFailed, authenticationFailed } = error as { code?: string; responseStatus?: string; tlsFailed?: boolean; authenticationFailed?: boolean };
  if (authenticationFailed === true) return new Problem('MAILBOX_SIGN_IN_REFUSED', 'The mail server refuses user and password; set the password again, or one for programs where the server asks for such.');
  if (responseStatus === 'NO' || responseStatus === 'BAD') return new Problem('MAILBOX_REFUSED', 'The mail server refused what it was asked for.', { cause: error });
  if (tlsFailed === true) return awayOf(new SendFailure('TLS_FAILED'));
  return awayOf(new SendFailure(code === 'CONNECT_TIMEOUT' || code === 'GREETING_TIMEOUT' || code === 'UPGRADE_TIMEOUT' ? 'CONNECT_TIMEOUT' : code === 'ETIMEOUT' ? 'TIMEOUT' : failureOf(error)));
}

const missing = (error: unknown, folder: string): unknown =>
  (error instanceof Problem && error.code === 'MAILBOX_REFUSED' ? new Problem('MAILBOX_FOLDER_MISSING', `The mailbox has no folder "${folder}", or it may not be read; the settings name it.`) : error);
