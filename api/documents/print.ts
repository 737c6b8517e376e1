/** Most places after the point among `amounts`, at least 2: a column of amounts that all have so many can be compared by eye. */
export function placesOf(amounts: Iterable<string>): number {
  let places = 2;
  for (const amount of amounts) places = Math.max(places, amount.split('.')[1]?.length ?? 0);
  return places;
}

/** `1.1` with 2 places → `1.10`; nothing is cut. */
export function printed(amount: string, places: number): string {
  const [whole = '', fraction = ''] = amount.split('.');
  return `${whole}.${fraction.padEnd(places, '0')}`;
}

const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

/** `2026-11-02T09:00:00.000Z` → `2 Nov 2026`. */
export const printedDay = (instant: string): string => DAY.format(new Date(instant)).replace('Sept', 'Sep');

/** `2026-11-02T09:00:00.000Z` → `2026-11-02 09:00:00`. */
export const printedInstant = (instant: string): string => instant.slice(0, 19).replace('T', ' ');

/** A time from ≤ instant < to; whole days are named by their first and last. */
export function printedPeriod(from: string | null, to: string | null): string {
  const midnight = (instant: string | null): boolean => instant === null || instant.endsWith('T00:00:00.000Z');
  if (!midnight(from) || !midnight(to)) return `${from === null ? 'from the beginning' : `from ${printedInstant(from)}`} ${to === null ? 'to the latest entry' : `until ${printedInstant(to)}`} UTC`;
  if (to === null) return from === null ? 'from the beginning to the latest entry' : `from ${printedDay(from)} to the latest entry (days in UTC)`;
  const last = printedDay(new Date(Date.parse(to) - 1).toISOString());
  return from === null ? `from the beginning to ${last} (days in UTC)` : printedDay(from) === last ? `${last} (UTC)` : `${printedDay(from)} – ${last} (days in UTC)`;
}
