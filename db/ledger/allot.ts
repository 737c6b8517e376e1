import type pg from 'pg';

/** `count` fresh journal ids in ascending order, in one round trip. Ids of a transaction that fails are never used. */
export async function journalIds(client: pg.PoolClient, count: number): Promise<bigint[]> {
  const { rows } = await client.query<{ first_id: string; last_id: string }>(
    { name: 'ledger-allot', text: 'SELECT first_id, last_id FROM public.ledger_allot_ids($1)', values: [count] });
  const ids: bigint[] = [];
  for (const row of rows) {
    const last = BigInt(row.last_id);
    for (let id = BigInt(row.first_id); id <= last; id++) ids.push(id);
  }
  return ids;
}
