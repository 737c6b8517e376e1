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

/** Something that can change where it lies: a file under its path, an API's answer for a period. */
export interface Edition {
  /** Where it lies. */
  place: string;
  /** SHA-256 of what it says. */
  content: string;
  /** Number of the last that was taken from there when it was read; null: none was. */
  after: string | null;
}
/** A mail is the same for ever; what lies at a place is known only if it says what was taken from there last. */
export type Identity = { key: string } | { edition: Edition };

/** What it says may come back after something else was there, so the key names what it follows. */
const keyOf = (identity: Identity): string => {
  if ('key' in identity) return identity.key;
  const { place, content, after } = identity.edition;
  return after === null ? `${place} ${content}` : `${place} ${content} ${after}`;
};

/**
 * Notes that something was taken, in the transaction that stores its report. False: it was taken before, or something else was taken from
 * its place since it was read, perhaps by another worker a moment ago; then the transaction must be undone. What had failed can be taken.
 */
export async function takeItem(tx: Tx, item: Omit<Found, 'key'> & { reportId: string; is: Identity }): Promise<boolean> {
  const edition = 'edition' in item.is ? item.is.edition : null;
  if (edition !== null) await tx.client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`source-item:${item.sourceId}:${edition.place}`]);
  const { rowCount } = await tx.client.query(
    `INSERT INTO source_item AS i (source_id, key, state, report_id, name, mark, seen_at, place, content) SELECT $1, $2, 'taken', $3, $4, $5, $6, $7::text, $8
     WHERE $7::text IS NULL OR (SELECT max(no) FROM source_item WHERE source_id = $1 AND place = $7 AND state = 'taken') IS NOT DISTINCT FROM $9::bigint
     ON CONFLICT (source_id, key) DO UPDATE SET state = 'taken', report_id = excluded.report_id, name = excluded.name, mark = excluded.mark, problem = NULL, seen_at = excluded.seen_at WHERE i.state = 'failed'`,
    [item.sourceId, keyOf(item.is), item.reportId, item.name ?? null, item.mark ?? null, item.at, edition?.place ?? null, edition?.content ?? null, edition?.after ?? null]);
  return rowCount === 1;
}

/** What was taken last from a place, and the report that it became; ISO instant. */
export interface LastTaken { no: string; content: string; periodId: string; receivedAt: string }

/** Null: nothing was taken from there. */
export async function lastTaken(source: SqlSource, sourceId: string, place: string): Promise<LastTaken | null> {
  const { rows: [row] } = await sqlOf(source).query<Omit<LastTaken, 'receivedAt'> & { receivedAt: Date }>(
    `SELECT i.no, i.content, r.period_id AS "periodId", r.received_at AS "receivedAt" FROM source_item i JOIN report r ON r.id = i.report_id
     WHERE i.source_id = $1 AND i.place = $2 AND i.state = 'taken' ORDER BY i.no DESC LIMIT 1`, [sourceId, place]);
  return row === undefined ? null : { ...row, receivedAt: row.receivedAt.toISOString() };
}

/**
 * Whether a source gave a content before, whatever it was called. `newest`: its newest report of the period that was not refused says the same; `older`: an
 * earlier one of the period did; `elsewhere`: another place's report of another period did. Where all that it gave for the period was refused, that is nothing known.
 */
export type KnownContent = { is: 'new' | 'elsewhere' } | { is: 'newest' | 'older'; reportId: string };

export async function knownContent(source: SqlSource, { sourceId, periodId, edition: { place, content } }: { sourceId: string; periodId: string; edition: Edition }): Promise<KnownContent> {
  const { rows: [row] } = await sqlOf(source).query<{ reportId: string | null; newest: boolean | null; elsewhere: boolean }>(
    `WITH given AS (
       SELECT i.report_id, i.content, r.no, r.no = max(r.no) FILTER (WHERE r.state <> 'refused') OVER () AS newest
       FROM source_item i JOIN report r ON r.id = i.report_id WHERE i.source_id = $1 AND r.period_id = $2 AND i.state = 'taken'),
     same AS (SELECT * FROM given WHERE content = $4 AND newest IS NOT NULL ORDER BY newest DESC, no DESC LIMIT 1)
     SELECT s.report_id AS "reportId", s.newest, EXISTS (SELECT FROM source_item i JOIN report r ON r.id = i.report_id
       WHERE i.source_id = $1 AND i.content = $4 AND i.place <> $3 AND i.state = 'taken' AND r.period_id <> $2) AS elsewhere
     FROM (SELECT) one LEFT JOIN same s ON true`, [sourceId, periodId, place, content]);
  if (row === undefined || row.reportId === null) return { is: row?.elsewhere === true ? 'elsewhere' : 'new' };
  return { is: row.newest === true ? 'newest' : 'older', reportId: row.reportId };
}

/** Notes that what lies at a place is what a report was made of that came from elsewhere: by its mark it is known from now on. */
export async function knowItem(source: SqlSource, { sourceId, edition, reportId, at, name, mark }: Omit<Found, 'key'> & { edition: Edition; reportId: string }): Promise<void> {
  await sqlOf(source).query(
    `INSERT INTO source_item (source_id, key, state, report_id, name, mark, seen_at, place, content) VALUES ($1, $2, 'taken', $3, $4, $5, $6, $7, $8) ON CONFLICT (source_id, key) DO NOTHING`,
    [sourceId, keyOf({ edition }), reportId, name ?? null, mark ?? null, at, edition.place, edition.content]);
}

/** Notes that something cannot be taken, and why; what was taken stays so. */
export async function failItem(source: SqlSource, item: Found & { problem: SourceProblem }): Promise<void> {
  await sqlOf(source).query(
    `INSERT INTO source_item AS i (source_id, key, state, problem, name, mark, seen_at) VALUES ($1, $2, 'failed', $3, $4, $5, $6)
     ON CONFLICT (source_id, key) DO UPDATE SET problem = excluded.problem, name = excluded.name, mark = excluded.mark, seen_at = excluded.seen_at WHERE i.state = 'failed'`,
    [item.sourceId, item.key, storableJson(item.problem), item.name ?? null, item.mark ?? null, item.at]);
}

/** What was taken last from a place looks otherwise now (another time, another ETag): by this it is known from now on. */
export async function markItem(source: SqlSource, no: string, mark: string): Promise<void> {
  await sqlOf(source).query('UPDATE source_item SET mark = $2 WHERE no = $1', [no, mark]);
}

/** Which of these keys were taken. */
export async function takenKeys(source: SqlSource, sourceId: string, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sqlOf(source).query<{ key: string }>("SELECT key FROM source_item WHERE source_id = $1 AND state = 'taken' AND key = ANY ($2)", [sourceId, keys]);
  return new Set(rows.map(({ key }) => key));
}

/** Which of these marks belong to what was taken last from its place: it need not be read again to know so. */
export async function knownMarks(source: SqlSource, sourceId: string, marks: readonly string[]): Promise<Set<string>> {
  const { rows } = await sqlOf(source).query<{ mark: string }>(
    `SELECT i.mark FROM source_item i WHERE i.source_id = $1 AND i.state = 'taken' AND i.mark = ANY ($2)
       AND NOT EXISTS (SELECT FROM source_item l WHERE l.source_id = i.source_id AND l.place = i.place AND l.state = 'taken' AND l.no > i.no)`, [sourceId, marks]);
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
