import { beginning } from '../storable.ts';
import type { ReportLine } from './line.ts';

/**
 * What an operator should know of a report whose lines are judged as any other (cases/README: rules never look at the time of the
 * run, the currency column is only kept), so that it is not silent.
 */
export interface ReportNotice {
  code: 'CLOSES_AFTER_ARRIVAL' | 'OUTSIDE_PERIOD' | 'OTHER_CURRENCY' | 'REPEATED_ROWS' | 'MOVED_TICKETS' | 'OVERLAPPING_LOTS' | 'REPLACES_FIGURES';
  lines: number;
  /** The first line of the file that it is about. */
  firstLine: number;
  message: string;
}

/** Gathers the notices of a report while its lines pass. */
export interface Notices {
  add(line: ReportLine): void;
  list(): ReportNotice[];
}

const TEXTS = 10;

/**
 * @param receivedAt ISO instant in UTC with milliseconds at which the report arrived
 * @param currencies those of the profile: where it has them, lines of another are quarantined and need no notice
 * @param period that the report is for: ISO instants like `receivedAt`, `to` exclusive; null: unknown
 */
export function noticesOf(receivedAt: string, currencies: readonly string[] | undefined, period: { from: string; to: string } | null = null): Notices {
  let [late, lateFirst, latest] = [0, 0, ''];
  let [other, otherFirst] = [0, 0];
  let [outside, outsideFirst, outsideFrom, outsideTo] = [0, 0, '', ''];
  const seen = new Set<string>();
  return {
    add(line) {
      if (line.malformed !== null || line.kind === 'ignore') return;
      if (line.closeTime !== null && line.closeTime > receivedAt && (line.periodStart ?? line.closeTime) > receivedAt) {
        if (late++ === 0) lateFirst = line.lineNumber;
        if (line.closeTime > latest) latest = line.closeTime;
      }
      // A day or a month that reaches into the period is none: local days need not begin with it.
      if (period !== null && line.closeTime !== null && (line.closeTime < period.from || (line.periodStart ?? line.closeTime) >= period.to)) {
        if (outside++ === 0) outsideFirst = line.lineNumber;
        if (outsideFrom === '' || line.closeTime < outsideFrom) outsideFrom = line.closeTime;
        if (line.closeTime > outsideTo) outsideTo = line.closeTime;
      }
      if (currencies !== undefined) return;
      const currency = line.kept['currency'];
      if (currency === undefined || currency.toUpperCase() === 'USD') return;
      if (other++ === 0) otherFirst = line.lineNumber;
      if (seen.size < TEXTS) seen.add(beginning(currency, 20));
    },
    list() {
      const notices: ReportNotice[] = [];
      if (late > 0) notices.push({ code: 'CLOSES_AFTER_ARRIVAL', lines: late, firstLine: lateFirst, message: `${late === 1 ? '1 line closes' : `${late} lines close`} after the report arrived (${receivedAt}), the last at ${latest}. Check the profile's dateFormat and timeZone, and the broker's clock.` });
      if (outside > 0) notices.push({ code: 'OUTSIDE_PERIOD', lines: outside, firstLine: outsideFirst, message: `${outside === 1 ? '1 line closes' : `${outside} lines close`} outside the report's period (${period!.from} to ${period!.to}), the first at ${outsideFrom}, the last at ${outsideTo}. They were judged all the same; check that the file was handed in for its own period, and the profile's dateFormat and timeZone.` });
      if (other > 0) notices.push({ code: 'OTHER_CURRENCY', lines: other, firstLine: otherFirst, message: `${other} lines have another currency than USD in their column (${[...seen].map((text) => `"${text}"`).join(', ')}). Their commission and amount are counted as USD; list the texts that mean USD in the profile's currencies to have other lines quarantined.` });
      return notices;
    },
  };
}
