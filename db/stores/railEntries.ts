import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

/** A file or message of a rail as it was received; `findings`: what people should look at although it was read. ISO instants. */
export interface RailMessage {
  id: string; rail: string; kind: string; name: string; sha256: string; size: number; state: 'read' | 'refused';
  problem: { code: string; detail: string; line?: number; column?: number } | null;
  facts: Record<string, unknown>;
  findings: readonly { code: string; detail: string }[];
  receivedAt: string;
}

/** What a message says about one attempt (`idempotencyKey`), or about a whole batch (`batchId` alone). */
export interface NewRailEntry {
  entryKey: string; kind: 'accepted' | 'pending' | 'rejected' | 'executed' | 'returned';
  idempotencyKey: string | null; batchId: string | null; railReference: string;
  amount: string | null; currency: string | null; settledUsd: string | null; fee: string | null; at: string; code: string | null; reason: string | null;
}
/** `sameAs`: the id of the first word about the same part of a return; null: it is that. */
export interface RailEntry extends NewRailEntry { id: string; messageId: string; payoutId: string | null; sameAs: string | null }

/** The id under which the message stands; null where the rail's same bytes were read before: nothing of them counts twice. What was refused and can be read now takes the place of the refusal. */
export async function insertMessage(tx: Tx, message: RailMessage): Promise<string | null> {
  const { rows } = await tx.client.query<{ id: string }>(
    `INSERT INTO rail_message AS m (id, rail, kind, name, sha256, size, state, problem, facts, findings, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (rail, sha256) DO UPDATE SET kind = excluded.kind, state = 'read', problem = NULL, facts = excluded.facts, findings = excluded.findings, received_at = excluded.received_at
       WHERE m.state = 'refused' AND excluded.state = 'read' RETURNING id`,
    [message.id, message.rail, message.kind, message.name, message.sha256, message.size, message.state, message.problem && JSON.stringify(message.problem), JSON.stringify(message.facts), JSON.stringify(message.findings), message.receivedAt]);
  return rows[0]?.id ?? null;
}

/** Keeps what is new of a message, and answers with it; an entry that another message had already is none. `same` (entry key → id): entries about a part of a return that was told before. */
export async function insertEntries(tx: Tx, rail: string, messageId: string, entries: readonly NewRailEntry[], same: ReadonlyMap<string, string> = new Map()): Promise<NewRailEntry[]> {
  if (entries.length === 0) return [];
  const column = <K extends keyof NewRailEntry>(name: K): NewRailEntry[K][] => entries.map((entry) => entry[name]);
  const { rows } = await tx.client.query<{ entry_key: string }>(
    `INSERT INTO rail_entry (rail, message_id, entry_key, kind, idempotency_key, batch_id, rail_reference, amount, currency, settled_usd, fee, at, code, reason, same_as)
     SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[], $9::text[], $10::numeric[], $11::numeric[], $12::timestamptz[], $13::text[], $14::text[], $15::bigint[])
     ON CONFLICT (rail, entry_key) DO NOTHING RETURNING entry_key`,
    [rail, messageId, column('entryKey'), column('kind'), column('idempotencyKey'), column('batchId'), column('railReference'), column('amount'), column('currency'), column('settledUsd'), column('fee'), column('at'), column('code'), column('reason'), entries.map(({ entryKey }) => same.get(entryKey) ?? null)]);
  const kept = new Set(rows.map((row) => row.entry_key));
  return entries.filter((entry) => kept.delete(entry.entryKey));
}

/** What a part of a return was credited may stand in a later word about it. */
const USD = '(CASE WHEN e.settled_usd IS NULL AND e.kind = \'returned\' THEN (SELECT o.settled_usd FROM rail_entry o WHERE o.same_as = e.id AND o.settled_usd IS NOT NULL ORDER BY o.id LIMIT 1) ELSE e.settled_usd END)';
const ENTRY = `e.id, e.message_id AS "messageId", e.entry_key AS "entryKey", e.kind, e.idempotency_key AS "idempotencyKey", e.batch_id AS "batchId", e.rail_reference AS "railReference", e.amount, e.currency,
  ${USD} AS "settledUsd", e.fee, e.at, e.code, e.reason, e.same_as AS "sameAs"`;
type Row = Omit<RailEntry, 'at'> & { at: Date };
const shown = (row: Row): RailEntry => ({ ...row, at: row.at.toISOString() });

