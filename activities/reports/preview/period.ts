import type { Tx } from '../../../db/connection.ts';
import { getProfile } from '../../../db/stores/profiles.ts';
import { hasLostLines, latestOfName } from '../../../db/stores/sameContent.ts';

/** A report period as it is, or as it would be made. `id` null: there is none yet. */
export interface KnownPeriod { brokerId: string; from: string; to: string | null; id: string | null; methodologyId: string | null; posted: boolean }

/** The period [from, to) of a broker (ISO instants); `to` null where none was given. */
export async function knownPeriod({ client }: Tx, brokerId: string, from: string, to: string | null): Promise<KnownPeriod> {
  const { rows: [row] } = await client.query<{ id: string; methodology: string | null; latest: string | null }>(
    'SELECT p.id, p.methodology_id AS methodology, p.latest_report_no AS latest FROM report_period p WHERE p.broker_id = $1 AND p.period_from = $2 AND p.period_to = $3', [brokerId, from, to]);
  return { brokerId, from, to, id: row?.id ?? null, methodologyId: row?.methodology ?? null, posted: row !== undefined && row.latest !== null };
}

/** Whether a file with this content, handed in for the period under the name of a profile version (`profileId` null: `default`), changes nothing. */
export async function isUnchanged(tx: Tx, { id }: KnownPeriod, profileId: string | null, contentDigest: string): Promise<boolean> {
  if (id === null) return false;
  const name = profileId === null ? 'default' : (await getProfile(tx.db, profileId)).name;
  const latest = await latestOfName(tx, id, name);
  return latest?.contentDigest === contentDigest && !(await hasLostLines(tx, latest.no));
}

/** Median of the broker's traded lots over his latest reports; null where there are none. */
export async function medianLots({ client }: Tx, brokerId: string): Promise<string | null> {
  const { rows: [row] } = await client.query<{ median: string | null }>(
    `SELECT trim_scale(percentile_disc(0.5) WITHIN GROUP (ORDER BY lots))::text AS median FROM (
       SELECT l.lots FROM report_period p JOIN report_line l ON l.report_no = p.latest_report_no AND l.kind IN ('trade', 'aggregate') AND l.lots > 0
       WHERE p.broker_id = $1 ORDER BY p.period_from DESC LIMIT 10000) latest`, [brokerId]);
  return row!.median;
}

const KEYS = 10_000;

/** Lines whose key earlier reports speak of, and the USD posted for those keys. */
export async function knownBefore({ client }: Tx, brokerId: string, keys: readonly string[]): Promise<{ lines: number; earned: string }[]> {
  const found: { lines: number; earned: string }[] = [];
  for (let from = 0; from < keys.length; from += KEYS) {
    const { rows } = await client.query<{ lines: number; earned: string }>(
      "SELECT count(*)::int AS lines, trim_scale(coalesce(sum(earned), 0))::text AS earned FROM earning WHERE broker_id = $1 AND key = ANY ($2)", [brokerId, keys.slice(from, from + KEYS)]);
    found.push(rows[0]!);
  }
  return found;
}
