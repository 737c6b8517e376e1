import type { Tx } from '../connection.ts';

/** `count` fresh ids of a sequence in ascending order, in one round trip: rows can then be copied in with ids that are known already. */
export async function allotIds(tx: Tx, sequence: 'earning_id_seq' | 'accrual_seq_seq', count: number): Promise<bigint[]> {
  if (count === 0) return [];
  // Others may take ids of it at the same time: the ranges between theirs come back.
  const { rows } = await tx.client.query<{ first: string; last: string }>(
    `SELECT min(id) AS first, max(id) AS last FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS island FROM (SELECT nextval('${sequence}') AS id FROM generate_series(1, $1)) AS taken) AS islands
     GROUP BY island ORDER BY 1`, [count]);
  const ids: bigint[] = [];
  for (const { first, last } of rows) for (let id = BigInt(first), end = BigInt(last); id <= end; id++) ids.push(id);
  return ids;
}
