import { Decimal } from '../../domain/decimal.ts';
import { type KnownReturn, partOf, type ToldReturn } from '../../domain/payouts/returnIdentity.ts';
import type { Tx } from '../connection.ts';
import type { NewRailEntry } from './railEntries.ts';

type Known = KnownReturn & { entryKey: string; of: string };

/** Of what payment a return is: our attempt's key, or what a stranger's entry key begins with. */
const subject = ({ idempotencyKey, entryKey }: Pick<NewRailEntry, 'idempotencyKey' | 'entryKey'>): string => idempotencyKey ?? entryKey.split(':').slice(0, 2).join(':');
const told = (channel: string, { railReference, entryKey, amount, currency, at }: Pick<NewRailEntry, 'railReference' | 'entryKey' | 'amount' | 'currency' | 'at'>): ToldReturn =>
  ({ channel, reference: entryKey.split(':')[1] === railReference ? null : railReference, amount, currency, at });

/**
 * Which entries of a message (of this kind) are about a part of a return that another kind of message told before: entry key → id of its first word. Whoever reads messages of the same rail
 * waits until the transaction ends, so that no part is taken for two.
 */
export async function sameReturns(tx: Tx, rail: string, kind: string, entries: readonly NewRailEntry[]): Promise<Map<string, string>> {
  const returns = entries.filter((entry) => entry.kind === 'returned');
  const same = new Map<string, string>();
  if (returns.length === 0) return same;
  await tx.client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`returns:${rail}`]);
  const { rows } = await tx.client.query<NewRailEntry & { id: string; sameAs: string | null; channel: string; at: Date }>(
    `SELECT e.id, e.same_as AS "sameAs", m.kind AS channel, e.entry_key AS "entryKey", e.idempotency_key AS "idempotencyKey", e.rail_reference AS "railReference", trim_scale(e.amount)::text AS amount, e.currency, e.at
     FROM rail_entry e JOIN rail_message m ON m.id = e.message_id
     WHERE e.rail = $1 AND e.kind = 'returned' AND (e.idempotency_key = ANY ($2) OR (e.idempotency_key IS NULL AND EXISTS (SELECT FROM unnest($3::text[]) AS s (subject) WHERE starts_with(e.entry_key, s.subject)))) ORDER BY e.id`,
    [rail, returns.flatMap(({ idempotencyKey }) => idempotencyKey ?? []), returns.filter(({ idempotencyKey }) => idempotencyKey === null).map(subject)]);
  const known: Known[] = rows.map((row) => ({ ...told(row.channel, { ...row, at: row.at.toISOString() }), part: row.sameAs ?? row.id, entryKey: row.entryKey, of: subject(row) }));
  for (const entry of returns) {
    if (known.some(({ entryKey }) => entryKey === entry.entryKey)) continue;
    const of = subject(entry);
    const word = told(kind, entry);
    const part = known.find((one) => toldBeforeParts(one, word, of))?.part ?? partOf(known.filter((one) => one.of === of), word);
    if (part === null) continue;
    same.set(entry.entryKey, part);
    known.push({ ...word, part, entryKey: entry.entryKey, of });
  }
  return same;
}

/** The same line again, of a kind of message that was kept before there were parts: its key did not name it. */
const toldBeforeParts = (one: Known, { channel, reference, amount, at }: ToldReturn, of: string): boolean =>
  one.of === of && one.entryKey.split(':').length === 2 && one.channel === channel && one.reference === reference && one.amount !== null && amount !== null && new Decimal(one.amount).equals(amount) && one.at.slice(0, 10) === at.slice(0, 10);
