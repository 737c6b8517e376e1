import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** How a command is run as somebody else: words put before it, or a user to become. */
export interface Unprivileged {
  prefix: string[];
  user?: { uid: number; gid: number };
}

/**
 * Postgres refuses to run as root, and as a user without an entry in the user database (some containers). There we run
 * it in a user namespace in which we appear as an ordinary user of this machine: the files stay ours, and a folder that
 * only we can enter stays usable. Where the kernel forbids that, root becomes that user, which must reach the folder.
 */
export function unprivileged(): Unprivileged {
  const root = process.getuid?.() === 0;
  if (!root && hasName()) return { prefix: [] };
  const prefix = namespacePrefix();
  if (prefix || !root) return { prefix: prefix ?? [] };
  return { prefix: [], user: ordinaryUser() };
}

/** Words before a command that must know its user's name, where ours has none; root is fine here. */
export function withUserName(): string[] {
  return hasName() ? [] : (namespacePrefix() ?? []);
}

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

function namespacePrefix(): string[] | undefined {
  const { uid, gid } = ordinaryUser();
  const prefix = ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  return spawnSync(prefix[0]!, [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? prefix : undefined;
}

/** A user of this machine that is not root: `postgres` if there is one, `nobody` only if there is no other. */
function ordinaryUser(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) })).filter(({ uid, gid }) => uid > 0 && gid > 0);
  const found = users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name !== 'nobody') ?? users[0];
  return found ? { uid: found.uid, gid: found.gid } : { uid: 65534, gid: 65534 };
}

/** Gives a folder and all in it to the user that will run the server; nothing to do for a user namespace. */
export function handOver(folder: string, as: Unprivileged): void {
  if (!as.user) return;
  chownSync(folder, as.user.uid, as.user.gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), as.user.uid, as.user.gid);
  }
}
