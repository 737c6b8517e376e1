import { instantReader } from '../instant.ts';
import { readPlainNumber } from '../number.ts';
import type { LineField } from '../profile.ts';
import { DAY } from '../timeZone.ts';
import type { Column } from './columns.ts';
import { guessDates } from './dates.ts';
import type { Cell, SampleTable, Suggesting } from './types.ts';

/** One format for all time columns that are read, and the zone, which no file of local times can tell. */
export function suggestDates(all: readonly Column[], fields: ReadonlyMap<LineField, Column>, { rows }: SampleTable, s: Suggesting): void {
  const columns = (['closeTime', 'day', 'month', 'openTime'] as const).flatMap((field) => fields.get(field) ?? []);
  const [first] = columns;
  if (first === undefined) {
    s.ask('dateFormat', 'How are the times written, e.g. yyyy.MM.dd HH:mm:ss?');
    s.ask('timeZone', 'In which time zone are they (an IANA name as Europe/Athens, or an offset as +02:00)?');
    return;
  }
  const cells: Cell[] = columns.flatMap(({ at }) => rows.flatMap((row) => row[at] ?? []));
  const guess = guessDates(cells) ?? first.dates!;
  if (guess.other === null) s.set('dateFormat', guess.format, guess.confidence, guess.reason);
  else s.ask('dateFormat', `Does "${first.cells.find((cell) => cell !== '')}" begin with the day or the month? ${guess.reason}`, null, [guess.format, guess.other]);
  const twoTimes = columns.length > 1 && columns.some((column) => column.dates !== null && column.dates.format !== guess.format && guess.other === null);
  if (twoTimes) s.notes.push(`The time columns are written in different ways (${columns.map(({ header, dates }) => `"${header}": ${dates?.format}`).join(', ')}); one profile reads one way only.`);
  const close = fields.get('closeTime');
  if (s.profile.level === 'trade' && close !== undefined) askTimeOfDay(close, all, rows, guess.format, s);
  if (guess.hasOffset && s.profile.level === 'trade') {
    s.found('timeZone', null, 'certain', 'Every time states its offset or is an instant, so that no zone is needed.');
    return;
  }
  const hint = zoneHint(columns.map(({ header }) => header));
  s.ask('timeZone', `In which time zone are the times? The file cannot tell${hint === null ? '' : `, but a header says ${hint.said}`}: an IANA name as Europe/Athens where clocks change, or an offset as +02:00. Ask the broker for the server's zone.`, hint?.zone ?? null);
}

/** Date and time of day in two columns: the date alone would be read, and every trade would close at the start of its day. */
function askTimeOfDay(close: Column, all: readonly Column[], rows: SampleTable['rows'], format: string, s: Suggesting): void {
  const reader = instantReader({ dateFormat: format, timeZone: 'UTC', level: 'trade' }, readPlainNumber);
  const times = rows.flatMap((row) => row[close.at] ?? []).map(({ text, typed }) => reader.instant(text, typed));
  if (times.some((time) => typeof time === 'number' && time % DAY !== 0)) return;
  const clocks = all.filter((column) => column !== close && column.filled > 0 && column.cells.every((cell) => cell === '' || CLOCK.test(cell))).map(({ header }) => `"${header}"`);
  s.ask('columns.closeTime', `No row of "${close.header}" has a time of day${clocks.length === 0 ? '' : ` (it stands in ${clocks.join(', ')}, but a profile cannot join two columns)`}. Read so, each trade closes at the start of its day: on the day on which its account was linked it is not paid, and no duration can be judged. Which column has both? If none has, ask the broker for one.`,
    close.header, all.filter(({ repeated }) => !repeated).map(({ header }) => header));
}
const CLOCK = /^(?:\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}\.\d{2}\.\d{2})(?:[.,]\d{1,6})?(?: ?[AP]M)?$/i;

/** `Closing time (UTC+0)`, `Time (GMT+2)`. */
function zoneHint(headers: readonly string[]): { said: string; zone: string } | null {
  for (const header of headers) {
    const found = /\b(?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2})(?::?(\d{2}))?)?/i.exec(header);
    if (found === null) continue;
    const [said, sign = '+', hours = '0', minutes = '00'] = found;
    return { said, zone: `${sign}${hours.padStart(2, '0')}:${minutes}` };
  }
  return null;
}
