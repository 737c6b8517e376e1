import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { genPriKey, pkToAddress, toHex } from 'tronweb/utils';
import { parseEnvironment } from '../../../../../db/config.ts';
import { createPool, withTransaction } from '../../../../../db/connection.ts';
import { insertAttempt, markSent } from '../../../../../db/stores/payouts.ts';
import { newId } from '../../../../../domain/ids.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../../../domain/payouts/outcomes.ts';
import type { CommittedAttempt, Rail, RailReadiness, RailRecordEntry } from '../../../../../activities/payouts/rails/rail.ts';
import { UsdtTrc20Environment, usdtTrc20FromSettings } from '../../../../../activities/payouts/rails/usdt-trc20/settings.ts';
import { seedBase, seedUser } from '../../../../../scripts/chaos/seed.ts';
import type { AdminAction, AdminBody } from '../../../../../scripts/sandbox-tron/admin.ts';
import { startSandboxTron, type SandboxTron, type Transfer } from '../../../../../scripts/sandbox-tron/server.ts';
import { freshDatabase } from '../../../../support/database.ts';

export const calm = (): AbortSignal => new AbortController().signal;
export const newKey = (): string => Buffer.from(genPriKey()).toString('hex');
export const newAddress = (): string => pkToAddress(newKey());
export const BLOCK_SECONDS = 3;
export const EXPIRES_SECONDS = 600;

/** A chain that makes blocks when told, a database, and the rail between; transfers are prepared and sent as the engine does it. */
export interface TronWorld {
  node: SandboxTron;
  pool: Pool;
  rail: Rail;
  wallet: string;
  /** The same wallet with other variables. */
  anotherRail(env: Record<string, string>): Rail;
  admin<A extends AdminAction>(action: A, body: AdminBody<A>): Promise<void>;
  /** Enough blocks that everything in the pool is solidified. */
  solidify(): Promise<void>;
  /** Blocks until the solidified head is well past what was signed until now. */
  passExpiry(): Promise<void>;
  /** A payout that waits for its attempt. */
  payout(amount?: string, address?: string): Promise<{ payoutId: string; amount: string; address: string }>;
  terms(): Promise<Readonly<Record<string, string>>>;
  ready(): Promise<RailReadiness>;
  /** Signs and commits; nothing is sent. */
  prepare(amount?: string, address?: string, by?: Rail): Promise<CommittedAttempt>;
  /** Counts the send and sends. */
  send(attempt: CommittedAttempt, by?: Rail): Promise<SubmitOutcome>;
  look(attempt: CommittedAttempt, by?: Rail): Promise<LookUpOutcome>;
  record(from?: string | null, to?: string | null): Promise<RailRecordEntry[]>;
  /** Transfers of this attempt's transaction, by the chain itself. */
  executions(attempt: CommittedAttempt): Transfer[];
  hex(address: string): string;
  /** Kills the node and starts it again on its record. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function tronWorld(has: { token?: string; trx?: string; energy?: string } = {}, variables: Record<string, string> = {}): Promise<TronWorld> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 10, onError: () => {} });
  await seedBase(pool);
  const { userId } = await seedUser(pool, { rail: 'usdt-trc20' });
  const { rows: [method] } = await pool.query<{ id: string }>('SELECT id FROM payout_method WHERE user_id = $1', [userId]);
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-tron-'));
  const key = newKey();
  const wallet = pkToAddress(key);
  const start = (port = 0): Promise<SandboxTron> => startSandboxTron({ record: join(folder, 'record'), port, accounts: [{ address: wallet, token: '100000000000', trx: '100000000000', ...has }] });
  let node = await start();
  const railOf = (env: Record<string, string>): Rail => usdtTrc20FromSettings(parseEnvironment(UsdtTrc20Environment, {
    ...node.env, USDT_TRC20_WALLET: wallet, USDT_TRC20_PRIVATE_KEY: key, USDT_TRC20_MINIMUM: '1', ...variables, ...env,
  }), { pool });
  const rail = railOf({});

  const admin: TronWorld['admin'] = async (action, body) => {
    const response = await fetch(`${node.url}/admin/${action}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
  };
  const payout: TronWorld['payout'] = async (amount = '25.5', address = newAddress()) => {
    const payoutId = newId('payout');
    const runId = newId('payoutRun');
    const asOf = new Date().toISOString();
    await pool.query(`INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state) VALUES ($1, $1, $1, $2, 'open')`, [runId, asOf]);
    await pool.query(
      `INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, pay_currency, state, planned_at) VALUES ($1, $2, $3, $4, 'usdt-trc20', $5, $6, $6, 'USDT', 'reserved', $7)`,
      [payoutId, runId, userId, method!.id, JSON.stringify({ address }), amount, asOf]);
    return { payoutId, amount, address };
  };
  const ready = (): Promise<RailReadiness> => rail.ready!(calm());
  const terms = async (): Promise<Readonly<Record<string, string>>> => {
    const found = await ready();
    if (!found.ready) throw new Error(`not ready: ${found.code} ${found.reason}`);
    return found.terms;
  };
  return {
    get node() { return node; },
    pool, rail, wallet, anotherRail: railOf, admin, payout, terms, ready,
    solidify: () => admin('mine', { blocks: 21 }),
    passExpiry: () => admin('mine', { blocks: Math.ceil((EXPIRES_SECONDS + 120) / BLOCK_SECONDS) + 21 }),
    async prepare(amount, to, by = rail) {
      const order = await payout(amount, to);
      const given = await terms();
      const attemptId = newId('payoutAttempt');
      const idempotencyKey = `${order.payoutId}-1`;
      const destination = { address: order.address };
      const asOf = new Date().toISOString();
      return withTransaction(pool, async (tx) => {
        const prepared = await by.prepare({ payoutId: order.payoutId, attemptId, idempotencyKey, amount: order.amount, currency: 'USDT', destination, asOf }, { tx, terms: given });
        await insertAttempt(tx, { id: attemptId, payoutId: order.payoutId, no: 1, idempotencyKey, ...prepared, preparedAt: asOf });
        const { bytes, railReference, facts } = prepared;
        return { attemptId, payoutId: order.payoutId, idempotencyKey, railReference, facts, replaced: [], amount: order.amount, currency: 'USDT', destination, preparedAt: asOf, firstSentAt: null, lastSentAt: null, bytes };
      });
    },
    async send(attempt, by = rail) {
      const asOf = new Date().toISOString();
      await withTransaction(pool, async (tx) => {
        await tx.client.query(`UPDATE payout_attempt SET state = 'unknown' WHERE id = $1 AND state = 'sent'`, [attempt.attemptId]);
        await markSent(tx, attempt.attemptId, asOf, asOf);
      });
      return by.submit(attempt, calm());
    },
    look: (attempt, by = rail) => by.lookUp(attempt, calm()),
    async record(from = null, to = null) {
      const entries: RailRecordEntry[] = [];
      for await (const entry of rail.record(from, to, calm())) entries.push(entry);
      return entries;
    },
    executions: ({ railReference }) => node.transfers().filter(({ id }) => id === railReference),
    hex: toHex,
    async restart() {
      const { port } = node;
      await node.stop();
      node = await start(port);
    },
    async close() {
      await node.stop();
      rmSync(folder, { recursive: true });
      await pool.end();
      await database.drop();
    },
  };
}
