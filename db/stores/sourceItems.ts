import { storableJson } from '../../domain/storable.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { SourceProblem } from './reportSources.ts';

/** Something that was found at a source: a mail's attachment, a file, a response. */
export interface SourceItem {
  /** Order in which they were found. */
  no: string;
  sourceId: string;
  /** What makes it the same thing again, e.g. path and SHA-256. */
  key: string;
  state: 'taken' | 'failed';
  /** What it is called at the source; only shown. */
  name: string | null;
  reportId: string | null;
  problem: SourceProblem | null;
  seenAt: string;
}

interface Found {
  sourceId: string;
  key: string;
  name?: string | undefined;
  /** How it looks from outside (see `knownMarks`). */
  mark?: string | undefined;
  /** ISO instant. */
  at: string;
}

/**
 * Notes that something was taken, in the transaction that stores its report. False: it was taken before, perhaps by another worker a moment
 * ago; then the transaction must be undone. What had failed can be taken.
 */
export async function takeItem(tx: Tx, item: Found & { reportId: string }): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `INSERT INTO source_item AS i (source_id, key, state, report_id, name, mark, seen_at) VALUES ($1, $2, 'taken', $3, $4, $5, $6)
     ON CONFLICT (source_id, key) DO UPDATE SET state = 'taken', report_id = excluded.report_id, name = excluded.name, mark = excluded.mark, problem = NULL, seen_at = excluded.seen_at WHERE i.state = 'failed'`,
    [item.sourceId, item.key, item.reportId, item.name ?? null, item.mark ?? null, item.at]);
  return rowCount === 1;
}

/** Notes that something cannot be taken, and why; what was taken stays so. */
export async function failItem(source: SqlSource, item: Found & { problem: SourceProblem }): Promise<void> {
  await sqlOf(source).query(
    `INSERT INTO source_item AS i (source_id, key, state, problem, name, mark, seen_at) VALUES ($1, $2, 'failed', $3, $4, $5, $6)
     ON CONFLICT (source_id, key) DO UPDATE SET problem = excluded.problem, name = excluded.name, mark = excluded.mark, seen_at = excluded.seen_at WHERE i.state = 'failed'`,
    [item.sourceId, item.key, storableJson(item.problem), item.name ?? null, item.mark ?? null, item.at]);
}

/** What was taken before looks otherwise now (another time, another ETag): by this it is known from now on. */
export async function markItem(source: SqlSource, sourceId: string, key: string, mark: string): Promise<void> {
  await sqlOf(source).query('UPDATE source_item SET mark = $3 WHERE source_id = $1 AND key = $2', [sourceId, key, mark]);
}

/** Which of these keys were taken. */
export async function takenKeys(source: SqlSource, sourceId: string, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sqlOf(source).query<{ key: string }>("SELECT key FROM source_item WHERE source_id = $1 AND state = 'taken' AND key = ANY ($2)", [sourceId, keys]);
  return new Set(rows.map(({ key }) => key));
}

/** Which of these marks belong to something that was taken: it need not be read again to know so. */
export async function knownMarks(source: SqlSource, sourceId: string, marks: readonly string[]): Promise<Set<string>> {
  const { rows } = await sqlOf(source).query<{ mark: string }>("SELECT mark FROM source_item WHERE source_id = $1 AND state = 'taken' AND mark = ANY ($2)", [sourceId, marks]);
  return new Set(rows.map(({ mark }) => mark));
}

/** Newest first, those before the number `before`. */
export async function listItems(source: SqlSource, sourceId: string, filter: { state?: SourceItem['state'] | undefined }, page: { before: string | null; limit: number }): Promise<SourceItem[]> {
  const { rows } = await sqlOf(source).query<Omit<SourceItem, 'seenAt'> & { seenAt: Date }>(
    `SELECT no, source_id AS "sourceId", key, state, name, report_id AS "reportId", problem, seen_at AS "seenAt" FROM source_item
     WHERE source_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::bigint IS NULL OR no < $3) ORDER BY no DESC LIMIT $4`,
    [sourceId, filter.state ?? null, page.before, page.limit]);
  return rows.map((row) => ({ ...row, seenAt: row.seenAt.toISOString() }));
}
