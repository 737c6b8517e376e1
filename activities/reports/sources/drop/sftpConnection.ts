import { createHash, timingSafeEqual } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import ssh2, { type SFTPWrapper } from 'ssh2';
import { Problem } from '../../../../domain/problem.ts';
import type { SftpSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { failureOf, SendFailure } from '../../../webhooks/sendFailure.ts';
import { addressesOf } from '../address.ts';
import { awayOf, SourceAway } from '../failure.ts';
import type { Reach } from '../http.ts';

export interface SftpConnection {
  sftp: SFTPWrapper;
  /** The same, but where nothing comes for long the connection is cut, which fails it: a server may answer keep-alives and nothing else. */
  patiently<T>(answer: Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/**
 * A connection to an SFTP server whose address was vetted and whose key is the one of the settings: a password is sent to no other.
 * Throws `SourceAway`, or `Problem` SOURCE_HOST_KEY, SOURCE_REFUSES_US, SOURCE_SECRET_MISSING, SOURCE_SECRET_UNUSABLE.
 */
export async function connectSftp({ host, port, user, auth, hostKey }: SftpSourceSettings, secret: string | null, { settings, resolve, signal }: Reach): Promise<SftpConnection> {
  if (secret === null) throw new Problem('SOURCE_SECRET_MISSING', 'The source has no password or key to sign in with; set one.');
  const [address] = await addressesOf(host, settings, resolve);
  const sock = await socketTo(address!.address, port, settings.connectTimeoutMs);
  const client = new ssh2.Client();
  const cut = (): void => void sock.destroy();
  signal?.addEventListener('abort', cut, { once: true });
  const end = async (): Promise<void> => {
    signal?.removeEventListener('abort', cut);
    client.end();
    sock.destroySoon();
  };
  // After the connection stands an error comes to whichever call is waiting; nobody else listens.
  client.on('error', () => undefined);
  const shown: { key: string | null } = { key: null };
  try {
    await new Promise<void>((ready, failed) => {
      client.once('ready', ready).once('error', failed).once('close', () => failed(new SendFailure('CONNECTION_CLOSED')));
      client.connect({
        sock, username: user, ...(auth === 'password' ? { password: secret } : { privateKey: secret }), readyTimeout: settings.connectTimeoutMs,
        keepaliveInterval: 10_000, keepaliveCountMax: Math.max(1, Math.round(settings.idleMs / 10_000)),
        hostVerifier: (key: Buffer) => sameKey(shown.key = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`, hostKey),
      });
    });
    const patiently = async <T>(answer: Promise<T>): Promise<T> => {
      const late = setTimeout(cut, settings.idleMs);
      return answer.finally(() => clearTimeout(late));
    };
    const sftp = await patiently(new Promise<SFTPWrapper>((opened, failed) => client.sftp((error, opens) => (error ? failed(error) : opened(opens)))));
    sftp.on('error', () => undefined);
    return { sftp, patiently, end };
  } catch (error) {
    await end();
    sock.destroy();
    if (shown.key !== null && !sameKey(shown.key, hostKey)) throw new Problem('SOURCE_HOST_KEY', `The server shows the key ${shown.key}, not the one of the settings: it may be another server. Nothing was sent to it; ask the broker, and set the new key if it is his.`, { facts: { seen: shown.key } });
    throw connectFault(error);
  }
}

function sameKey(seen: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(seen), Buffer.from(wanted.replace(/=+$/, ''))];
  return a.length === b.length && timingSafeEqual(a, b);
}

function socketTo(address: string, port: number, ms: number): Promise<Socket> {
  return new Promise((connected, failed) => {
    // Without delay: the protocol is many small questions and answers.
    const socket = connect({ host: address, port, noDelay: true });
    const late = setTimeout(() => socket.destroy(new SendFailure('CONNECT_TIMEOUT')), ms);
    socket.once('error', (error) => {
      clearTimeout(late);
      failed(awayOf(error instanceof SendFailure ? error : new SendFailure(failureOf(error))));
    });
    socket.once('connect', () => {
      clearTimeout(late);
      socket.on('error', () => undefined);
      connected(socket);
    });
  });
}

function connectFault(error: unknown): Error {
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') return new Problem('SOURCE_REFUSES_US', 'The server does not accept the user with this password or key.');
  if (level === 'client-timeout') return awayOf(new SendFailure('CONNECT_TIMEOUT'));
  if (error instanceof Error && /privateKey|private key|passphrase/i.test(error.message)) return new Problem('SOURCE_SECRET_UNUSABLE', 'The private key cannot be read: give it in OpenSSH or PEM form, without a passphrase.');
  if (level === 'handshake' || level === 'protocol') return awayOf(new SendFailure('ANSWER_UNREADABLE'));
  return awayOf(error instanceof SendFailure ? error : new SendFailure(failureOf(error)));
}

/** What the server's own code (draft-ietf-secsh-filexfer-02 §7) means; anything else is the connection. */
export function sftpFault(error: unknown): Error {
  if (error instanceof Problem || error instanceof SourceAway) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 2) return new Problem('SOURCE_NOT_THERE', 'The server has no such folder or file.');
  if (code === 3) return new Problem('SOURCE_REFUSES_US', 'The server does not let the user do this in the folder.');
  if (typeof code === 'number') return new SourceAway('SOURCE_FAILING', `The server fails with code ${code}; it is asked again.`);
  return awayOf(new SendFailure(failureOf(error)));
}
