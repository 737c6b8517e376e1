/** How sources are reached, set where the worker is composed. */
export interface SourceSettings {
  /** Also http and addresses of private networks: for development, tests, and brokers that are reached through one. */
  allowPrivate: boolean;
  /** Until the connection stands, name look-up and TLS included; ms. */
  connectTimeoutMs: number;
  /** Without a byte; ms. */
  idleMs: number;
  /** Of one report, and of one page of it; bytes. */
  maxBytes: number;
  maxPageBytes: number;
  maxPages: number;
  /** Files of a drop that one look takes at most; the next goes on. */
  maxFiles: number;
  /** Beyond this a server's Retry-After is not waited for; seconds. */
  maxRetryAfterSeconds: number;
}

export const SOURCE_SETTINGS: SourceSettings = {
  allowPrivate: false, connectTimeoutMs: 10_000, idleMs: 60_000, maxBytes: 1 << 30, maxPageBytes: 64 << 20, maxPages: 10_000, maxFiles: 100, maxRetryAfterSeconds: 3_600,
};
