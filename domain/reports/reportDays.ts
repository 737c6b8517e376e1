import { DAY, TimeZone } from './timeZone.ts';

/** A local day: [start, end) as ISO instants. `business`: Monday to Friday. */
export interface LocalDay { day: string; start: string; end: string; business: boolean }

/** The local days of a zone whose middle lies in [from, to) (ISO instants), in order. Throws TIME_ZONE_UNKNOWN. */
export function localDays(from: string, to: string, zoneName: string): LocalDay[] {
  const zone = new TimeZone(zoneName);
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const days: LocalDay[] = [];
  for (let day = Math.floor((first + zone.offsetAt(first)) / DAY); ; day++) {
    const start = zone.startOfDay(day);
    const end = zone.startOfDay(day + 1) ?? zone.startOfDay(day + 2);
    // A day that the zone skipped.
    if (start === null || end === null) continue;
    const middle = start + (end - start) / 2;
    if (middle >= last) return days;
    const weekday = new Date(day * DAY).getUTCDay();
    if (middle >= first) days.push({ day: new Date(day * DAY).toISOString().slice(0, 10), start: new Date(start).toISOString(), end: new Date(end).toISOString(), business: weekday !== 0 && weekday !== 6 });
  }
}
