import { Decimal } from '../../decimal.ts';
import type { ReportLine } from '../line.ts';
import { DAY, TimeZone } from '../timeZone.ts';

export interface Warning { code: string; message: string }

/** Traded lots of a file: enough of them that something can be said. */
const ENOUGH = 20;
/** A file's median may well be some times another's, but not so often. */
const FAR = 20;

/**
 * What looks odd about the lots, and only where a figure says so: a wrong `lotUnit` pays a hundred times too much and nothing else notices it.
 *
 * @param lots lots of the file's trades as reported, in reported lots
 * @param medianBefore median of this broker's reported lots so far, null where there are none
 */
export function lotWarnings(lots: readonly string[], medianBefore: string | null): Warning[] {
  const traded = lots.map((text) => new Decimal(text)).filter((figure) => figure.gt(0)).sort((a, b) => a.cmp(b));
  if (traded.length < ENOUGH) return [];
  const median = traded[Math.floor((traded.length - 1) / 2)]!;
  const warnings: Warning[] = [];
  if (traded.every((figure) => figure.isInteger()) && traded.at(-1)!.gt(1)) {
    warnings.push({ code: 'LOTS_ALL_WHOLE', message: `All ${traded.length} lots that are traded are whole numbers, from ${traded[0]!.toFixed()} to ${traded.at(-1)!.toFixed()}. Where a broker writes hundredths of a lot (MetaTrader's managers) or units, it looks like this: ask which, and set the profile's lotUnit.` });
  }
  if (medianBefore !== null && new Decimal(medianBefore).gt(0)) {
    const times = median.div(medianBefore);
    if (times.gte(FAR) || times.lte(new Decimal(1).div(FAR))) {
      warnings.push({ code: 'LOTS_UNLIKE_BEFORE', message: `Half of the lines have at least ${median.toFixed()} lots; in this broker's reports so far it was ${new Decimal(medianBefore).toFixed()}. Check the profile's lotUnit, decimal and thousands.` });
    }
  }
  return warnings;
}

/**
 * Trades that all close at midnight have lost their time of day, mostly because it stands in another column than the date, and one profile reads one column: which
 * link, rate and minimum duration apply is then judged by the start of the day.
 *
 * @param zone of the profile; null where every time states its offset
 */
export function timeWarnings(lines: readonly Pick<ReportLine, 'kind' | 'closeTime' | 'malformed'>[], zone: string | null): Warning[] {
  const closes = lines.flatMap(({ kind, closeTime, malformed }) => (kind === 'trade' && malformed === null && closeTime !== null ? [Date.parse(closeTime)] : []));
  const local = zone === null ? null : new TimeZone(zone);
  const atMidnight = (instant: number): boolean => instant % DAY === 0;
  if (closes.length === 0 || !(closes.every(atMidnight) || local !== null && closes.every((instant) => atMidnight(instant + local.offsetAt(instant))))) return [];
  return [{ code: 'NO_TIME_OF_DAY', message: `No trade of the ${closes.length} has a time of day, all close at midnight. If the time stands in another column than the date, a profile cannot read it: ask the broker for one column with both. Otherwise a trade of the day on which its account was linked is judged as closed before the link, and no minimum duration can be judged.` }];
}
