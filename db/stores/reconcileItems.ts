import type { Pool, PoolClient } from 'pg';
import type { OwnAttempt, OwnItem, RecordItem } from '../../domain/payouts/reconcile/items.ts';
import { withTransaction } from '../connection.ts';

type AttemptRow = OwnAttempt & { payoutId: string };

/** All that we say of a rail's payouts, attempts and clearing account as of one instant, beside the lines of its record that were put there: page by page, so that neither side has to fit into memory. */
export interface OwnSnapshot {
  /** USD by journals about payments; what statements moved on to cash is left out. */
  readonly ledgerTotal: string;
  /** Keeps lines until the end of the work, each with the payout it is about: by its key, else by its reference where that is one payout's, else by the payout's id. A sequence that came before takes the place of it. */
  stage(lines: readonly RecordItem[]): Promise<void>;
  /** Each payout once, by id, with its lines in their order. */
  pages(): AsyncGenerator<{ payouts: OwnItem[]; record: RecordItem[] }>;
  /** Lines that are about no payout of ours, in their order. */
  strangers(): AsyncGenerator<RecordItem[]>;
}

const PAGE = 2_000;

/** The snapshot is taken before `work` begins: whatever the record is read for later happened after what we say, never before. */
export function withOwnSnapshot<T>(pool: Pool, rail: string, work: (own: OwnSnapshot) => Promise<T>): Promise<T> {
  return withTransaction(pool, async ({ client }) => {
    const { rows: [total] } = await client.query<{ amount: string }>(
      `SELECT coalesce(sum(p.amount), 0) AS amount FROM ledger_account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id WHERE a.kind = 'rail_clearing' AND a.rail = $1 AND j.kind <> 'rail_settled'`, [rail]);
    await client.query(
      `CREATE TEMP TABLE record_line (ord bigint GENERATED ALWAYS AS IDENTITY, sequence text PRIMARY KEY, kind text, at text, key text, claimed text, reference text, amount text, currency text, settled_usd text, payout_id text)
       ON COMMIT DROP`);
    await client.query('CREATE INDEX record_line_payout ON record_line (payout_id)');
    return work({ ledgerTotal: total!.amount, stage: (lines) => stage(client, rail, lines), pages: () => pages(client, rail), strangers: () => strangers(client) });
  }, { isolation: 'repeatable read' });
}

async function stage(client: PoolClient, rail: string, all: readonly RecordItem[]): Promise<void> {
  const lines = [...new Map(all.map((line) => [line.sequence, line])).values()];
  const column = <T>(of: (line: RecordItem) => T): T[] => lines.map(of);
  await client.query(
    `WITH line AS (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) AS l (sequence, kind, at, key, claimed, reference, amount, currency, settled_usd)),
       bears AS (
         SELECT a.payout_id, a.rail_reference AS reference FROM payout_attempt a WHERE a.rail_reference = ANY ($7)
         UNION SELECT a.payout_id, v.rail_reference FROM payout_attempt_version v JOIN payout_attempt a ON a.id = v.attempt_id WHERE v.rail_reference = ANY ($7)),
       named AS (SELECT b.reference, min(b.payout_id) AS payout_id FROM bears b JOIN payout p ON p.id = b.payout_id AND p.rail = $1 GROUP BY 1 HAVING count(DISTINCT b.payout_id) = 1)
     INSERT INTO record_line (sequence, kind, at, key, claimed, reference, amount, currency, settled_usd, payout_id)
     SELECT l.*, coalesce(
       (SELECT p.id FROM payout_attempt a JOIN payout p ON p.id = a.payout_id WHERE a.idempotency_key = l.key AND p.rail = $1),
       (SELECT n.payout_id FROM named n WHERE n.reference = l.reference),
       (SELECT p.id FROM payout p WHERE p.id = l.claimed AND p.rail = $1)) FROM line l
     ON CONFLICT (sequence) DO UPDATE SET kind = excluded.kind, at = excluded.at, key = excluded.key, claimed = excluded.claimed, reference = excluded.reference, amount = excluded.amount, currency = excluded.currency,
       settled_usd = excluded.settled_usd, payout_id = excluded.payout_id`,
    [rail, column((l) => l.sequence), column((l) => l.kind), column((l) => l.at), column((l) => l.idempotencyKey), column((l) => l.payoutId), column((l) => l.railReference), column((l) => l.amount), column((l) => l.currency), column((l) => l.settledUsd ?? null)]);
}

