import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a command is run as somebody who is not root: words put before it, or a user to become. */
export interface Unprivileged {
  prefix: string[];
  user?: { uid: number; gid: number };
}

/**
 * Postgres refuses to run as root. As root we run it in a user namespace in which we appear as user 1000: the files
 * stay root's and a folder that only root can enter stays usable. Where the kernel forbids that (some containers)
 * it becomes the system's `postgres` or `nobody`, which needs a folder that this user can enter.
 */
export function unprivileged(): Unprivileged {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
  if (spawnSync(prefix[0]!, [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0) return { prefix };
  return { prefix: [], user: ordinaryUser() };
}

function ordinaryUser(): { uid: number; gid: number } {
  const rows = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  return { uid: Number(row?.[2] ?? 65534), gid: Number(row?.[3] ?? 65534) };
}

/** Gives a folder and all in it to the user that will run the server; nothing to do for a user namespace. */
export function handOver(folder: string, as: Unprivileged): void {
  if (!as.user) return;
  chownSync(folder, as.user.uid, as.user.gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), as.user.uid, as.user.gid);
  }
}
