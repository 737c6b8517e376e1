import { Decimal, plain, sum } from '../decimal.ts';
import { Problem } from '../problem.ts';
import type { FileProfile } from './profile.ts';
import { DAY, TimeZone } from './timeZone.ts';

/** One row of a broker's dashboard: an account's lots on a day (or in a month), by symbol or instrument class. Lots as reported, commission in USD. */
export interface DashboardRow { account: string; server: string; symbol?: string | undefined; class?: string | undefined; at: string; lots: string; commission?: string | undefined }

/** What was typed. `totalLots`: the sum that the dashboard itself shows; `full`: it shows the whole period. */
export interface TypedFigures { level: 'account-day' | 'account-month'; timeZone: string; full: boolean; totalLots: string; rows: readonly DashboardRow[] }

/** Profiles of figures have a name of their own, so that they never read a broker's files. */
export const DASHBOARD_PROFILE = 'dashboard';

/**
 * A dashboard shows no lots of days to come: a row of one was misread, or is made up. `now`, `from`: ISO instants. The day or month of a row begins
 * at local midnight of the figures' zone. Throws FIGURES_FUTURE (422).
 */
export function requireBegun({ timeZone, rows }: Pick<TypedFigures, 'timeZone' | 'rows'>, from: string, now: string): void {
  const zone = new TimeZone(timeZone);
  const begun = (at: string): boolean => {
    const day = Date.parse(at.length === 7 ? `${at}-01` : at) / DAY;
    const start = Number.isInteger(day) ? zone.startOfDay(day) : null;
    return start === null || start < Date.parse(now);
  };
  if (from >= now) throw new Problem('FIGURES_FUTURE', `The period begins at ${from}, which is still to come; type figures of a period that has begun.`, { status: 422, at: { field: 'from' } });
  const later = rows.findIndex((row) => !begun(row.at));
  if (later >= 0) throw new Problem('FIGURES_FUTURE', `Row ${later + 1} is of ${rows[later]!.at}, which has not begun in ${timeZone}; look at its day again.`, { status: 422, at: { field: `rows.${later}.at` } });
}

/**
 * The typed figures as a file, one row a line, and the profile that reads it: from there on they go the way of every report.
 * Throws FIGURES_TOTAL_DIFFERS (a figure was misread: the rows do not add up to the dashboard's own sum), FIGURES_MIXED or FIGURES_TIME.
 */
export function figuresFile(figures: TypedFigures): { file: string; profile: FileProfile; lots: string } {
  const { level, rows } = figures;
  const lots = plain(sum(rows.map((row) => row.lots)));
  if (!new Decimal(lots).eq(figures.totalLots)) {
    throw new Problem('FIGURES_TOTAL_DIFFERS', `The rows add up to ${lots} lots, the dashboard's own sum is ${figures.totalLots}; look at both again.`, { status: 422, at: { field: 'totalLots' }, facts: { summed: lots, stated: figures.totalLots } });
  }
  const bySymbol = rows.filter((row) => row.symbol !== undefined).length;
  const byClass = rows.filter((row) => row.class !== undefined).length;
  if (bySymbol + byClass !== rows.length || (bySymbol !== 0 && byClass !== 0)) throw new Problem('FIGURES_MIXED', 'Every row names either its symbol or its class, and all of them the same; type one of both for all.', { status: 422, at: { field: 'rows' } });
  const other = rows.findIndex((row) => row.at.length !== (level === 'account-month' ? 7 : 10));
  if (other >= 0) throw new Problem('FIGURES_TIME', `Row ${other + 1} says "${rows[other]!.at}", which is no ${level === 'account-month' ? 'month' : 'day'}; the level is ${level}.`, { status: 422, at: { field: `rows.${other}.at` } });
  const time = level === 'account-month' ? 'month' : 'day';
  const instrument = bySymbol > 0 ? 'symbol' : 'class';
  const withCommission = rows.some((row) => row.commission !== undefined);
  const written = rows.map((row) => JSON.stringify({ account: row.account, server: row.server, [instrument]: row.symbol ?? row.class, [time]: row.at, lots: row.lots, ...(withCommission ? { commission: row.commission ?? '' } : {}) }));
  const classes = instrument === 'class' ? Object.fromEntries([...new Set(rows.map((row) => row.class!))].sort().map((name) => [name, name])) : undefined;
  return {
    lots,
    file: `{"origin":"dashboard","totals":{"lots":${JSON.stringify(figures.totalLots)}},"rows":[\n${written.join(',\n')}\n]}\n`,
    profile: {
      format: 'json', rowsPath: 'rows', totals: { lots: 'totals.lots' }, dateFormat: time === 'month' ? 'yyyy-MM' : 'yyyy-MM-dd', timeZone: figures.timeZone, level, full: figures.full,
      columns: { account: 'account', server: 'server', [instrument]: instrument, lots: 'lots', [time]: time, ...(withCommission ? { commission: 'commission' } : {}) },
      ...(classes === undefined ? {} : { classes }),
    },
  };
}
