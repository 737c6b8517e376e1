import { Problem } from './problem.ts';

const SHAPE = /^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration in weeks, days of exactly 24 h, hours, minutes and seconds (`P7D`, `PT20S`).
 * Months and years are refused: they have no exact length. @throws Problem DURATION_UNREADABLE
 */
export function durationMillis(duration: string): number {
  const parts = SHAPE.exec(duration);
  if (parts === null || duration.endsWith('T') || duration === 'P') {
    throw new Problem('DURATION_UNREADABLE', `"${duration}" is not a duration of weeks, days, hours, minutes and seconds such as P7D or PT20S.`, { status: 400 });
  }
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => (part === undefined ? 0 : Number.parseInt(part, 10)));
  return ((((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000;
}

/** The instant an accrual posted at `postedAt` becomes available: exactly the pending period later (methodology §4). */
export function clearsAt(postedAt: string, pendingPeriod: string): string {
  return new Date(Date.parse(postedAt) + durationMillis(pendingPeriod)).toISOString();
}
