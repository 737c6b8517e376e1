import { Problem } from '../problem.ts';

/** A calendar month in UTC, `2026-11`. */
export type Month = string;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
export const isMonth = (text: string): boolean => MONTH.test(text);

/** The month in which an ISO instant lies. */
export const monthOf = (instant: string): Month => instant.slice(0, 7);

/**
 * The month to which all commission of a report period belongs: that of the period's middle, so that a month in the broker's own zone, whose ends lie in
 * neighbouring months of UTC, is itself, and a week over a month's end belongs to where most of it lies. `from` and `to` are ISO instants in UTC.
 */
export function monthOfPeriod(from: string, to: string): Month {
  return monthOf(new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString());
}

/** The first instant of a month and of the one after, ISO. */
export function boundsOf(month: Month): { from: string; to: string } {
  if (!isMonth(month)) throw new Problem('MONTH_INVALID', `"${month}" is not a month; write it as 2026-11.`, { status: 400 });
  const [year, no] = month.split('-').map(Number) as [number, number];
  return { from: new Date(Date.UTC(year, no - 1, 1)).toISOString(), to: new Date(Date.UTC(year, no, 1)).toISOString() };
}
