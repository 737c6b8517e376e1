import { type SqlSource, sqlOf } from '../connection.ts';
import { exposureDifferences } from './exposure.ts';

/** Where what is kept about brokers' funding is not what the ledger says, a sentence each; empty where all is well, and on a database that has no funding yet. */
export async function fundingDifferences(source: SqlSource): Promise<string[]> {
  const sql = sqlOf(source);
  const { rows: [there] } = await sql.query<{ there: boolean }>("SELECT to_regclass('broker_exposure') IS NOT NULL AS there");
  if (!there!.there) return [];
  const { rows } = await sql.query<{ id: string; kept: string; ledger: string }>(
    `SELECT b.id, trim_scale(f.kept)::text AS kept, trim_scale(f.ledger)::text AS ledger FROM broker b CROSS JOIN LATERAL (SELECT
       coalesce((SELECT sum(e.amount) FROM commission_entry e WHERE e.broker_id = b.id), 0)
         - coalesce((SELECT sum(m.amount) FROM broker_payment m WHERE m.broker_id = b.id AND NOT EXISTS (SELECT FROM broker_payment_reversal r WHERE r.payment_id = m.id)), 0) AS kept,
       -coalesce((SELECT sum(l.amount) FROM ledger_account a JOIN balance l ON l.account_id = a.id WHERE a.kind = 'broker_receivable' AND a.broker_id = b.id), 0) AS ledger) f
     WHERE f.kept <> f.ledger ORDER BY b.id`);
  return [
    ...rows.map(({ id, kept, ledger }) => `${id} owes ${kept} USD by its reports and payments; its receivable stands at ${ledger}`),
    ...(await exposureDifferences(source)).map(({ brokerId, claimed, ledger }) => `${claimed} USD of ${brokerId}'s money is kept as reserved or paid out; by the ledger it is ${ledger}`),
  ];
}
