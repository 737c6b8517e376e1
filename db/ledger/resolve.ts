import type pg from 'pg';
import type { CanonicalJournal } from './draft.ts';

const FIND = {
  name: 'ledger-accounts',
  text: `SELECT a.id, a.code, a.currency FROM unnest($1::text[], $2::text[]) AS u (code, currency)
         JOIN public.ledger_account a ON a.code = u.code AND a.currency = u.currency`,
};

/**
 * The id of every account that the journals name, by `<code> <currency>`; accounts that do not exist yet are opened.
 * One round trip where all exist, three otherwise.
 */
export async function resolveAccounts(client: pg.PoolClient, journals: readonly CanonicalJournal[]): Promise<Map<string, string>> {
  const wanted = new Map<string, readonly [string, string]>();
  for (const { codes, currency } of journals) for (const code of codes) wanted.set(`${code} ${currency}`, [code, currency]);
  const ids = new Map<string, string>();
  await find(client, [...wanted.values()], ids);
  const missing = [...wanted].filter(([name]) => !ids.has(name)).map(([, account]) => account);
  if (missing.length > 0) {
    await client.query('SELECT public.ledger_open_accounts($1, $2)', [missing.map(([code]) => code), missing.map(([, currency]) => currency)]);
    await find(client, missing, ids);
  }
  return ids;
}

async function find(client: pg.PoolClient, accounts: readonly (readonly [string, string])[], into: Map<string, string>): Promise<void> {
  const { rows } = await client.query<{ id: string; code: string; currency: string }>(
    { ...FIND, values: [accounts.map(([code]) => code), accounts.map(([, currency]) => currency)] });
  for (const row of rows) into.set(`${row.code} ${row.currency}`, row.id);
}