const LINE = 'ord, sequence, kind, at, key AS "idempotencyKey", claimed AS "payoutId", reference AS "railReference", amount, currency, settled_usd AS "settledUsd"';
type LineRow = Omit<RecordItem, 'settledUsd'> & { ord: string; settledUsd: string | null };
const shown = ({ ord: _, settledUsd, ...line }: LineRow): RecordItem => ({ ...line, ...(settledUsd !== null && { settledUsd }) });

async function* pages(client: PoolClient, rail: string): AsyncGenerator<{ payouts: OwnItem[]; record: RecordItem[] }> {
  // Without figures of its own the planner would read the staged lines whole for each page.
  await client.query('ANALYZE record_line');
  for (let after = ''; ;) {
    const payouts: Omit<OwnItem, 'posted' | 'attempts'>[] = (await client.query<Omit<OwnItem, 'posted' | 'attempts'>>(
      `SELECT id, state, amount, coalesce(pay_amount, amount) AS "payAmount", pay_currency AS "payCurrency", settled_usd AS "settledUsd" FROM payout WHERE rail = $1 AND id > $2 ORDER BY id LIMIT ${PAGE}`, [rail, after])).rows;
    if (payouts.length === 0) return;
    const ids = payouts.map(({ id }) => id);
    const { rows: attempts } = await client.query<AttemptRow>(
      `SELECT a.id, a.payout_id AS "payoutId", a.idempotency_key AS "idempotencyKey", a.state, a.sends, a.looks, a.detail,
         array_remove(a.rail_reference || array(SELECT v.rail_reference FROM payout_attempt_version v WHERE v.attempt_id = a.id ORDER BY v.no), NULL) AS "references"
       FROM payout_attempt a WHERE a.payout_id = ANY ($1) ORDER BY a.payout_id, a.no`, [ids]);
    const { rows: posted } = await client.query<{ id: string; amount: string }>(
      `SELECT j.cause_id AS id, sum(p.amount) AS amount FROM journal j JOIN posting p ON p.journal_id = j.id JOIN ledger_account a ON a.id = p.account_id
       WHERE j.cause_type = 'payout' AND j.cause_id = ANY ($2) AND a.kind = 'rail_clearing' AND a.rail = $1 AND j.kind <> 'rail_settled' GROUP BY 1`, [rail, ids]);
    const { rows: lines } = await client.query<LineRow>(`SELECT ${LINE} FROM record_line WHERE payout_id = ANY ($1) ORDER BY ord`, [ids]);
    const postedOf = new Map(posted.map(({ id, amount }) => [id, amount]));
    const attemptsOf = Map.groupBy(attempts, ({ payoutId }) => payoutId);
    yield { payouts: payouts.map((payout) => ({ ...payout, posted: postedOf.get(payout.id) ?? '0', attempts: (attemptsOf.get(payout.id) ?? []).map(({ payoutId: _, ...attempt }) => attempt) })), record: lines.map(shown) };
    after = ids.at(-1)!;
  }
}

async function* strangers(client: PoolClient): AsyncGenerator<RecordItem[]> {
  for (let after = '0'; ;) {
    const { rows }: { rows: LineRow[] } = await client.query<LineRow>(`SELECT ${LINE} FROM record_line WHERE payout_id IS NULL AND ord > $1 ORDER BY ord LIMIT ${PAGE}`, [after]);
    if (rows.length === 0) return;
    yield rows.map(shown);
    after = rows.at(-1)!.ord;
  }
}
