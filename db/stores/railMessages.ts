import { type SqlSource, sqlOf } from '../connection.ts';

/** Whether the rail's message of these bytes was read; one that was refused was not. */
export async function wasRead(source: SqlSource, rail: string, sha256: string): Promise<boolean> {
  const { rows } = await sqlOf(source).query("SELECT FROM rail_message WHERE rail = $1 AND sha256 = $2 AND state = 'read'", [rail, sha256]);
  return rows.length > 0;
}
