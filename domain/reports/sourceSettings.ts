import type { PeriodPattern } from './itemPeriod.ts';

/*
 * What a report source's settings say, as they are stored: api/schemas/source*.ts check them and fill in what was left out. None of
 * them is secret: a source's one secret (password, key, token) is kept sealed beside them.
 */

/** How a request proves who sends it; the source's secret is what is proven with. */
export type ApiAuth =
  | { kind: 'none' }
  | { kind: 'bearer' }
  | { kind: 'basic'; user: string }
  /** The secret in a header of its own, after `prefix`. */
  | { kind: 'header'; name: string; prefix: string }
  | SignedAuth;

/** HMAC-SHA256 by the secret over `canonical`, in which {method} {path} {timestamp} {bodyHash} {body} {keyId} are put. `path`: with its query. */
export interface SignedAuth {
  kind: 'signed';
  canonical: string;
  keyId: string;
  headers: { signature: string; timestamp?: string | undefined; keyId?: string | undefined };
  /** Stands before the signature in its header. */
  prefix: string;
  encoding: 'hex' | 'base64';
  timestamp: 'iso' | 'epochSeconds' | 'epochMillis';
  /** How the secret is written. */
  secretEncoding: 'text' | 'hex' | 'base64';
}

export type ApiPaging =
  | { kind: 'none' }
  /** {offset} grows by the rows that came; {limit} is asked for each time. Ends at the total (a path), else at the first empty (or, where so declared, short) page. */
  | { kind: 'offset'; limit: number; start: number; total?: string | undefined; end: 'empty' | 'short' }
  /** {cursor} is what the page before says at the path `next`, or its Link header (`link`); ends where it says none. */
  | { kind: 'cursor'; limit: number; next: string | { link: true } };

export interface ApiSourceSettings {
  /** With {from} {to} {fromDate} {toDate} {cursor} {offset} {limit}. A query parameter that is only `{cursor}` is left out while there is none. */
  url: string;
  method: 'GET' | 'POST';
  /** POST: with the same placeholders, whose values are written as inside a JSON text. */
  body?: string | undefined;
  headers: Record<string, string>;
  times: {
    /** Of {from} and {to}: `iso`, `epochSeconds`, `epochMillis`, or tokens as in a profile's dateFormat. */
    format: string;
    /** Of {fromDate} and {toDate}. */
    dateFormat: string;
    zone: string;
    /** What {toDate} is: the period's last day, or the day after it. */
    toDate: 'last' | 'after';
  };
  auth: ApiAuth;
  paging: ApiPaging;
  /** Path of the rows in an answer; missing: the profile's `rowsPath`. */
  rows?: string | undefined;
  totals?: { count: string } | undefined;
  /** Until the text at `path` is `value` the report is not ready. */
  ready?: { path: string; value: string } | undefined;
  /** What an answer without rows means. */
  emptyMeans: 'notReady' | 'noTrades';
}

/** What files of a drop are taken, and which period they are about; without `period` it is the one that is asked for, once it is over. */
interface DropSettings { files: string; period?: PeriodPattern | undefined }

export interface SftpSourceSettings extends DropSettings {
  host: string;
  port: number;
  user: string;
  /** What the secret is. */
  auth: 'password' | 'key';
  /** `SHA256:…` of the server's key, as `ssh-keygen -lf` prints it. */
  hostKey: string;
  folder: string;
  /** Folders into which a file is moved afterwards; missing: it stays. */
  done?: string | undefined;
  failed?: string | undefined;
  /** A file is whole when its size and time are the same after so long; with a `marker`, when a file of its name and this ending stands beside it. */
  settleSeconds: number;
  marker?: string | undefined;
}

export interface S3SourceSettings extends DropSettings {
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  /** The bucket stands in the path, not in the host's name. */
  pathStyle: boolean;
  accessKeyId: string;
  /** Prefixes to which an object is moved afterwards; missing: it stays. */
  donePrefix?: string | undefined;
  failedPrefix?: string | undefined;
}
