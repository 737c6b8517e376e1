import { inForce } from '../../calculation/terms.ts';
import { plain, sum } from '../../decimal.ts';
import type { BrokerContext, JudgedLine } from '../../eligibility/context.ts';
import { classOfSymbol } from '../../eligibility/symbols.ts';
import { exactSum } from '../exactSum.ts';
import type { ReportLine } from '../line.ts';
import { faultOf, malformedGroups } from './malformed.ts';
import type { OddTimes, OutcomeCount, PreviewedLine, PreviewResult } from './result.ts';
import { TextCount } from './unknownTexts.ts';

export interface Judged {
  outcomes: ReadonlyMap<number, Pick<JudgedLine, 'outcome' | 'reason' | 'detail' | 'lots' | 'amount'>>;
  broker: BrokerContext;
  accounts: ReadonlyMap<string, { server: string; account: string; known: boolean; linked: boolean }>;
}

/** `judged` null: the lines were read, and could not be judged. `asOf`, `period`: ISO instants. */
export interface Findable { lines: readonly ReportLine[]; judged: Judged | null; servers: readonly string[]; period: { from: string; to: string } | null; asOf: string }

type Findings = Omit<PreviewResult, 'refusal' | 'unchanged' | 'cutAfter' | 'stated' | 'knownBefore'>;

const SHOWN = 50;
const PLACES = 5;
const UNKNOWN_ACCOUNTS = 20;

/**
 * Gathers what a person needs to see of a file that was read and judged: the first lines, what became of all of them, and every text that nothing is known
 * about. Unknown symbols, classes and missing rates are found by themselves: a line of an account that nobody linked yet is excluded before its symbol is looked at.
 */
export function findings({ lines, judged, servers, period, asOf }: Findable): Findings {
  const [symbols, classes, statuses, kinds, strangers, rateless] = Array.from({ length: 6 }, () => new TextCount()) as [TextCount, TextCount, TextCount, TextCount, TextCount, TextCount];
  const [lots, commission, adjustments] = [exactSum(), exactSum(), exactSum()];
  const [outside, future]: [OddTimes, OddTimes] = [{ lines: 0, places: [] }, { lines: 0, places: [] }];
  const malformed: { lineNumber: number; rowNumber: number; detail: string | null }[] = [];
  let times = null as { first: string; last: string } | null;
  for (const line of lines) {
    const outcome = judged?.outcomes.get(line.rowNumber);
    if (line.lots !== null) lots.add(line.lots);
    if (line.commission !== null) commission.add(line.commission);
    const fault = line.malformed ?? (outcome?.reason === 'MALFORMED' ? outcome.detail : null);
    if (fault !== null) {
      malformed.push({ lineNumber: line.lineNumber, rowNumber: line.rowNumber, detail: fault });
      const { field, text } = faultOf(fault);
      if (field === 'kind') kinds.add(text ?? '', line);
      if (field === 'status') statuses.add(text ?? '', line);
      continue;
    }
    if (line.kind === 'adjustment' && line.amount !== null) adjustments.add(line.amount);
    if (line.server !== null && line.kind !== 'ignore' && !servers.includes(line.server)) strangers.add(line.server, line);
    if (line.closeTime !== null && line.kind !== 'ignore') {
      times = { first: times === null || line.closeTime < times.first ? line.closeTime : times.first, last: times === null || line.closeTime > times.last ? line.closeTime : times.last };
      if (period !== null && (line.closeTime < period.from || line.closeTime >= period.to)) note(outside, line);
      if (line.closeTime > asOf && (line.periodStart ?? line.closeTime) > asOf) note(future, line);
    }
    if (judged !== null && (line.kind === 'trade' || line.kind === 'aggregate')) unknownInstrument(line, judged.broker, symbols, classes, rateless);
  }
  const outcomes = countOutcomes(lines, judged);
  const accounts = accountsOf(lines, judged);
  return {
    lines: lines.length, period, times, sample: lines.slice(0, SHOWN).map((line) => previewed(line, judged)), outcomes,
    totals: { lots: lots.total(), commission: commission.total(), adjustments: adjustments.total(), earns: plain(sum(outcomes.map(({ earns }) => earns))) },
    outsidePeriod: outside, inFuture: future, malformed: malformedGroups(malformed),
    unknownSymbols: symbols.list(), unknownClasses: classes.list(), unknownStatuses: statuses.list(), unknownKinds: kinds.list(), unknownServers: strangers.list(), classesWithoutRate: rateless.list(), accounts,
    warnings: [
      ...(period === null ? [{ code: 'PERIOD_NOT_GIVEN', message: 'No period was given: nothing is said about lines outside of it, and tiers are those of a period that begins with the first line.' }] : []),
      ...(accounts.lines > 0 && accounts.linked === 0 ? [{ code: 'NO_ACCOUNT_LINKED', message: `None of the ${accounts.known + accounts.unknown} trading accounts of the file is linked to a user, so that no line earns anything yet.` }] : []),
    ],
  };
}

