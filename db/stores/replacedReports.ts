import type { Tx } from '../connection.ts';

/** Whether the version of a profile, an alias of `profile_version`, reads files that state their whole period. */
const IS_FULL = (profile: string): string => `coalesce(CASE WHEN ${profile}.profile->>'format' = 'eml' THEN ${profile}.profile->'attachment' ELSE ${profile}.profile END->>'full', 'false') = 'true'`;

/** Whether two reports, aliases of `report` of one broker, are read by profiles of one name: a broker may send several files for a period, and none says anything of what another states. */
export const OF_ONE_NAME = (a: string, b: string): string => `((SELECT named.name FROM profile_version named WHERE named.id = ${a}.profile_id) = (SELECT named.name FROM profile_version named WHERE named.id = ${b}.profile_id))`;

/** Figures that were typed from a dashboard stand in for a period's files until one of them comes, whatever its name. */
const STANDS_IN = (later: string, earlier: string): string => `${earlier}.origin = 'dashboard' AND ${later}.origin <> 'dashboard'`;

/** Whether the report `later` is a further version of what the report `earlier` of its period says. Both name aliases of `report`. */
export const FOLLOWS = (later: string, earlier: string): string => `(${later}.period_id = ${earlier}.period_id AND ${later}.no > ${earlier}.no AND (${STANDS_IN(later, earlier)} OR ${OF_ONE_NAME(later, earlier)}))`;

/**
 * Whether the report `later` puts an earlier posted one of its period out of date, line by line: it follows that one and states the whole period, or is the same file read again,
 * or that one only stood in. Any other later report stands beside it. Both name aliases of `report`.
 */
export const REPLACES = (later: string, earlier: string): string => `(${later}.period_id = ${earlier}.period_id AND ${later}.no > ${earlier}.no AND ${later}.state = 'posted'
  AND (${later}.file_of = coalesce(${earlier}.file_of, ${earlier}.id) OR ${STANDS_IN(later, earlier)} OR ${OF_ONE_NAME(later, earlier)} AND EXISTS (SELECT FROM profile_version f WHERE f.id = ${later}.profile_id AND ${IS_FULL('f')})))`;

/** Numbers of the earlier reports of its period that are read by profiles of the report's name: what they state it can leave out. */
export async function versionsBefore({ client }: Tx, reportId: string): Promise<string[]> {
  const { rows } = await client.query<{ no: string }>(`SELECT e.no FROM report r JOIN report e ON e.period_id = r.period_id AND e.no < r.no AND ${OF_ONE_NAME('r', 'e')} WHERE r.id = $1 ORDER BY e.no`, [reportId]);
  return rows.map(({ no }) => no);
}
