import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { Problem } from '../domain/problem.ts';

/** One open transaction: `client` for raw SQL and COPY, `db` for Drizzle, both on the same connection. */
export interface Tx {
  client: pg.PoolClient;
  db: NodePgDatabase;
}

/** Anything that raw SQL can be sent to: a pool, a client of it, or an open transaction. */
export type SqlSource = pg.Pool | pg.PoolClient | pg.Client | Tx;

/** The pg object behind a source, for `.query(…)`. */
export function sqlOf(source: SqlSource): pg.Pool | pg.PoolClient | pg.Client {
  return 'db' in source ? source.client : source;
}

export interface PoolOptions {
  /** Most connections held at once (default 10). */
  max?: number;
  applicationName?: string;
  /** How long to wait for a free or new connection, in milliseconds (default 10 s): an exhausted pool is an error, never a hang. */
  patience?: number;
  /** Called for errors of idle connections, which no query would report; default writes one line to stderr. */
  onError?: (error: Error) => void;
}

/**
 * A pool for the application's role. Sessions run in UTC, so that day arithmetic in SQL never follows a server's zone,
 * without JIT, whose compile time would hit single posts. `numeric` and `int8` arrive as text and stay so.
 */
export function createPool(appUrl: string, options: PoolOptions = {}): pg.Pool {
  const onError = options.onError ?? ((error: Error) => process.stderr.write(`postgres connection: ${error.message}\n`));
  const pool = new pg.Pool({
    connectionString: withSettings(appUrl),
    max: options.max ?? 10,
    connectionTimeoutMillis: options.patience ?? 10_000,
    application_name: options.applicationName ?? 'cashback',
  });
  pool.on('error', onError);
  // A client that is checked out reports to itself, not to the pool; without a handler the process would end.
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/** Adds the session's settings to the connection string, after those it brings itself (e.g. `-c role=…`). */
function withSettings(appUrl: string): string {
  const url = new URL(appUrl);
  const own = url.searchParams.get('options');
  url.searchParams.set('options', `${own === null ? '' : `${own} `}-c TimeZone=UTC -c DateStyle=ISO -c jit=off`);
  return url.toString();
}

/** Serialization failure and deadlock: Postgres undid the transaction whole, so running it again is safe. */
const RETRYABLE = new Set(['40001', '40P01']);

/** SQLSTATE of an error of pg or of Drizzle (which wraps it as `cause`), if it has one. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && /^[0-9A-Z]{5}$/.test(e.code)) return e.code;
  }
  return undefined;
}

export interface TransactionOptions {
  /** How often `fn` may run in all when Postgres undoes it for a deadlock or serialization failure (default 5). */
  attempts?: number;
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
}

/**
 * Runs `fn` in one transaction and commits. On a deadlock or serialization failure `fn` runs again, a bounded number
 * of times: it must do nothing outside the transaction. A COMMIT that fails is thrown as `COMMIT_FAILED` (the outcome
 * may be unknown when the connection broke): callers repeat by idempotency key, never by guess.
 */
export async function withTransaction<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
  const attempts = options.attempts ?? 5;
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(pool, fn, options.isolation);
    } catch (error) {
      const state = sqlState(error);
      if (state === undefined || !RETRYABLE.has(state) || attempt >= attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

async function runOnce<T>(pool: pg.Pool, fn: (tx: Tx) => Promise<T>, isolation: TransactionOptions['isolation']): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(isolation ? `BEGIN ISOLATION LEVEL ${isolation.toUpperCase()}` : 'BEGIN');
    let result: T;
    try {
      result = await fn({ client, db: drizzle(client) });
    } catch (error) {
      await client.query('ROLLBACK').catch((rollback: Error) => { broken = rollback; });
      throw error;
    }
    await commit(client).catch((error: Error) => { broken = error; throw error; });
    return result;
  } finally {
    client.release(broken);
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  let command: string;
  try {
    command = (await client.query('COMMIT')).command;
  } catch (error) {
    // Deferred constraints and serialization failures surface here with their own code: those are certain failures.
    if (sqlState(error) !== undefined && !sqlState(error)!.startsWith('08') && !sqlState(error)!.startsWith('57')) throw error;
    throw new Problem('COMMIT_FAILED', 'The connection broke while committing; whether it was committed is not known. Repeat with the same idempotency key.', { status: 503, cause: error });
  }
  // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error: an error was swallowed inside.
  if (command !== 'COMMIT') {
    throw new Problem('COMMIT_FAILED', 'The transaction was rolled back at COMMIT because a statement in it had failed and the error was ignored.', { status: 500 });
  }
}
