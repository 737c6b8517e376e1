import type { AvailableBalance } from '../../domain/payouts/plan.ts';
import { type AttemptState, ATTEMPT_BLOCKS_ANOTHER, ATTEMPT_OPEN, attemptStatesBefore, type PayoutState, payoutStatesBefore, PAYOUT_SETTLED } from '../../domain/payouts/states.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

export interface Payout {
  id: string; runId: string; userId: string; rail: string; destination: Record<string, string>;
  /** USD. */
  amount: string; currency: string;
  /** What is ordered of the rail, in its currency. */
  payAmount: string; payCurrency: string;
  state: PayoutState; railReference: string | null; detail: string | null; plannedAt: string; settledAt: string | null;
  /** USD that left for it, units of `payCurrency` for each of them, and what the network took besides; null until it is paid. */
  settledUsd: string | null; settledRate: string | null; networkFee: string | null; executedAt: string | null;
}

/** The payout's attempt that counts, as stored: the one that is open, else the latest. */
export interface Attempt {
  id: string; no: number; idempotencyKey: string; requestHash: string; bytes: Buffer; state: AttemptState; railReference: string | null;
  facts: Record<string, string>; sends: number; firstSentAt: string | null; lastSentAt: string | null; acceptedAt: string | null; expiresAt: string | null; looks: number;
  preparedAt: string;
  /** Attempts before it that were given up without ever being sent. */
  neverSent: number;
  /** Until when the payout's quote holds; null: always. ISO. */
  quotedUntil: string | null;
  /** When it was taken up again after it had been taken for never to execute; null: it was not. ISO. */
  reopenedAt: string | null;
  /** What its bytes replaced, oldest first; hash, bytes, reference and facts above are the newest. */
  replaced: { railReference: string | null; facts: Record<string, string> }[];
}

interface PayoutRow {
  id: string; run_id: string; user_id: string; rail: string; destination: Record<string, string>; amount: string; currency: string; state: PayoutState;
  rail_reference: string | null; detail: string | null; planned_at: Date; settled_at: Date | null;
  pay_amount: string; pay_currency: string; settled_usd: string | null; settled_rate: string | null; network_fee: string | null; executed_at: Date | null;
}
interface AttemptRow {
  id: string; no: number; idempotency_key: string; request_hash: string; request_bytes: Buffer; state: AttemptState; rail_reference: string | null; facts: Record<string, string>;
  sends: number; first_sent_at: Date | null; last_sent_at: Date | null; accepted_at: Date | null; expires_at: Date | null; looks: number;
  prepared_at: Date; reopened_at: Date | null; never_sent: number; quoted_until: Date | null; versions: boolean;
}
interface VersionRow { request_hash: string; request_bytes: Buffer; rail_reference: string | null; facts: Record<string, string> }

const PAYOUT = `id, run_id, user_id, rail, destination, amount, currency, coalesce(pay_amount, amount) AS pay_amount, pay_currency, state, rail_reference, detail, planned_at, settled_at,
  settled_usd, settled_rate, network_fee, executed_at`;
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const shown = (row: PayoutRow): Payout => ({
  id: row.id, runId: row.run_id, userId: row.user_id, rail: row.rail, destination: row.destination, amount: row.amount, currency: row.currency, state: row.state,
  railReference: row.rail_reference, detail: row.detail, plannedAt: row.planned_at.toISOString(), settledAt: iso(row.settled_at),
  payAmount: row.pay_amount, payCurrency: row.pay_currency, settledUsd: row.settled_usd, settledRate: row.settled_rate, networkFee: row.network_fee, executedAt: iso(row.executed_at),
});

