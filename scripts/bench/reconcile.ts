import pg from 'pg';
import { createReconciliationActivities } from '../../activities/payouts/reconcile.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import type { Rail, RailRecordEntry } from '../../activities/payouts/rails/rail.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { appUrl } from '../local/app-role.ts';
import { startPostgres } from '../local/postgres.ts';
import type { Supervisor } from '../local/supervise.ts';
import { MockActivityEnvironment } from '@temporalio/testing';

const DATABASE = 'bench_reconcile';
const MB = 1 << 20;
const LINES = 200_000;

/**
 * One comparison of a rail's record with as many payouts of ours, all paid, as the activity does it: both sides read, matched and judged, the result kept. `reconcile [lines]`. The record comes from memory,
 * so what a rail takes for giving its lines comes on top.
 */
export async function bench(supervisor: Supervisor): Promise<unknown> {
  const lines = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? LINES);
  const postgres = await startPostgres({ dataDir: '.data/bench', log: console.log });
  supervisor.onStop('Postgres', () => postgres.stop());
  const admin = new pg.Client({ connectionString: postgres.ownerUrl });
  admin.on('error', () => undefined);
  await admin.connect();
  supervisor.onStop('bench database', async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await admin.end();
  });
  await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${DATABASE}`);
  const inBench = (url: string) => Object.assign(new URL(url), { pathname: `/${DATABASE}` }).toString();
  await migrate(inBench(postgres.ownerUrl));
  await fill(inBench(postgres.ownerUrl), lines);
  const pool = createPool(inBench(await appUrl(postgres, '.data/bench')), { max: 4 });
  supervisor.onStop('pool', () => pool.end());

  const rail: Rail = { ...sandboxRail({ url: 'http://127.0.0.1:1', secret: 'bench' }), record: () => record(lines) };
  const { reconcileWithRecord, lookAtRecord } = createReconciliationActivities({ pool, client: {} as never, rails: railRegistry([rail]) }, { startsAtOnce: 16 });
  const asOf = new Date().toISOString();
  const input = { rail: 'sandbox', day: asOf.slice(0, 10), asOf };
  const run = async <T>(activity: (input: never) => Promise<T>, of: object): Promise<T> => new MockActivityEnvironment().run(activity as never, of as never);
  const before = process.memoryUsage().rss / MB;
  console.log(`${lines} lines; before: ${before.toFixed(0)} MB resident`);
  const figures: Record<string, unknown> = { lines, before };
  for (const [name, activity] of [['look', lookAtRecord], ['compare', reconcileWithRecord]] as const) {
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    const found = await run(activity as never, { ...input, mendedBefore: asOf });
    const seconds = (performance.now() - from) / 1_000;
    const own = process.cpuUsage(cpu).user / 1e6;
    const peak = process.resourceUsage().maxRSS / 1024;
    console.log(`${name}: ${seconds.toFixed(1)} s, of which ${own.toFixed(1)} s our own processor time, peak ${peak.toFixed(0)} MB resident: ${JSON.stringify(found)}`);
    figures[name] = { seconds, own, peak, found };
  }
  return figures;
}

const hex = (n: number): string => n.toString(16).padStart(32, '0');

async function* record(lines: number): AsyncGenerator<RailRecordEntry> {
  for (let n = 1; n <= lines; n++) {
    yield {
      sequence: String(n), kind: 'executed', at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(), idempotencyKey: `pay_${hex(n)}-1`, payoutId: `pay_${hex(n)}`, railReference: `ref-${n}`,
      amount: '42.98', currency: 'USD', destination: { account: `account-${n}` },
    };
  }
}

/** Payouts, attempts and postings as they are when all is paid, without what else hangs on them. */
async function fill(ownerUrl: string, lines: number): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query('SET session_replication_role = replica');
    const id = "'pay_' || lpad(to_hex(n), 32, '0')";
    await owner.query(`INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, settled_usd, state, planned_at, settled_at, executed_at, rail_reference)
      SELECT ${id}, 'run_1', 'usr_' || n, 'met_' || n, 'sandbox', '{}', 42.98, 42.98, 42.98, 'paid', at, at, at, 'ref-' || n FROM generate_series(1, $1) AS n, LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 minute' AS at)`, [lines]);
    await owner.query(`INSERT INTO payout_attempt (id, payout_id, no, idempotency_key, request_hash, request_bytes, state, open, rail_reference, prepared_at, first_sent_at, last_sent_at, closed_at, sends, facts)
      SELECT 'att_' || lpad(to_hex(n), 32, '0'), ${id}, 1, ${id} || '-1', 'h', '\\x', 'executed', true, 'ref-' || n, at, at, at, at, 1, '{}' FROM generate_series(1, $1) AS n, LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 minute' AS at)`, [lines]);
    await owner.query("INSERT INTO ledger_account (kind, rail) VALUES ('rail_clearing', 'sandbox')");
    await owner.query(`INSERT INTO journal (kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id) SELECT 'payout_paid', now(), 'payout:' || n, sha256('x'), 'payout', ${id} FROM generate_series(1, $1) AS n`, [lines]);
    await owner.query("INSERT INTO posting (journal_id, account_id, line, amount, currency) SELECT j.id, a.id, 1, 42.98, 'USD' FROM journal j, ledger_account a");
    await owner.query('ANALYZE');
  } finally {
    await owner.end();
  }
}