/** All that the rail said about an attempt, and about the batch in which it left, in the order in which it was received. */
export async function entriesOf(source: SqlSource, rail: string, attempt: { idempotencyKey: string; attemptId: string }): Promise<RailEntry[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${ENTRY}, NULL AS "payoutId" FROM rail_entry e WHERE e.rail = $1 AND (e.idempotency_key = $2
       OR (e.idempotency_key IS NULL AND e.batch_id = (SELECT batch_id FROM payout_batch_item WHERE attempt_id = $3 AND withdrawn_at IS NULL) AND e.kind IN ('accepted', 'pending', 'rejected'))) ORDER BY e.id`,
    [rail, attempt.idempotencyKey, attempt.attemptId]);
  return rows.map(shown);
}

/** The rail's own record: executions and returns, each once, with `from` ≤ at < `to` (ISO instants; null: open), in the order of their booking, page by page. */
export async function* movements(source: SqlSource, rail: string, from: string | null, to: string | null, pageSize = 1_000): AsyncGenerator<RailEntry> {
  for (let after: { at: string; id: string } | null = null; ;) {
    const page: Row[] = (await sqlOf(source).query<Row>(
      `SELECT ${ENTRY}, a.payout_id AS "payoutId" FROM rail_entry e LEFT JOIN payout_attempt a ON a.idempotency_key = e.idempotency_key
       WHERE e.rail = $1 AND e.kind IN ('executed', 'returned') AND e.same_as IS NULL AND ($2::timestamptz IS NULL OR e.at >= $2) AND ($3::timestamptz IS NULL OR e.at < $3)
         AND ($4::timestamptz IS NULL OR (e.at, e.id) > ($4, $5::bigint)) ORDER BY e.at, e.id LIMIT $6`, [rail, from, to, after?.at ?? null, after?.id ?? null, pageSize])).rows;
    for (const row of page) yield shown(row);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = { at: last.at.toISOString(), id: last.id };
  }
}

/** Which keys an attempt of this rail has, of those that were asked for by what its adapter put into the attempts' facts under `fact`. */
export async function keysByFact(source: SqlSource, rail: string, fact: 'endToEndId', values: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sqlOf(source).query<{ value: string; key: string }>(
    `SELECT a.facts ->> 'endToEndId' AS value, a.idempotency_key AS key FROM payout_attempt a JOIN payout p ON p.id = a.payout_id AND p.rail = $1 WHERE a.facts ->> $3 = ANY ($2)`, [rail, [...new Set(values)], fact]);
  return new Map(rows.map(({ value, key }) => [value, key]));
}

/** Payouts about which messages received since `since` (ISO) say more than is settled here: what was told and not yet looked up. */
export async function payoutsAhead(source: SqlSource, rail: string, since: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(
    `WITH told AS (SELECT e.kind, e.idempotency_key, e.batch_id, coalesce(e.same_as, e.id)::text AS part, e.settled_usd FROM rail_message m JOIN rail_entry e ON e.message_id = m.id WHERE m.rail = $1 AND m.received_at >= $2),
       about AS (
         SELECT t.kind, t.part, t.settled_usd, a.id AS attempt_id FROM told t JOIN payout_attempt a ON a.idempotency_key = t.idempotency_key
         UNION ALL SELECT t.kind, t.part, t.settled_usd, i.attempt_id FROM told t JOIN payout_batch_item i ON i.batch_id = t.batch_id AND i.withdrawn_at IS NULL WHERE t.idempotency_key IS NULL)
     SELECT DISTINCT p.id FROM about e JOIN payout_attempt a ON a.id = e.attempt_id JOIN payout p ON p.id = a.payout_id AND p.rail = $1
     WHERE (e.kind IN ('executed', 'rejected') AND a.state IN ('sent', 'accepted', 'unknown')) OR (e.kind = 'returned' AND p.state NOT IN ('returned', 'failed'))
       OR (e.kind = 'returned' AND p.state = 'returned' AND NOT EXISTS (SELECT FROM payout_return r WHERE r.payout_id = p.id AND r.part IN (e.part, 'returned') AND (e.settled_usd IS NULL OR r.credited_usd IS NOT NULL OR r.part = 'returned')))
       OR (e.kind IN ('accepted', 'pending') AND a.state = 'sent') OR (e.kind = 'executed' AND a.state IN ('rejected', 'not_executed') AND a.reopened_at IS NULL AND p.state NOT IN ('paid', 'returned', 'failed')) ORDER BY p.id`, [rail, since]);
  return rows.map(({ id }) => id);
}

/** The rail's latest message of a kind whose facts name this account, before the one of `name` itself; for comparing statements with the one before. */
export async function latestFacts(source: SqlSource, rail: string, kind: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sqlOf(source).query<{ facts: Record<string, unknown> }>(
    `SELECT facts FROM rail_message WHERE rail = $1 AND kind = $2 AND state = 'read' AND facts <> '{}' ORDER BY received_at DESC, recorded_at DESC LIMIT 200`, [rail, kind]);
  return rows.map(({ facts }) => facts);
}

/** Messages that were refused, or read with findings, the newest first: for operators and for reconciliation. */
export async function messagesToLookAt(source: SqlSource, rail: string, limit = 100): Promise<Pick<RailMessage, 'id' | 'kind' | 'name' | 'state' | 'problem' | 'findings' | 'receivedAt'>[]> {
  type Shown = Pick<RailMessage, 'id' | 'kind' | 'name' | 'state' | 'problem' | 'findings'> & { receivedAt: Date };
  const { rows } = await sqlOf(source).query<Shown>(
    `SELECT id, kind, name, state, problem, findings, received_at AS "receivedAt" FROM rail_message WHERE rail = $1 AND (state = 'refused' OR findings <> '[]') ORDER BY received_at DESC, id DESC LIMIT $2`, [rail, limit]);
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}
