import type { Tx } from '../connection.ts';

/** `count` fresh ids of a sequence in ascending order: rows can then be copied in with ids that are known already. One round trip, unless others take ids at the same moment. */
export async function allotIds(tx: Tx, sequence: 'earning_id_seq' | 'accrual_seq_seq', count: number): Promise<bigint[]> {
  if (count === 0) return [];
  const taken = `(SELECT nextval('${sequence}') AS id FROM generate_series(1, $1)) AS taken`;
  const { rows: [range] } = await tx.client.query<{ first: string; last: string }>(`SELECT min(id) AS first, max(id) AS last FROM ${taken}`, [count]);
  const [first, last] = [BigInt(range!.first), BigInt(range!.last)];
  if (last - first + 1n === BigInt(count)) return Array.from({ length: count }, (_, i) => first + BigInt(i));
  // Theirs lie between; those taken here are left unused.
  const { rows } = await tx.client.query<{ id: string }>(`SELECT id FROM ${taken} ORDER BY id`, [count]);
  return rows.map(({ id }) => BigInt(id));
}
