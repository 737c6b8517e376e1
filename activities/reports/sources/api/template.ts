import { DateTime } from 'luxon';
import type { ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { TimeZone } from '../../../../domain/reports/timeZone.ts';

/** Texts that stand in for the placeholders of a url or body. */
export type Values = Readonly<Record<'from' | 'to' | 'fromDate' | 'toDate' | 'cursor' | 'offset' | 'limit', string>>;

/** The period [from, to) (ISO instants) as the API wants it written. */
export function periodValues({ times }: Pick<ApiSourceSettings, 'times'>, from: string, to: string): Pick<Values, 'from' | 'to' | 'fromDate' | 'toDate'> {
  const zone = new TimeZone(times.zone);
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return {
    from: written(start, times.format, zone), to: written(end, times.format, zone),
    fromDate: written(start, times.dateFormat, zone), toDate: written(times.toDate === 'last' ? end - 1 : end, times.dateFormat, zone),
  };
}

function written(instant: number, format: string, zone: TimeZone): string {
  if (format === 'epochMillis') return String(instant);
  if (format === 'epochSeconds') return String(Math.floor(instant / 1000));
  // By the offset of that instant: luxon need not know the zone's name.
  const local = DateTime.fromMillis(instant, { zone: 'utc', locale: 'en' }).setZone(`UTC${minutes(zone.offsetAt(instant))}`);
  return format === 'iso' ? local.toISO({ suppressMilliseconds: true })! : local.toFormat(format);
}

function minutes(offset: number): string {
  const whole = Math.abs(offset) / 60_000;
  return offset === 0 ? '' : `${offset < 0 ? '-' : '+'}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** The url with its placeholders filled in; a query parameter that is only a placeholder without a value (the first page's cursor) is left out. */
export function filledUrl(template: string, values: Values): URL {
  const [before, query] = split(template);
  const kept = query?.split('&').filter((part) => {
    const only = /^[^=]*=\{(\w+)\}$/.exec(part)?.[1];
    return only === undefined || values[only as keyof Values] !== '';
  });
  return new URL([filled(before, values, encodeURIComponent), ...(kept?.length ? [filled(kept.join('&'), values, encodeURIComponent)] : [])].join('?'));
}

/** The body with its placeholders filled in, each as inside a JSON text. */
export const filledBody = (template: string, values: Values): string => filled(template, values, (value) => JSON.stringify(value).slice(1, -1));

const filled = (template: string, values: Values, encode: (value: string) => string): string =>
  template.replace(/\{(from|to|fromDate|toDate|cursor|offset|limit)\}/g, (_, name: keyof Values) => encode(values[name]));

function split(url: string): [string, string | undefined] {
  const at = url.indexOf('?');
  return at < 0 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
}
