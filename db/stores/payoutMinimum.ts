import { type SqlSource, sqlOf } from '../connection.ts';

/** The payout minimum (USD) of the rules in force at `asOf` (ISO instant); null before there are any. */
export async function minimumInForce(source: SqlSource, asOf: string): Promise<string | null> {
  const { rows } = await sqlOf(source).query<{ minimum: string }>('SELECT payout_minimum AS minimum FROM methodology WHERE effective_from <= $1 ORDER BY effective_from DESC, version DESC LIMIT 1', [asOf]);
  return rows[0]?.minimum ?? null;
}
