import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { clearCondition, noteCondition } from '../../db/stores/railConditions.ts';
import { neverSeenLost, noteRecordCheck, readRecordCheck, type RecordCheck } from '../../db/stores/recordChecks.ts';
import { setSwitch } from '../../db/stores/railSwitch.ts';
import { keepDifferences } from '../../db/stores/reconciliationCases.ts';
import type { Difference } from '../../domain/payouts/reconcile/items.ts';
import { lostOnRecord, lostPayouts } from '../../domain/payouts/reconcile/lost.ts';
import { lostWorkflows } from './lostWorkflows.ts';
import { pagesOf, sentOf } from './recordComparison.ts';
import type { Rail } from './rails/rail.ts';

/** A look holds for so long, as long as the database is the same. */
const HOLDS_MS = 10 * 60_000;
/** While the record cannot be read: as long as the last look of this very database is not older, payouts go on; the daily reconciliation has told operators by then. */
const RECENT_MS = 36 * 3_600_000;
/** How far before the last look the record is read again: lines that were booked late, and clocks. */
const MARGIN_MS = 3 * 86_400_000;
/** Whoever waits for a look waits so long; then the payout waits, and the look goes on. */
const PATIENCE_MS = 20_000;
const LONGEST_LOOK_MS = 2 * 3_600_000;
const AGAIN_AFTER_MS = 60_000;

/** Conditions of the guard, which a rail's own readiness does not take back. */
export const RECORD_UNREADABLE = 'RECORD_UNREADABLE';
export interface GuardWaits { why: string; afterSeconds: number }

/** One look at a time in a process, by database and rail. */
interface Looks { running: Map<string, Promise<void>>; failed: Map<string, { at: number; detail: string }> }
const looks = new WeakMap<Pool, Looks>();

/**
 * Before anything of a rail leaves: whether its own record has been looked through, by this very database, for payments of ours that the database does not know (docs/decisions/rails.md "A
 * restored database"). What is found stops the rail as an operator would. Null: go on, and read the switch. Else the payout waits.
 */
export async function recordLooked({ pool, client }: { pool: Pool; client: Client }, rail: Rail, asOf: string, patienceMs = PATIENCE_MS): Promise<GuardWaits | null> {
  if (rail.lostBy === 'by_itself') return null;
  const check = await readRecordCheck(pool, rail.id);
  const age = check.at === null ? Infinity : Date.parse(check.now) - Date.parse(check.at);
  if (check.same && age < HOLDS_MS) return null;
  const { running, failed } = looks.get(pool) ?? looks.set(pool, { running: new Map(), failed: new Map() }).get(pool)!;
  const before = failed.get(rail.id);
  if (before === undefined || Date.now() - before.at > AGAIN_AFTER_MS) {
    const look = running.get(rail.id) ?? begun(running, failed, rail.id, lookThrough({ pool, client }, rail, check));
    if (!await endsInTime(look, patienceMs)) return check.same && age < RECENT_MS ? null : { why: `RECORD_READING: the rail's own record is being looked through first`, afterSeconds: 10 };
  }
  const failure = failed.get(rail.id);
  if (failure === undefined || (check.same && age < RECENT_MS)) return null;
  await withTransaction(pool, (tx) => noteCondition(tx, { rail: rail.id, code: RECORD_UNREADABLE, detail: `Its own record cannot be read, so nobody knows whether this database knows all that was paid; payouts wait. ${failure.detail}`, at: asOf }));
  return { why: `${RECORD_UNREADABLE}: ${failure.detail}`, afterSeconds: AGAIN_AFTER_MS / 1000 };
}

/** Apart from whoever asked for it first: a record may take longer to read than an activity. */
function begun(running: Looks['running'], failed: Looks['failed'], rail: string, look: Promise<void>): Promise<void> {
  const ended = look.then(() => void failed.delete(rail), (error: unknown) => void failed.set(rail, { at: Date.now(), detail: error instanceof Error ? error.message : String(error) })).finally(() => running.delete(rail));
  running.set(rail, ended);
  return ended;
}

async function endsInTime(look: Promise<void>, patienceMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), patienceMs);
  try {
    return await Promise.race([look.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function lookThrough({ pool, client }: { pool: Pool; client: Client }, rail: Rail, check: RecordCheck): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_LOOK_MS);
  const since = check.at === null ? null : new Date(Date.parse(check.at) - MARGIN_MS).toISOString();
  const found: Difference[] = [];
  for (const lines of [rail.takenBefore?.(since, signal), rail.record(since, null, signal)]) {
    if (lines === undefined) continue;
    for await (const page of pagesOf(lines)) {
      found.push(...lostPayouts(page, await sentOf(pool, rail.id, page), rail.lostBy ?? 'by_key').map(lostOnRecord));
    }
  }
  // What is under way stands on no record yet; another database than before is compared with what Temporal says, too.
  if (!check.same && since !== null) found.push(...await lostWorkflows({ pool, client }, rail.id, since));
  await withTransaction(pool, async (tx) => {
    await stopForLost(tx, rail.id, found, check.now);
    await noteRecordCheck(tx, { rail: rail.id, incarnation: check.incarnation, at: check.now });
    await clearCondition(tx, { rail: rail.id, code: RECORD_UNREADABLE, at: check.now });
  });
}

/** Each lost payout is a case; one that never was a case before stops the rail, until two operators have looked and let it go on. */
export async function stopForLost(tx: Tx, rail: string, found: readonly Difference[], at: string): Promise<void> {
  const fresh = await neverSeenLost(tx, rail, found.map(({ subject }) => subject));
  const lost = [...new Map(found.filter(({ subject }) => fresh.has(subject)).map((one) => [one.subject, one])).values()];
  if (lost.length === 0) return;
  await keepDifferences(tx, { rail, at, differences: lost, judged: [] });
  const [first] = lost;
  await setSwitch(tx, {
    rail, stopped: true, by: 'system:recordGuard', at,
    reason: `LOST_PAYOUTS: ${lost.length} ${lost.length === 1 ? 'payment' : 'payments'} of ours that this database has not sent (${first!.facts['references'] ?? first!.subject}${lost.length === 1 ? '' : ', …'}): a backup was restored, or somebody else pays with our key. See docs/operations.md "After a restore".`,
  });
}
