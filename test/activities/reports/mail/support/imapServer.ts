import { createRequire } from 'node:module';
import type { AddressInfo, Server, Socket } from 'node:net';

interface Message { uid: number; raw: string; flags: string[] }
interface Folder { path: string; messages: Message[]; uidnext: number; uidvalidity: number }
interface Hoodiecrow {
  server: Server;
  folderCache: Record<string, Folder>;
  listen(port: number, host: string, done: () => void): void;
  close(done: () => void): void;
  appendMessage(folder: string, flags: string[], internalDate: string, raw: string): unknown;
}
const hoodiecrow = createRequire(import.meta.url)('hoodiecrow-imap') as (options: object) => Hoodiecrow;

interface Certificate { key: string; cert: string }

export interface ImapServer {
  port: number;
  /** Puts a mail into a folder as if it had come at `at` (ISO instant). */
  put(raw: Buffer, options?: { folder?: string; at?: string }): void;
  /** The raw mails of a folder; none where it does not exist. */
  in(folder: string): Buffer[];
  /** Ends every connection in the middle of whatever it does. */
  cut(): void;
  /** As after a server was restored from a copy: everything has other numbers. */
  renumber(): void;
  /** Takes every mail out of the inbox. */
  clear(): void;
  close(): Promise<void>;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const imapDate = (at: string): string => `${at.slice(8, 10)}-${MONTHS[Number(at.slice(5, 7)) - 1]}-${at.slice(0, 4)} ${at.slice(11, 19)} +0000`;

/** A real IMAP server on this machine; user `desk`, password `secret`. */
export async function imapServer({ plugins = [], tls = false, credentials }: { plugins?: string[]; tls?: boolean | Certificate; credentials?: Certificate } = {}): Promise<ImapServer> {
  const server = hoodiecrow({
    plugins: ['UNSELECT', ...plugins], secureConnection: tls !== false, ...(typeof tls === 'object' ? { credentials: tls } : credentials && { credentials }), users: { desk: { password: 'secret' } },
    storage: { INBOX: { messages: [], uidvalidity: 7 }, '': { separator: '/', folders: {} } },
  });
  const sockets = new Set<Socket>();
  const follow = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  };
  server.server.on('connection', follow);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const cut = (): void => { for (const socket of sockets) socket.destroy(); };
  return {
    port: (server.server.address() as AddressInfo).port, cut,
    put: (raw, { folder = 'INBOX', at = '2026-11-03T06:00:00Z' } = {}) => void server.appendMessage(folder, [], imapDate(at), raw.toString('latin1')),
    in: (folder) => (server.folderCache[folder]?.messages ?? []).map(({ raw }) => Buffer.from(raw, 'latin1')),
    renumber() {
      const inbox = server.folderCache['INBOX']!;
      inbox.uidvalidity += 1;
      inbox.uidnext += 100;
      for (const message of inbox.messages) message.uid += 100;
    },
    clear: () => { server.folderCache['INBOX']!.messages = []; },
    close: () => new Promise((closed) => {
      cut();
      server.close(() => closed());
    }),
  };
}
