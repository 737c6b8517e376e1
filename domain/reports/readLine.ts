import { cellsOf } from './cells.ts';
import { timesExactly } from './exactSum.ts';
import { instantReader } from './instant.ts';
import { isoText } from './isoText.ts';
import type { LineKind, ReportLine } from './line.ts';
import { isAggregate, KEPT_FIELDS, type FileProfile, type LineField } from './profile.ts';
import type { SourceRow } from './row.ts';

/** Turns a row into its line; `contentHash` comes from outside because the domain has no hash function. */
export type LineReader = (row: SourceRow, rowNumber: number, contentHash: string) => ReportLine;

/** Names are parts of index keys: a longer one is a damaged row. */
const LONGEST_NAME = 128;
const TOO_LONG = `it is longer than ${LONGEST_NAME} characters`;

/** A ticket or login that a spreadsheet has turned into a float: its digits are lost. */
const FLOATED = /^\d(?:[.,]\d+)?[eE]\+?\d+$/;
const NOT_A_NUMBER = 'it is not a number with the marks that the profile declares';

/**
 * Compiles a profile into a reader of rows (cases/README "profile"). Only the cells that a line's kind needs are judged: a trade needs account, server,
 * symbol, lots, closeTime and, where the columns exist, openTime, points and status; an aggregate account, server, class or symbol, lots, its
 * day or month and status; trades, aggregates and adjustments the currency too where the profile has `currencies`; a reversal server and the ticket it takes back; an adjustment account, server and amount; an ignored line nothing.
 * Throws the profile's own Problems (date format, zone).
 */
