/** Whether the version of a profile, an alias of `profile_version`, reads files that state their whole period. */
const IS_FULL = (profile: string): string => `coalesce(CASE WHEN ${profile}.profile->>'format' = 'eml' THEN ${profile}.profile->'attachment' ELSE ${profile}.profile END->>'full', 'false') = 'true'`;

/**
 * Whether the report `later` puts an earlier posted one of its period out of date, line by line: it states the whole period, or is the same file read again. Any
 * other later report stands beside it. Both name aliases of `report`.
 */
export const REPLACES = (later: string, earlier: string): string => `(${later}.period_id = ${earlier}.period_id AND ${later}.no > ${earlier}.no AND ${later}.state = 'posted'
  AND (${later}.file_of = coalesce(${earlier}.file_of, ${earlier}.id) OR EXISTS (SELECT FROM profile_version f WHERE f.id = ${later}.profile_id AND ${IS_FULL('f')})))`;
