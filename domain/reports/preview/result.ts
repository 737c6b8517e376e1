import type { ReportLine } from '../line.ts';

/** A line as read, with what would become of it; the raw text is the file's. `earns`: USD in all, before what earlier reports have given for it. */
export interface PreviewedLine extends ReportLine { outcome: string; reason: string | null; detail: string | null; countedLots: string; earns: string }

/** Where something stands in the file. */
export interface Place { lineNumber: number; rowNumber: number; text: string | null }

/** Lines that are malformed for one and the same reason, with the first places of it. `column` is the header, `field` what it is mapped to. */
export interface MalformedGroup { sentence: string; field: string | null; column: string | null; lines: number; places: Place[] }

/** A text of the file that nothing is known about. Lots as reported. */
export interface UnknownText { text: string; lines: number; lots: string; firstLine: number }

/** Texts in the order of how often they stand in the file, the most frequent first; `more`: how many are not listed. */
export interface UnknownTexts { texts: UnknownText[]; more: number }

/** Lines with a date where none is expected. */
export interface OddTimes { lines: number; places: Place[] }

export interface OutcomeCount { outcome: string; reason: string | null; lines: number; lots: string; earns: string }

/** A sum that the file states about itself beside the sum of its rows. */
export interface StatedSum { field: string; where: string; lineNumber: number; stated: string; summed: string; tiesOut: boolean }

/** Why the file as a whole would be refused. */
export interface Refusal { code: string; message: string; at: Record<string, string | number>; facts?: Record<string, unknown> }

/** What a report would become, were it handed in now. Nothing of it is kept but this. */
export interface PreviewResult {
  /** Null: it would be taken. */
  refusal: Refusal | null;
  /** The same content is the period's latest version already, so that nothing would change. */
  unchanged: boolean;
  /** Reading stopped after this many lines, and only those were judged; null: the whole file was. */
  cutAfter: number | null;
  lines: number;
  /** The period that it was judged for, [from, to); null: none was given, and it was judged as one that begins with its first line. */
  period: { from: string; to: string } | null;
  sample: PreviewedLine[];
  outcomes: OutcomeCount[];
  /** Exact sums over the lines read. `earns`: USD. */
  totals: { lots: string; commission: string; adjustments: string; earns: string };
  stated: StatedSum[];
  /** Of the closing times, or ends of days and months. */
  times: { first: string; last: string } | null;
  outsidePeriod: OddTimes;
  inFuture: OddTimes;
  malformed: MalformedGroup[];
  unknownSymbols: UnknownTexts;
  unknownClasses: UnknownTexts;
  unknownStatuses: UnknownTexts;
  unknownKinds: UnknownTexts;
  unknownServers: UnknownTexts;
  classesWithoutRate: UnknownTexts;
  accounts: { lines: number; known: number; linked: number; unknown: number; firstUnknown: string[] };
  /** Tickets, days or months that earlier reports speak of already, and what they have given for them: only the difference would be posted. */
  knownBefore: { lines: number; earned: string };
  warnings: { code: string; message: string }[];
}
