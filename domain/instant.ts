import { Problem } from './problem.ts';

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Writes an ISO instant (any offset, at most milliseconds) as `YYYY-MM-DDTHH:mm:ss.sssZ`, the one form that is stored and compared as text.
 * Throws INSTANT_INVALID for anything else: a text without an offset, a day that does not exist, a finer fraction.
 */
export function normaliseInstant(text: string, field = 'instant'): string {
  const parts = ISO.exec(text);
  if (parts === null) throw invalid(text, field);
  const [, year, month, day, hour, minute, second = '0', fraction = '0', offset] = parts as unknown as string[];
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0')));
  const back = new Date(local);
  const exists = back.getUTCMonth() === Number(month) - 1 && back.getUTCDate() === Number(day)
    && back.getUTCHours() === Number(hour) && back.getUTCMinutes() === Number(minute) && Number(second) < 60;
  const instant = new Date(local - offsetMinutes(offset!) * 60_000);
  if (!exists || instant.getUTCFullYear() < 1970 || instant.getUTCFullYear() > 9999) throw invalid(text, field);
  return instant.toISOString();
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return offset.startsWith('-') ? -minutes : minutes;
}

function invalid(text: string, field: string): Problem {
  return new Problem('INSTANT_INVALID', `"${text}" is not an instant; write it as 2026-11-02T09:00:00.000Z, with an offset and at most milliseconds.`, { status: 400, at: { field } });
}
