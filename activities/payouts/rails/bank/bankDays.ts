import { Problem } from '../../../../domain/problem.ts';

export interface BankCalendar {
  /** `HH:MM` in `timeZone`: what comes then or later is executed on the next bank day. */
  cutOff: string;
  /** IANA name. */
  timeZone: string;
  /** Days (YYYY-MM-DD) on which the bank does not execute, besides weekends and the closing days of TARGET. */
  holidays: readonly string[];
}

const DAY_MS = 86_400_000;
const FIXED = ['01-01', '05-01', '12-25', '12-26'];

/** The first day (YYYY-MM-DD) on which the bank executes a file that it gets at `asOf` (ISO instant). Throws `Problem` BANK_NEVER_OPENS. */
export function executionDay(calendar: BankCalendar, asOf: string): string {
  const { day, time } = localTime(calendar.timeZone, asOf);
  let at = Date.parse(`${day}T00:00:00Z`) + (time >= calendar.cutOff ? DAY_MS : 0);
  for (let tries = 0; tries < 60; tries++, at += DAY_MS) {
    const candidate = new Date(at).toISOString().slice(0, 10);
    if (isBankDay(candidate) && !calendar.holidays.includes(candidate)) return candidate;
  }
  throw new Problem('BANK_NEVER_OPENS', `BANK_HOLIDAYS leave no bank day within two months of ${asOf}.`);
}

/** Neither a weekend nor a closing day of TARGET: 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December. */
export function isBankDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  if ([0, 6].includes(at.getUTCDay()) || FIXED.includes(day.slice(5))) return false;
  const easter = easterSunday(at.getUTCFullYear());
  return at.getTime() !== easter - 2 * DAY_MS && at.getTime() !== easter + DAY_MS;
}

/** The Gregorian rule (Meeus, Jones, Butcher). */
function easterSunday(year: number): number {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const days = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
}

function localTime(timeZone: string, asOf: string): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(new Date(asOf));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return { day: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}` };
}
