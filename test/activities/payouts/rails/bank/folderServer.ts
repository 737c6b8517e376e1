import { createHash, generateKeyPairSync } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, type Stats, unlinkSync, writeSync } from 'node:fs';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE: SSH, OPEN_MODE } = utils.sftp;

export interface FolderServer {
  port: number;
  fingerprint: string;
  /** Cuts the connection after the next rename was done: its answer is lost. */
  loseRename: boolean;
  close(): Promise<void>;
}

/** An SFTP server over a folder of this machine, with ssh2's own server. User `bank`, password `pass`. */
export async function folderServer(root: string): Promise<FolderServer> {
  const host = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  const hostKey = utils.parseKey(host.privateKey);
  if (hostKey instanceof Error) throw hostKey;
  const clients = new Set<Connection>();
  const self: FolderServer = {
    port: 0, fingerprint: `SHA256:${createHash('sha256').update(hostKey.getPublicSSH()).digest('base64').replace(/=+$/, '')}`, loseRename: false,
    close: () => new Promise((closed) => { for (const client of clients) client.end(); server.close(() => closed()); }),
  };
  const server = new Server({ hostKeys: [host.privateKey] }, (client) => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    client.on('authentication', (context) => (context.method === 'password' && context.username === 'bank' && context.password === 'pass' ? context.accept() : context.reject(['password'])));
    client.on('session', (accept) => accept().on('sftp', (open) => serve(root, self, open(), () => client.end())));
  });
  (server as unknown as { _srv: NetServer })._srv.on('connection', (socket) => socket.setNoDelay(true));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  self.port = (server.address() as AddressInfo).port;
  return self;
}

const attributes = ({ size, mode, mtimeMs, atimeMs, uid, gid }: Stats) => ({ size, mode, mtime: Math.floor(mtimeMs / 1000), atime: Math.floor(atimeMs / 1000), uid, gid });

function serve(root: string, self: FolderServer, sftp: SFTPWrapper, cut: () => void): void {
  const listings = new Map<string, string[]>();
  const files = new Map<string, number>();
  let last = 0;
  const given = <T>(map: Map<string, T>, value: T): Buffer => {
    map.set(String(++last), value);
    return Buffer.from(String(last));
  };
  const at = (path: string): string => join(root, path);
  const doing = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      sftp.status(id, (error as NodeJS.ErrnoException).code === 'ENOENT' ? SSH.NO_SUCH_FILE : SSH.FAILURE);
    }
  };
  const done = (id: number, work: () => void): void => doing(id, () => {
    work();
    sftp.status(id, SSH.OK);
  });
  sftp.on('OPENDIR', (id, path) => doing(id, () => sftp.handle(id, given(listings, readdirSync(at(path)).map((name) => join(at(path), name))))));
  sftp.on('READDIR', (id, handle) => doing(id, () => {
    const paths = listings.get(handle.toString()) ?? [];
    if (paths.length === 0) return sftp.status(id, SSH.EOF);
    listings.set(handle.toString(), []);
    return sftp.name(id, paths.map((path) => ({ filename: path.slice(path.lastIndexOf('/') + 1), longname: path, attrs: attributes(lstatSync(path)) })));
  }));
  const stat = (id: number, path: string): void => doing(id, () => sftp.attrs(id, attributes(lstatSync(at(path)))));
  sftp.on('LSTAT', stat).on('STAT', stat);
  sftp.on('OPEN', (id, path, flags) => doing(id, () => sftp.handle(id, given(files, openSync(at(path), (flags & OPEN_MODE.CREAT) !== 0 ? 'w' : (flags & OPEN_MODE.WRITE) !== 0 ? 'r+' : 'r')))));
  sftp.on('FSTAT', (id, handle) => doing(id, () => sftp.attrs(id, attributes(fstatSync(files.get(handle.toString())!)))));
  sftp.on('READ', (id, handle, offset, length) => doing(id, () => {
    const buffer = Buffer.alloc(length);
    const read = readSync(files.get(handle.toString())!, buffer, 0, length, offset);
    if (read === 0) sftp.status(id, SSH.EOF);
    else sftp.data(id, buffer.subarray(0, read));
  }));
  sftp.on('WRITE', (id, handle, offset, data) => done(id, () => { writeSync(files.get(handle.toString())!, data, 0, data.length, offset); }));
  sftp.on('CLOSE', (id, handle) => done(id, () => {
    const file = files.get(handle.toString());
    if (file !== undefined) closeSync(file);
    files.delete(handle.toString());
  }));
  sftp.on('FSETSTAT', (id) => sftp.status(id, SSH.OK)).on('SETSTAT', (id) => sftp.status(id, SSH.OK));
  sftp.on('MKDIR', (id, path) => done(id, () => { mkdirSync(at(path)); }));
  sftp.on('REMOVE', (id, path) => done(id, () => unlinkSync(at(path))));
  sftp.on('RENAME', (id, from, to) => doing(id, () => {
    renameSync(at(from), at(to));
    if (!self.loseRename) return sftp.status(id, SSH.OK);
    self.loseRename = false;
    return cut();
  }));
}
