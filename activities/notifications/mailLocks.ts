import type { PoolClient } from 'pg';
import { lockMail, unlockMail } from '../../db/stores/mails.ts';

export interface MailLocks {
  /** False: another process is at this mail. */
  take(id: string): Promise<boolean>;
  letGo(id: string): Promise<void>;
}

/** Locks of one connection, which does one thing at a time. When it breaks, they are free. */
export function mailLocks(holder: PoolClient): MailLocks {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return { take: (id) => inTurn(() => lockMail(holder, id)), letGo: (id) => inTurn(() => unlockMail(holder, id)) };
}
