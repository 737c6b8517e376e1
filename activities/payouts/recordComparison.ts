import type { Pool } from 'pg';
import { withOwnSnapshot } from '../../db/stores/reconcileItems.ts';
import { sentAmong } from '../../db/stores/recordChecks.ts';
import { type Judged, judgePart, reconciled, type Reconciled } from '../../domain/payouts/reconcile/compare.ts';
import type { Difference, RecordItem } from '../../domain/payouts/reconcile/items.ts';
import { lostOnRecord, lostPayouts, type Sent } from '../../domain/payouts/reconcile/lost.ts';
import type { Rail } from './rails/rail.ts';

const PAGE = 1_000;

/**
 * The rail's whole record against ours, in parts: its lines go page by page beside a snapshot of ours, which was taken before the first was read; so what is executed in between shows as not paid yet, which is
 * harmless, never as not executed. `lost`: payments of ours that our database has not sent (recordGuard.ts).
 */
export function compareRecord(pool: Pool, rail: Rail, mendedBefore: string | null, signal: AbortSignal): Promise<Reconciled & { lost: readonly Difference[] }> {
  return withOwnSnapshot(pool, rail.id, async (own) => {
    const lost: RecordItem[] = [];
    for await (const page of pagesOf(rail.record(null, null, signal))) {
      // By the database of now, not of the snapshot: what was sent in between is not lost.
      lost.push(...lostPayouts(page, await sentOf(pool, rail.id, page), rail.lostBy ?? 'by_key'));
      await own.stage(page);
    }
    const parts: Judged[] = [];
    for await (const part of own.pages()) {
      signal.throwIfAborted();
      parts.push(judgePart(part, mendedBefore));
    }
    for await (const page of own.strangers()) {
      const since = await sentOf(pool, rail.id, page);
      const strangers = page.filter(({ idempotencyKey, railReference }) => !(idempotencyKey !== null && since.keys.has(idempotencyKey)) && !since.references.has(railReference));
      parts.push(judgePart({ payouts: [], record: strangers }, mendedBefore));
    }
    return { ...reconciled(rail.id, parts, own.ledgerTotal), lost: lost.map(lostOnRecord) };
  });
}

/** Which of the lines' keys and references our database has sent, as of now. */
export const sentOf = (pool: Pool, rail: string, lines: readonly RecordItem[]): Promise<Sent> =>
  sentAmong(pool, rail, lines.flatMap(({ idempotencyKey }) => (idempotencyKey === null ? [] : [idempotencyKey])), lines.map(({ railReference }) => railReference));

export async function* pagesOf(lines: AsyncIterable<RecordItem>): AsyncGenerator<RecordItem[]> {
  let page: RecordItem[] = [];
  for await (const line of lines) {
    page.push(line);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
