import type { StatedTotal } from './row.ts';

/**
 * What a row of a broker's file is: `aggregate` is a trade row of a profile whose level is account-day or account-month;
 * the others are the lists of the profile's `kinds` (cases/README "profile").
 */
export type LineKind = 'trade' | 'aggregate' | 'reversal' | 'adjustment' | 'ignore';

/**
 * One row of a broker's file as read by the profile. Every row that is not blank and not footer becomes exactly one.
 *
 * Only the cells that the line's kind needs make it malformed; any other cell that cannot be read is null here. Decimals
 * are plain text without exponent, thousands marks or needless zeros (`1 250.00 Lots` → `1250`); instants are ISO in UTC with
 * milliseconds.
 */
export interface ReportLine {
  /** 1-based place among the file's data rows: unique in the file and in its order (a JSON file may be one long line). */
  rowNumber: number;
  /** 1-based physical line of the file where the row begins; blank lines and the header count. xlsx: the sheet's row. */
  lineNumber: number;
  /** The row's text exactly as it stands in the file (decoded, without its line end); json: the element's source text. */
  raw: string;
  /** 128 bits of SHA-256 in hex over the mapped cells' trimmed texts in fixed field order: blind to column order, line ends and unmapped columns. */
  contentHash: string;
  /** Null where the row is so damaged that its kind is unknown (then `malformed` says why). */
  kind: LineKind | null;
  /** A sentence that names the column and what is wrong with its cell, null where the line can be judged. */
  malformed: string | null;
  /** As written, trimmed; null where empty (trades without a ticket exist). Never a number: tickets exceed 2^53. */
  ticket: string | null;
  /** The login at the broker. */
  account: string | null;
  /** From its column, else the profile's `server`. */
  server: string | null;
  /** Raw symbol of the broker, e.g. `EURUSD.pro`. */
  symbol: string | null;
  /** Text of the `class` column as written. */
  classText: string | null;
  /** `classText` mapped by the profile's `classes`; null where that text is unknown (UNKNOWN_SYMBOL) or there is no column. */
  class: string | null;
  /** Reported lots: the cell times the profile's `lotUnit`. */
  lots: string | null;
  openTime: string | null;
  /** Of an aggregate: the last millisecond of its day or month in the profile's zone. */
  closeTime: string | null;
  /** Of an aggregate: the start of its day or month in the profile's zone; else null. */
  periodStart: string | null;
  /** Of an aggregate: its local day `2026-11-02` or month `2026-11`; else null. */
  bucket: string | null;
  /** Signed as written; the rule takes the absolute value. Null also where there is no column. */
  points: string | null;
  /** USD as the broker reports it; null where there is no column or no readable number. */
  commission: string | null;
  /** USD of an adjustment. */
  amount: string | null;
  /** Text of the `status` column as written. */
  status: string | null;
  /** Reason code that the profile's `statuses` give for it; null for none. */
  statusReason: string | null;
  /** Text of the `reference` column. */
  reference: string | null;
  /** Of a reversal: the ticket it takes back (`reference`, or `ticket` where there is no such column); else null. */
  reversedTicket: string | null;
  comment: string | null;
  /** Texts of the mapped columns that no rule reads (side, openPrice, …), without the empty ones. */
  kept: Record<string, string>;
}

/** What the reading of a whole file found; the return value of `readReport`. */
export interface ReportSummary {
  /** Data rows, malformed and ignored ones included. */
  lines: number;
  /** Exact sum of the `lots` of every line that has them, whatever its kind or state. */
  lots: string;
  /** Digest of the multiset of the rows' contents: equal for the same rows in whatever order, encoding or line ends. */
  contentDigest: string;
  /** The sums that the file states about itself, all of which tie out (otherwise it is refused). */
  stated?: readonly StatedTotal[];
}