export function lineReader(profile: FileProfile): LineReader {
  const cells = cellsOf(profile);
  const times = instantReader(profile, cells.readNumber);
  const aggregate = isAggregate(profile);
  const tradeKind: LineKind = aggregate ? 'aggregate' : 'trade';
  const kinds = new Map<string, LineKind>();
  for (const [kind, texts] of [['trade', profile.kinds?.trade], ['reversal', profile.kinds?.reversal], ['adjustment', profile.kinds?.adjustment], ['ignore', profile.kinds?.ignore]] as const) {
    for (const text of texts ?? []) kinds.set(text.trim(), kind === 'trade' ? tradeKind : kind);
  }
  const statuses = new Map(Object.entries(profile.statuses ?? {}).map(([text, reason]) => [text.trim(), reason]));
  const classes = new Map(Object.entries(profile.classes ?? {}).map(([text, name]) => [text.trim(), name]));
  const bucketField: LineField = profile.level === 'account-month' ? 'month' : 'day';
  const instrument: LineField = cells.has('class') && (aggregate || !cells.has('symbol')) ? 'class' : 'symbol';
  const reversed: LineField = cells.has('reference') ? 'reference' : 'ticket';
  const currencies = profile.currencies === undefined || !cells.has('currency') ? null : new Set(profile.currencies.map((text) => text.trim()));
  const kept = KEPT_FIELDS.filter((field) => cells.has(field));
  const lotUnit = profile.lotUnit === undefined || profile.lotUnit === '1' ? null : profile.lotUnit;
  const has = { kind: cells.has('kind'), server: cells.has('server'), openTime: cells.has('openTime'), closeTime: cells.has('closeTime'), points: cells.has('points'), status: cells.has('status') };

  return (row, rowNumber, contentHash) => {
    let fault: string | null = null;
    const kindText = has.kind ? cells.text(row, 'kind') : '';
    let kind: LineKind | null = !has.kind ? tradeKind : kindText === '' && cells.isBroken(row, 'kind') ? null : (kinds.get(kindText) ?? null);
    if (row.damage !== null && kind !== 'ignore') {
      fault = row.damage;
      kind = null;
    } else if (kind === null) fault = cells.fault(row, 'kind', 'no list of the profile’s kinds has this text');
    const trading = kind === 'trade' || kind === 'aggregate';

    // Each takes the first fault only, in the order in which a person reads the row.
    const named = (field: LineField, judged: boolean): string | null => {
      const text = cells.optional(row, field);
      if (text === null && judged && row.faults !== undefined && cells.isBroken(row, field)) fault ??= cells.fault(row, field, '');
      if (text === null || text.length <= LONGEST_NAME) return text;
      if (judged) fault ??= cells.fault(row, field, TOO_LONG);
      return null;
    };
    const needed = (field: LineField): string | null => {
      if (cells.text(row, field) === '') fault ??= cells.fault(row, field, '');
      return named(field, true);
    };
    const identity = (field: LineField, need: boolean): string | null => {
      const text = need ? needed(field) : named(field, trading || kind === 'adjustment');
      if ((need || trading || kind === 'adjustment') && text !== null && FLOATED.test(text)) fault ??= cells.fault(row, field, 'a spreadsheet has turned it into a float, and its digits are lost');
      return text;
    };
    const figure = (field: LineField, need: boolean): string | null => {
      const value = cells.figure(row, field);
      if (need && value === null) fault ??= cells.fault(row, field, NOT_A_NUMBER);
      return value;
    };
    const instant = (field: LineField, need: boolean): string | null => {
      const text = cells.text(row, field);
      if (text === '') {
        if (need) fault ??= cells.fault(row, field, '');
        return null;
      }
      const at = times.instant(text, cells.isTyped(row, field));
      if (typeof at === 'number') return isoText(at);
      if (need) fault ??= cells.fault(row, field, at);
      return null;
    };

    const ticket = identity('ticket', kind === 'reversal' && reversed === 'ticket');
    const account = identity('account', trading || kind === 'adjustment');
    const server = has.server ? (trading || kind === 'reversal' || kind === 'adjustment' ? needed('server') : named('server', false)) : (profile.server ?? null);
    const classText = named('class', trading && instrument === 'class');
    const lineClass = classText === null ? (classes.get('') ?? null) : (classes.get(classText) ?? null);
    const symbol = trading && instrument === 'symbol' ? needed('symbol') : named('symbol', false);
    if (trading && instrument === 'class' && lineClass === null) needed('class');
    const lots = figure('lots', trading);
    const openTime = has.openTime ? instant('openTime', kind === 'trade') : null;
    let closeTime = aggregate || !has.closeTime ? null : instant('closeTime', kind === 'trade');
    let periodStart: string | null = null;
    let bucket: string | null = null;
    if (kind === 'aggregate') {
      const text = needed(bucketField);
      const period = text === null ? null : times.bucket(text, cells.isTyped(row, bucketField));
      if (typeof period === 'string') fault ??= cells.fault(row, bucketField, period);
      else if (period !== null) [bucket, periodStart, closeTime] = [period.name, period.start, period.end];
    }
    const points = has.points ? figure('points', kind === 'trade') : null;
    const amount = figure('amount', kind === 'adjustment');
    const status = cells.optional(row, 'status');
    let statusReason: string | null = null;
    if (has.status) {
      const reason = status === null && cells.isBroken(row, 'status') ? undefined : statuses.get(status ?? '');
      if (trading && status === null && cells.isBroken(row, 'status')) fault ??= cells.fault(row, 'status', '');
      if (reason !== undefined) statusReason = reason;
      else if (trading && status !== null) fault ??= cells.fault(row, 'status', 'the profile’s statuses do not have this text');
    }
    if (currencies !== null && (trading || kind === 'adjustment') && !currencies.has(cells.text(row, 'currency'))) {
      fault ??= cells.fault(row, 'currency', 'the profile’s currencies do not have this text, and only USD is counted');
    }
    const reference = kind === 'reversal' && reversed === 'reference' ? identity('reference', true) : cells.optional(row, 'reference');
    const keptTexts: Record<string, string> = {};
    for (const field of kept) {
      const text = cells.text(row, field);
      if (text !== '') keptTexts[field] = text;
    }

    return {
      rowNumber, lineNumber: row.lineNumber, raw: row.raw, contentHash, kind, malformed: fault, ticket, account, server, symbol, classText, class: lineClass,
      lots: lots === null || lotUnit === null ? lots : timesExactly(lots, lotUnit), openTime, closeTime, periodStart, bucket, points,
      commission: cells.figure(row, 'commission'), amount, status, statusReason, reference,
      reversedTicket: kind === 'reversal' ? (reversed === 'reference' ? reference : ticket) : null,
      comment: cells.optional(row, 'comment'), kept: keptTexts,
    };
  };
}
