import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { noteDelivered, recordBounce } from '../../db/stores/bounces.ts';
import { beginSending, type MailToWrite, moveMail, readDueMail } from '../../db/stores/mails.ts';
import { nextAttemptAt } from '../../domain/notifications/backOff.ts';
import { type SendFailure, verdictOn } from '../../domain/notifications/sendOutcome.ts';
import { Problem } from '../../domain/problem.ts';
import type { MailLocks } from './mailLocks.ts';
import { prepareMail } from './prepareMail.ts';
import type { MailConnection } from './transport.ts';

export interface SendingDeps {
  pool: Pool;
  personal: PersonalData;
  publicUrl: string;
  locks: MailLocks;
}

/** `failed`: the connection must not be used again. `skipped`: another one is at it, or it is not due any more. */
export type Sent = 'taken' | 'failed' | 'suppressed' | 'skipped';

/**
 * Sends one mail, at most once at a time. Before the dialogue the try is committed (`sending`), after it what the server answered. If
 * this process dies in between, nobody knows whether the server took it: the next one sends it again under the same Message-ID, by
 * which the receiving side drops the second. In no other case is a mail that was taken sent again.
 */
export async function sendMail(deps: SendingDeps, connection: MailConnection, id: string, asOf: string): Promise<Sent> {
  const { pool, locks } = deps;
  if (!(await locks.take(id))) return 'skipped';
  try {
    const mail = await readDueMail(pool, id, asOf);
    if (mail === null) return 'skipped';
    const prepared = await prepareMail(deps, mail, asOf).catch((error: unknown) => postpone(pool, mail, error, asOf));
    if (prepared === null) return 'suppressed';
    if (prepared.message === null) {
      await moveMail(pool, id, prepared.move);
      return 'suppressed';
    }
    await beginSending(pool, id, prepared.mailIndex, asOf);
    const failure = await connection.send(prepared.message);
    await persistently(() => settle(pool, mail, prepared.mailIndex, failure, asOf));
    return failure === null ? 'taken' : 'failed';
  } finally {
    await locks.letGo(id).catch(() => undefined);
  }
}

/**
 * A mail that cannot be written (its address cannot be opened, a fact is missing) is tried again later and holds no other one up. It
 * counts as a try, so that it ends. Throws where the database cannot be reached: then it is not the mail's fault.
 */
async function postpone(pool: Pool, mail: MailToWrite, error: unknown, at: string): Promise<null> {
  const next = nextAttemptAt(mail.attempts + 1, at);
  const reason = `NOT_READABLE: ${error instanceof Problem ? error.code : error instanceof Error ? error.name : 'error'}`;
  await withTransaction(pool, async (tx) => {
    await beginSending(tx, mail.id, mail.mailIndex, at);
    await moveMail(tx, mail.id, { state: next === null ? 'failed' : 'queued', reason, nextAttemptAt: next, at });
  });
  return null;
}

async function settle(pool: Pool, mail: MailToWrite, mailIndex: string, failure: SendFailure | null, at: string): Promise<void> {
  await withTransaction(pool, async (tx) => {
    if (failure === null) {
      await moveMail(tx, mail.id, { state: 'sent', reason: null, nextAttemptAt: null, at });
      await noteDelivered(tx, mailIndex);
      return;
    }
    const verdict = verdictOn(failure, mail.attempts + 1, at);
    await moveMail(tx, mail.id, { state: verdict.state, reason: verdict.reason, nextAttemptAt: verdict.state === 'queued' ? verdict.nextAttemptAt : null, at });
    if (verdict.bounce !== null) await recordBounce(tx, { mailIndex, personId: mail.personId, hard: verdict.bounce === 'hard', reason: verdict.reason, at });
  });
}

const MARK_AGAIN_MS = [100, 500, 2_000, 5_000, 10_000];

/** The answer is known only here: a database that is away for a while must not turn it into a second mail. */
async function persistently(mark: () => Promise<void>): Promise<void> {
  for (const wait of MARK_AGAIN_MS) {
    try {
      return await mark();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  await mark();
}
