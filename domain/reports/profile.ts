/**
 * A broker profile says how a broker's file is read. It is the product's own format, exactly as the `profile` of a case
 * (cases/README "profile"); api/schemas/profile.ts checks one that comes from outside.
 */

export type ReportLevel = 'trade' | 'account-day' | 'account-month';
export type FileFormat = 'csv' | 'xlsx' | 'json';

/** Every field that a column may be mapped to, in the fixed order in which a row's content is hashed. Append only. */
export const LINE_FIELDS = [
  'ticket', 'account', 'server', 'symbol', 'class', 'lots', 'openTime', 'closeTime', 'day', 'month', 'points', 'commission',
  'amount', 'kind', 'status', 'reference', 'comment', 'side', 'openPrice', 'closePrice', 'profit', 'spread', 'currency',
] as const;
export type LineField = (typeof LINE_FIELDS)[number];

/** Fields that no rule reads yet; their text is kept on the line. */
export const KEPT_FIELDS = ['side', 'openPrice', 'closePrice', 'profit', 'spread', 'currency'] as const satisfies LineField[];

/** Fields of which a footer or a `totals` path may state the file's sum. */
export const SUMMED_FIELDS = ['lots', 'commission', 'amount'] as const satisfies LineField[];
export type SummedField = (typeof SUMMED_FIELDS)[number];

/** Texts of the `kind` column by what they mean; a text in none of them makes its line MALFORMED. */
export interface KindTexts {
  trade?: string[] | undefined;
  reversal?: string[] | undefined;
  adjustment?: string[] | undefined;
  ignore?: string[] | undefined;
}

/** How a file with rows is read. What may be missing has the default named beside it. */
export interface FileProfile {
  format: FileFormat;
  /** WHATWG label, default `utf-8`; a byte order mark in the file beats it. */
  encoding?: string | undefined;
  /** csv: one character, default `,`. */
  delimiter?: string | undefined;
  /** csv: one character, default `"`; empty text means that nothing is quoted. */
  quote?: string | undefined;
  /** csv, xlsx: 1-based, default 1; lines above are skipped, blank ones count. */
  headerRow?: number | undefined;
  /** Rows from the first whose first cell matches this regular expression on are not data. */
  footer?: string | undefined;
  /** xlsx: name or 1-based number, default the first. */
  sheet?: string | number | undefined;
  /** json: path with dots to the array of rows, default the document itself. */
  rowsPath?: string | undefined;
  /** json: paths with dots to the sums that the file states. */
  totals?: { [field in SummedField]?: string | undefined } | undefined;
  /** json of several pages: what each page's `totals` are the sum of; default `whole` (then every page must state the same). */
  totalsOf?: 'page' | 'whole' | undefined;
  /** Default `.`. */
  decimal?: string | undefined;
  /** Default none. Stands only between groups of three digits. */
  thousands?: string | undefined;
  /** Stripped from the end of a number, e.g. ` Lots`. */
  unitSuffix?: string | undefined;
  /** Unicode tokens as in Luxon and date-fns, or `iso`, `epochMillis`, `excel`. */
  dateFormat: string;
  /** IANA name or `+02:00`. There is no default: without it only texts that carry their own offset can be read. */
  timeZone?: string | undefined;
  /** What one unit of the lots column is in reported lots, e.g. `0.01`; default `1`. */
  lotUnit?: string | undefined;
  level: ReportLevel;
  /** The file states its whole period, so that a vanished line is taken back; default false. */
  full?: boolean | undefined;
  /** Text of the `status` column → reason code, or null for none. */
  statuses?: Record<string, string | null> | undefined;
  /** Field → header (csv, xlsx) or path with dots inside a row (json). */
  columns: { [field in LineField]?: string | undefined };
  /** Text of the `class` column → instrument class. */
  classes?: Record<string, string> | undefined;
  /** The server of every line where there is no column. */
  server?: string | undefined;
  kinds?: KindTexts | undefined;
  /** Texts of the `currency` column that mean USD; a trade, aggregate or adjustment with another is MALFORMED. Default: the column is only kept (docs/decisions/currency.md). */
  currencies?: string[] | undefined;
  /** Share of a money adjustment that is the trader's; default `1` (product.md "Calculation"). */
  adjustmentShare?: string | undefined;
}

/** A mail with the report attached. */
export interface MailProfile {
  format: 'eml';
  /** Allowed senders: addresses, or domains as `@broker.example`. */
  from?: string[] | undefined;
  /** Regular expression for the name of the attachment that is the report; default: the only one that `attachment` could read. */
  attachmentName?: string | undefined;
  /** How the attached file is read. */
  attachment: FileProfile;
}

export type BrokerProfile = FileProfile | MailProfile;

/** The part of a profile that reads rows: the attachment's of a mail profile, else the profile itself. */
export function fileProfileOf(profile: BrokerProfile): FileProfile {
  return profile.format === 'eml' ? profile.attachment : profile;
}

export function isAggregate(profile: FileProfile): boolean {
  return profile.level !== 'trade';
}
