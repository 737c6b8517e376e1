import { Problem } from '../problem.ts';

const DAY = 86_400_000;

/**
 * ISO 8601 week of an instant in UTC, e.g. `2026-W47`: the key of the weekly payout run. It is taken of the *scheduled* time,
 * so a run that is caught up days later still has the key of its own week. Throws `Problem` INSTANT_INVALID.
 */
export function weekKey(instant: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) throw new Problem('INSTANT_INVALID', `"${instant}" is not an ISO instant.`);
  const midnight = Math.floor(at / DAY) * DAY;
  const weekday = (new Date(midnight).getUTCDay() + 6) % 7; // Monday 0 … Sunday 6
  // The week belongs to the year of its Thursday.
  const thursday = midnight + (3 - weekday) * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
