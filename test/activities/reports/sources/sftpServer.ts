import { createHash, generateKeyPairSync } from 'node:crypto';
import type { AddressInfo, Server as NetServer } from 'node:net';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE: SSH } = utils.sftp;
const PLAIN = 0o100644;
export const LINK = 0o120777;
export const FOLDER = 0o040755;

/** What an operation is answered with in place of being done; null: nothing at all. */
export class Answer extends Error {
  readonly status: number | null;
  constructor(status: number | null) {
    super(`answered with ${status}`);
    this.status = status;
  }
}

export interface RemoteFile { content: Buffer; mode: number; mtime: number }
export interface SftpServer {
  port: number;
  /** Of its key, as ssh-keygen writes it. */
  fingerprint: string;
  /** By whole path. */
  files: Map<string, RemoteFile>;
  put(path: string, content: string | Buffer, own?: Partial<RemoteFile>): void;
  /** Called before each operation; throws `Answer` to fail it or to leave it without an answer; or does something meanwhile. */
  before: ((operation: 'readdir' | 'open' | 'read' | 'lstat' | 'rename' | 'unlink', path: string) => void) | null;
  /** Passwords that were sent to it. */
  passwords: string[];
  close(): Promise<void>;
}

export const newKey = (): { privateKey: string; publicKey: string } => {
  const { private: privateKey, public: publicKey } = utils.generateKeyPairSync('ed25519');
  return { privateKey, publicKey };
};

/** An SFTP server over a map of files, with ssh2's own server. User `ib`, password `pass`, or the key that is given. */
export async function sftpServer(allowed?: { publicKey: string }): Promise<SftpServer> {
  const host = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const hostKey = utils.parseKey(host.privateKey);
  if (hostKey instanceof Error) throw hostKey;
  const clients = new Set<Connection>();
  const self: SftpServer = {
    port: 0, fingerprint: `SHA256:${createHash('sha256').update(hostKey.getPublicSSH()).digest('base64').replace(/=+$/, '')}`, files: new Map(), before: null, passwords: [],
    put(path, content, own = {}) { self.files.set(path, { content: Buffer.from(content), mode: PLAIN, mtime: 1_793_700_000, ...own }); },
    close: () => new Promise((closed) => { for (const client of clients) client.end(); server.close(() => closed()); }),
  };
  const key = allowed === undefined ? null : utils.parseKey(allowed.publicKey);
  const server = new Server({ hostKeys: [host.privateKey] }, (client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      if (context.method === 'password') self.passwords.push(context.password);
      if (context.username !== 'ib') return context.reject();
      if (context.method === 'password' && context.password === 'pass') return context.accept();
      if (context.method === 'publickey' && key !== null && !(key instanceof Error) && context.key.data.equals(key.getPublicSSH()) && (context.signature === undefined || key.verify(context.blob!, context.signature, context.hashAlgo))) return context.accept();
      return context.reject(['password', 'publickey']);
    });
    client.on('session', (accept) => accept().on('sftp', (open) => serve(self, open())));
  });
  // Every server in use answers small packets at once; ssh2's own does not by itself.
  (server as unknown as { _srv: NetServer })._srv.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  self.port = (server.address() as AddressInfo).port;
  return self;
}

function serve(self: SftpServer, sftp: SFTPWrapper): void {
  const handles = new Map<string, { path: string; listed: boolean }>();
  const handle = (path: string): Buffer => {
    const id = String(handles.size);
    handles.set(id, { path, listed: false });
    return Buffer.from(id);
  };
  const attributes = ({ content, mode, mtime }: RemoteFile) => ({ size: content.length, mode, mtime, atime: mtime, uid: 0, gid: 0 });
  const doing = (id: number, operation: Parameters<NonNullable<SftpServer['before']>>[0], path: string, work: () => void): void => {
    try {
      self.before?.(operation, path);
    } catch (thrown) {
      if (!(thrown instanceof Answer)) throw thrown;
      if (thrown.status !== null) sftp.status(id, thrown.status);
      return;
    }
    work();
  };
  const found = (id: number, path: string, use: (file: RemoteFile) => void): void => {
    const file = self.files.get(path);
    if (file === undefined) sftp.status(id, SSH.NO_SUCH_FILE);
    else use(file);
  };
  sftp.on('OPENDIR', (id, path) => doing(id, 'readdir', path, () => (path === '/nowhere' ? sftp.status(id, SSH.NO_SUCH_FILE) : sftp.handle(id, handle(path)))));
  sftp.on('READDIR', (id, given) => {
    const dir = handles.get(given.toString())!;
    if (dir.listed) return sftp.status(id, SSH.EOF);
    dir.listed = true;
    const inside = [...self.files].filter(([path]) => path.startsWith(`${dir.path}/`) && (!path.slice(dir.path.length + 1).includes('/') || path.includes('/../')));
    return sftp.name(id, inside.map(([path, file]) => ({ filename: path.slice(dir.path.length + 1), longname: path, attrs: attributes(file) })));
  });
  const stat = (id: number, path: string): void => doing(id, 'lstat', path, () => found(id, path, (file) => sftp.attrs(id, attributes(file))));
  sftp.on('LSTAT', stat).on('STAT', stat);
  sftp.on('OPEN', (id, path) => doing(id, 'open', path, () => found(id, path, () => sftp.handle(id, handle(path)))));
  sftp.on('FSTAT', (id, given) => found(id, handles.get(given.toString())!.path, (file) => sftp.attrs(id, attributes(file))));
  sftp.on('READ', (id, given, offset, length) => {
    const { path } = handles.get(given.toString())!;
    doing(id, 'read', path, () => found(id, path, ({ content }) => (offset >= content.length ? sftp.status(id, SSH.EOF) : sftp.data(id, content.subarray(offset, offset + length)))));
  });
  sftp.on('CLOSE', (id) => sftp.status(id, SSH.OK));
  sftp.on('RENAME', (id, from, to) => doing(id, 'rename', from, () => found(id, from, (file) => {
    if (self.files.has(to)) return sftp.status(id, SSH.FAILURE);
    self.files.delete(from);
    self.files.set(to, file);
    return sftp.status(id, SSH.OK);
  })));
  sftp.on('REMOVE', (id, path) => doing(id, 'unlink', path, () => {
    self.files.delete(path);
    sftp.status(id, SSH.OK);
  }));
}
