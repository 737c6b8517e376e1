import { Decimal } from '../../domain/decimal.ts';
import { bookingOf, type KnownMovement, partOf, type ToldMovement } from '../../domain/payouts/movementIdentity.ts';
import type { Tx } from '../connection.ts';
import type { NewRailEntry } from './railEntries.ts';

type Known = KnownMovement & { entryKey: string; of: string };

/** What an adapter writes into the key of a movement that names no transfer, in place of its name. */
export const UNNAMED = 'NOTPROVIDED';

/** Of what payment a movement is, and in which way: our attempt's key, or what a stranger's entry key begins with (`returned:INV-7`). */
const subject = ({ kind, idempotencyKey, entryKey }: Pick<NewRailEntry, 'kind' | 'idempotencyKey' | 'entryKey'>): string => (idempotencyKey === null ? entryKey.split(':').slice(0, 2).join(':') : `${kind}:${idempotencyKey}`);
const told = (channel: string, { railReference, entryKey, amount, currency, at }: Pick<NewRailEntry, 'railReference' | 'entryKey' | 'amount' | 'currency' | 'at'>): ToldMovement =>
  ({ channel, reference: entryKey.split(':')[1] === railReference ? null : railReference, amount, currency, at });

/**
 * Which executions and returns of a message (of this kind) are ones, or parts of ones, that another kind of message told before: entry key → id of the first word about it. Whoever reads messages of the
 * same rail waits until the transaction ends, so that nothing is taken for two.
 */
export async function sameMovements(tx: Tx, rail: string, kind: string, entries: readonly NewRailEntry[]): Promise<Map<string, string>> {
  const movements = entries.filter((entry) => entry.kind === 'returned' || entry.kind === 'executed');
  const same = new Map<string, string>();
  if (movements.length === 0) return same;
  await tx.client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`movements:${rail}`]);
  const { rows } = await tx.client.query<NewRailEntry & { id: string; sameAs: string | null; channel: string; at: Date }>(
    `SELECT e.id, e.same_as AS "sameAs", m.kind AS channel, e.kind, e.entry_key AS "entryKey", e.idempotency_key AS "idempotencyKey", e.rail_reference AS "railReference", trim_scale(e.amount)::text AS amount, e.currency, e.at
     FROM rail_entry e JOIN rail_message m ON m.id = e.message_id
     WHERE e.rail = $1 AND e.kind IN ('executed', 'returned')
       AND (e.idempotency_key = ANY ($2) OR (e.idempotency_key IS NULL AND EXISTS (SELECT FROM unnest($3::text[]) AS s (subject) WHERE starts_with(e.entry_key, s.subject)))) ORDER BY e.id`,
    [rail, [...new Set(movements.flatMap(({ idempotencyKey }) => idempotencyKey ?? []))], [...new Set(movements.filter(({ idempotencyKey }) => idempotencyKey === null).map(subject))]]);
  const known = Map.groupBy(rows.map((row): Known => ({ ...told(row.channel, { ...row, at: row.at.toISOString() }), part: row.sameAs ?? row.id, entryKey: row.entryKey, of: subject(row) })), ({ of }) => of);
  for (const entry of movements) {
    const of = subject(entry);
    const here = known.get(of) ?? [];
    if (here.some(({ entryKey }) => entryKey === entry.entryKey)) continue;
    const word = told(kind, entry);
    // Of what names no transfer only the day says that it is the same.
    const part = here.find((one) => toldBeforeParts(one, word))?.part ?? (entry.kind === 'executed' || of.endsWith(`:${UNNAMED}`) ? bookingOf : partOf)(here, word);
    if (part === null) continue;
    same.set(entry.entryKey, part);
    known.set(of, [...here, { ...word, part, entryKey: entry.entryKey, of }]);
  }
  return same;
}

/** The same line again, of a kind of message that was kept before there were parts: its key did not name it. */
const toldBeforeParts = (one: Known, { channel, reference, amount, at }: ToldMovement): boolean =>
  one.entryKey.split(':').length === 2 && one.channel === channel && one.reference === reference && one.amount !== null && amount !== null && new Decimal(one.amount).equals(amount) && one.at.slice(0, 10) === at.slice(0, 10);