function note(times: OddTimes, { lineNumber, rowNumber, closeTime }: ReportLine): void {
  times.lines++;
  if (times.places.length < PLACES) times.places.push({ lineNumber, rowNumber, text: closeTime });
}

/** By the terms at the trade's close, or the first ones where it closed before them. */
function unknownInstrument(line: ReportLine, broker: BrokerContext, symbols: TextCount, classes: TextCount, rateless: TextCount): void {
  const suffixes = (inForce(broker.terms, line.closeTime!) ?? broker.terms[0])?.symbolSuffixes ?? [];
  const cls = line.symbol !== null ? classOfSymbol(line.symbol, broker.symbols, suffixes) : line.class;
  if (cls === null) (line.symbol !== null ? symbols : classes).add(line.symbol ?? line.classText ?? '', line);
  else if (!broker.terms.some((terms) => terms.excludedClasses.includes(cls)) && !(broker.rates.get(cls) ?? []).some((rate) => rate.effectiveFrom <= line.closeTime!)) rateless.add(cls, line);
}

function previewed(line: ReportLine, judged: Judged | null): PreviewedLine {
  const outcome = judged?.outcomes.get(line.rowNumber);
  return { ...line, outcome: outcome?.outcome ?? 'not judged', reason: outcome?.reason ?? null, detail: outcome?.detail ?? line.malformed, countedLots: outcome?.lots ?? '0', earns: outcome?.amount ?? '0' };
}

function countOutcomes(lines: readonly ReportLine[], judged: Judged | null): OutcomeCount[] {
  if (judged === null) return [];
  const groups = Map.groupBy(lines, ({ rowNumber }) => {
    const { outcome, reason } = judged.outcomes.get(rowNumber)!;
    return `${outcome}\n${reason ?? ''}`;
  });
  return [...groups].map(([name, own]) => {
    const [outcome = '', reason] = name.split('\n');
    const all = own.map(({ rowNumber }) => judged.outcomes.get(rowNumber)!);
    return { outcome, reason: reason || null, lines: own.length, lots: plain(sum(all.map((one) => one.lots))), earns: plain(sum(all.map((one) => one.amount))) };
  }).sort((a, b) => (a.outcome + (a.reason ?? '') < b.outcome + (b.reason ?? '') ? -1 : 1));
}

function accountsOf(lines: readonly ReportLine[], judged: Judged | null): Findings['accounts'] {
  const all = [...judged?.accounts.values() ?? []].filter(({ account }) => account !== '');
  const unknown = all.filter(({ known }) => !known);
  return { lines: lines.length, known: all.length - unknown.length, linked: all.filter(({ linked }) => linked).length, unknown: unknown.length, firstUnknown: unknown.slice(0, UNKNOWN_ACCOUNTS).map(({ account }) => account) };
}