/** The payout with its attempt that counts: the open one, of which there is at most one, else the latest. `lock` keeps the payout's row until the transaction ends. Throws `Problem` PAYOUT_UNKNOWN (404). */
export async function readPayout(source: SqlSource, payoutId: string, lock = false): Promise<{ payout: Payout; attempt: Attempt | null }> {
  const sql = sqlOf(source);
  const { rows } = await sql.query<PayoutRow>(`SELECT ${PAYOUT} FROM payout WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [payoutId]);
  if (!rows[0]) throw new Problem('PAYOUT_UNKNOWN', `There is no payout "${payoutId}".`, { status: 404 });
  // A second statement: after waiting for the lock it sees what its holder committed.
  const attempts = await sql.query<AttemptRow>(
    `SELECT id, no, idempotency_key, request_hash, request_bytes, state, rail_reference, facts, sends, first_sent_at, last_sent_at, accepted_at, expires_at, looks, prepared_at, reopened_at,
       (SELECT count(*)::int FROM payout_attempt b WHERE b.payout_id = payout_attempt.payout_id AND b.no < payout_attempt.no AND b.state = 'abandoned') AS never_sent,
       (SELECT q.valid_until FROM payout_quote q WHERE q.payout_id = payout_attempt.payout_id ORDER BY q.no DESC LIMIT 1) AS quoted_until,
       EXISTS (SELECT FROM payout_attempt_version v WHERE v.attempt_id = payout_attempt.id) AS versions
     FROM payout_attempt WHERE payout_id = $1 ORDER BY open DESC, no DESC LIMIT 1`, [payoutId]);
  const row = attempts.rows[0];
  if (row === undefined) return { payout: shown(rows[0]), attempt: null };
  const first: VersionRow = row;
  const later = row.versions ? (await sql.query<VersionRow>('SELECT request_hash, request_bytes, rail_reference, facts FROM payout_attempt_version WHERE attempt_id = $1 ORDER BY no', [row.id])).rows : [];
  const newest = later.at(-1) ?? first;
  return {
    payout: shown(rows[0]),
    attempt: {
      id: row.id, no: row.no, idempotencyKey: row.idempotency_key, requestHash: newest.request_hash, bytes: newest.request_bytes, state: row.state, railReference: newest.rail_reference, facts: newest.facts,
      sends: row.sends, firstSentAt: iso(row.first_sent_at), lastSentAt: iso(row.last_sent_at), acceptedAt: iso(row.accepted_at), expiresAt: iso(row.expires_at), looks: row.looks,
      preparedAt: row.prepared_at.toISOString(), neverSent: row.never_sent, quotedUntil: iso(row.quoted_until), reopenedAt: iso(row.reopened_at), replaced: [first, ...later].slice(0, -1).map(({ rail_reference: railReference, facts }) => ({ railReference, facts })),
    },
  };
}

/** The payouts of a rail to which attempts with these keys belong. */
export async function payoutsByKey(source: SqlSource, rail: string, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const { rows } = await sqlOf(source).query<{ id: string }>('SELECT DISTINCT p.id FROM payout_attempt a JOIN payout p ON p.id = a.payout_id AND p.rail = $1 WHERE a.idempotency_key = ANY ($2)', [rail, keys]);
  return rows.map(({ id }) => id);
}

/** Which balances it was reserved from, in the order in which they were taken. */
export async function payoutSources(source: SqlSource, payoutId: string): Promise<AvailableBalance[]> {
  const { rows } = await sqlOf(source).query<{ broker_id: string; programme: AvailableBalance['programme']; amount: string }>(
    'SELECT broker_id, programme, amount FROM payout_source WHERE payout_id = $1 ORDER BY amount DESC, broker_id, programme', [payoutId]);
  return rows.map((row) => ({ brokerId: row.broker_id, programme: row.programme, amount: row.amount }));
}

/** The same of many payouts in one statement: payout id → sources. */
export async function sourcesOf(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, AvailableBalance[]>> {
  const { rows } = await sqlOf(source).query<AvailableBalance & { payoutId: string }>(
    'SELECT payout_id AS "payoutId", broker_id AS "brokerId", programme, amount FROM payout_source WHERE payout_id = ANY ($1) ORDER BY amount DESC, broker_id, programme', [payoutIds]);
  return Map.groupBy(rows, ({ payoutId }) => payoutId);
}

/** `from` and `to` (ISO instants, `to` exclusive) are about when it was planned; `open` false: only settled ones. */
export interface PayoutFilter { runId?: string; userId?: string; state?: PayoutState; open?: boolean; rail?: string; from?: string; to?: string; after?: string; limit: number }

/** Payouts in id order. `open`: whose outcome is still to come. */
export async function listPayouts(source: SqlSource, filter: PayoutFilter): Promise<Payout[]> {
  const { rows } = await sqlOf(source).query<PayoutRow>(
    `SELECT ${PAYOUT} FROM payout WHERE id > $1 AND ($2::text IS NULL OR run_id = $2) AND ($3::text IS NULL OR user_id = $3) AND ($4::text IS NULL OR state = $4)
       AND ($5::boolean IS NULL OR $5 = (state <> ALL ($6)))
       AND ($8::text IS NULL OR rail = $8) AND ($9::timestamptz IS NULL OR planned_at >= $9) AND ($10::timestamptz IS NULL OR planned_at < $10) ORDER BY id LIMIT $7`,
    [filter.after ?? '', filter.runId ?? null, filter.userId ?? null, filter.state ?? null, filter.open ?? null, PAYOUT_SETTLED, filter.limit, filter.rail ?? null, filter.from ?? null, filter.to ?? null]);
  return rows.map(shown);
}

/** One guarded move. Throws `Problem` PAYOUT_MOVE_REFUSED (409) where the stored state does not allow it. */
export async function movePayout(tx: Tx, payoutId: string, to: PayoutState, set: { detail: string; railReference: string | null; settledAt: string | null }): Promise<void> {
  const { rowCount } = await tx.client.query(
    `UPDATE payout SET state = $2, detail = $3, rail_reference = coalesce($4, rail_reference), settled_at = coalesce($5, settled_at) WHERE id = $1 AND state = ANY ($6)`,
    [payoutId, to, set.detail, set.railReference, set.settledAt, payoutStatesBefore(to)]);
  if (rowCount !== 1) throw new Problem('PAYOUT_MOVE_REFUSED', `Payout ${payoutId} cannot become ${to} from where it is.`, { status: 409, facts: { to } });
}

/** How an executed payout was settled: USD that left, the rate that this makes, the network's own fee, and when the rail executed it. */
export async function noteSettlement(tx: Tx, payoutId: string, settled: { usd: string; rate: string; networkFee: string | null; executedAt: string }): Promise<void> {
  await tx.client.query('UPDATE payout SET settled_usd = $2, settled_rate = $3, network_fee = $4, executed_at = $5 WHERE id = $1', [payoutId, settled.usd, settled.rate, settled.networkFee, settled.executedAt]);
}

/** What is known of a payout without its moving: the rail's latest word. */
export async function noteOnPayout(tx: Tx, payoutId: string, detail: string): Promise<void> {
  await tx.client.query('UPDATE payout SET detail = $2 WHERE id = $1 AND detail IS DISTINCT FROM $2', [payoutId, detail]);
}

export interface NewAttempt {
  id: string; payoutId: string; no: number; idempotencyKey: string; requestHash: string; bytes: Buffer; railReference: string | null;
  facts: Readonly<Record<string, string>>; preparedAt: string; expiresAt: string | null;
}

/** Commits an attempt's key, hash and bytes; the unique indexes refuse a second open one, a second of its number, a used key. */
export async function insertAttempt(tx: Tx, attempt: NewAttempt): Promise<void> {
  await tx.client.query(
    `INSERT INTO payout_attempt (id, payout_id, no, idempotency_key, request_hash, request_bytes, state, open, rail_reference, facts, prepared_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'prepared', true, $7, $8, $9, $10)`,
    [attempt.id, attempt.payoutId, attempt.no, attempt.idempotencyKey, attempt.requestHash, attempt.bytes, attempt.railReference, JSON.stringify(attempt.facts), attempt.preparedAt, attempt.expiresAt]);
}

/** Commits bytes that take the place of the attempt's earlier ones, and counts their send: from here on they may have executed. ISO instants. */
export async function insertAttemptVersion(tx: Tx, attemptId: string, version: Pick<NewAttempt, 'requestHash' | 'bytes' | 'railReference' | 'facts' | 'preparedAt'>, latest: string): Promise<void> {
  await tx.client.query(
    `INSERT INTO payout_attempt_version (attempt_id, no, request_hash, request_bytes, rail_reference, facts, prepared_at)
     SELECT $1, 2 + count(*), $2, $3, $4, $5, $6 FROM payout_attempt_version WHERE attempt_id = $1`,
    [attemptId, version.requestHash, version.bytes, version.railReference, JSON.stringify(version.facts), version.preparedAt]);
  await tx.client.query('UPDATE payout_attempt SET sends = sends + 1, last_sent_at = $2 WHERE id = $1', [attemptId, latest]);
}

/** Counts a send before the bytes leave: from here on the attempt may have executed. ISO instants. */
export async function markSent(tx: Tx, attemptId: string, earliest: string, latest: string): Promise<void> {
  const { rowCount } = await tx.client.query(
    `UPDATE payout_attempt SET state = 'sent', sends = sends + 1, first_sent_at = coalesce(first_sent_at, $2), last_sent_at = $3 WHERE id = $1 AND state = ANY ($4)`,
    [attemptId, earliest, latest, attemptStatesBefore('sent')]);
  if (rowCount !== 1) throw attemptRefused(attemptId, 'sent');
}

/** One guarded move of an attempt. Throws `Problem` PAYOUT_ATTEMPT_MOVE_REFUSED (409). */
export async function moveAttempt(tx: Tx, attemptId: string, to: AttemptState, set: { detail: string; railReference: string | null; at: string }): Promise<void> {
  const { rowCount } = await tx.client.query(
    `UPDATE payout_attempt SET state = $2, open = $3, detail = $4, rail_reference = coalesce($5, rail_reference),
       closed_at = CASE WHEN $6 THEN NULL ELSE coalesce(closed_at, $7::timestamptz) END,
       accepted_at = CASE WHEN $2 = 'accepted' THEN coalesce(accepted_at, $7::timestamptz) ELSE accepted_at END,
       sends = CASE WHEN $2 = 'prepared' THEN 0 ELSE sends END,
       first_sent_at = CASE WHEN $2 = 'prepared' THEN NULL ELSE first_sent_at END,
       last_sent_at = CASE WHEN $2 = 'prepared' THEN NULL ELSE last_sent_at END
     WHERE id = $1 AND state = ANY ($8)`,
    [attemptId, to, ATTEMPT_BLOCKS_ANOTHER.includes(to), set.detail, set.railReference, ATTEMPT_OPEN.includes(to), set.at, attemptStatesBefore(to)]);
  if (rowCount !== 1) throw attemptRefused(attemptId, to);
}

export async function countLook(tx: Tx, attemptId: string): Promise<void> {
  await tx.client.query('UPDATE payout_attempt SET looks = looks + 1 WHERE id = $1', [attemptId]);
}

function attemptRefused(attemptId: string, to: AttemptState): Problem {
  return new Problem('PAYOUT_ATTEMPT_MOVE_REFUSED', `Attempt ${attemptId} cannot become ${to} from where it is.`, { status: 409, facts: { to } });
}
