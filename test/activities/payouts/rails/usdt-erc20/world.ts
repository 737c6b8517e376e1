import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { type Hex, keccak256, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts';
import { parseEnvironment } from '../../../../../db/config.ts';
import { createPool, type Tx, withTransaction } from '../../../../../db/connection.ts';
import { insertAttempt, insertAttemptVersion, markSent } from '../../../../../db/stores/payouts.ts';
import { newId } from '../../../../../domain/ids.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../../../domain/payouts/outcomes.ts';
import type { CommittedAttempt, Destination, Rail, RailRecordEntry } from '../../../../../activities/payouts/rails/rail.ts';
import type { UsdtErc20Config } from '../../../../../activities/payouts/rails/usdt-erc20/config.ts';
import { usdtErc20Rail } from '../../../../../activities/payouts/rails/usdt-erc20/rail.ts';
import { transferData } from '../../../../../activities/payouts/rails/usdt-erc20/token.ts';
import { usdtErc20Config, UsdtErc20Environment } from '../../../../../activities/payouts/rails/usdt-erc20/settings.ts';
import { seedBase, seedUser } from '../../../../../scripts/chaos/seed.ts';
import { type SandboxChain, type SandboxChainOptions, startSandboxChain } from '../../../../../scripts/sandbox-chain/server.ts';
import { freshDatabase } from '../../../../support/database.ts';

export const AS_OF = '2026-11-16T09:00:00.000Z';
export const CONFIRMATIONS = 3;
export const calm = (): AbortSignal => new AbortController().signal;

/** A chain that mines when told, a database, and the rail between; transfers are prepared and sent as the engine does it. */
export interface ChainWorld {
  chain: SandboxChain;
  pool: Pool;
  rail: Rail;
  config: UsdtErc20Config;
  /** Another process with the same wallet, and other variables where they are given. */
  anotherRail(env?: Record<string, string>, cacheMs?: number): Rail;
  address(): string;
  /** A payout that waits for its attempt. */
  payout(amount?: string, address?: string): Promise<{ payoutId: string; amount: string; destination: Destination }>;
  /** Allocates, signs and commits; nothing is sent. */
  prepare(amount?: string, address?: string): Promise<CommittedAttempt>;
  /** The same within a transaction of the caller's. */
  prepareIn(tx: Tx, order: { payoutId: string; amount: string; destination: Destination }, terms: Readonly<Record<string, string>>): Promise<CommittedAttempt>;
  /** Counts the send and sends. */
  send(attempt: CommittedAttempt, rail?: Rail): Promise<SubmitOutcome>;
  replace(attempt: CommittedAttempt): Promise<CommittedAttempt | null>;
  look(attempt: CommittedAttempt): Promise<LookUpOutcome>;
  /** Commits what the engine would make of the attempt. */
  settle(attempt: CommittedAttempt, state: 'executed' | 'rejected' | 'not_executed'): Promise<void>;
  terms(): Promise<Readonly<Record<string, string>>>;
  /** A transaction of the wallet's key that is none of ours: of the coin, or of `units` of the token; its hash. */
  foreign(nonce: bigint, fees?: { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }, units?: bigint): Promise<Hex>;
  record(): Promise<RailRecordEntry[]>;
  /** Transfers to the destination, by the chain itself. */
  executions(attempt: Pick<CommittedAttempt, 'destination'>): Promise<number>;
  close(): Promise<void>;
}

export async function chainWorld(options: SandboxChainOptions = {}, variables: Record<string, string> = {}): Promise<ChainWorld> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 40, onError: () => {} });
  await seedBase(pool);
  const { userId } = await seedUser(pool, { rail: 'usdt-erc20' });
  const { rows: [method] } = await pool.query<{ id: string }>('SELECT id FROM payout_method WHERE user_id = $1', [userId]);
  const chain = await startSandboxChain({ mining: 'manual', ...options });
  const key = chain.env['USDT_ERC20_PRIVATE_KEY'] as Hex;
  const settings = (env: Record<string, string>) => parseEnvironment(UsdtErc20Environment, { ...chain.env, USDT_ERC20_CONFIRMATIONS: String(CONFIRMATIONS), USDT_ERC20_NONCE_KNOWN: '1000000', ...variables, ...env });
  // Nothing is taken from the cache: each test changes the chain and looks at once.
  const anotherRail = (env: Record<string, string> = {}, cacheMs = 0): Rail => usdtErc20Rail(usdtErc20Config(settings(env), { pool }, { cacheMs }));
  const rail = anotherRail();
  const address = (): string => privateKeyToAddress(generatePrivateKey());

  const payout: ChainWorld['payout'] = async (amount = '25.5', to = address()) => {
    const payoutId = newId('payout');
    const destination = { address: to, network: 'ERC-20' };
    const runId = newId('payoutRun');
    await pool.query(`INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state) VALUES ($1, $1, $1, $2, 'open')`, [runId, AS_OF]);
    await pool.query(
      `INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, pay_currency, state, planned_at) VALUES ($1, $2, $3, $4, 'usdt-erc20', $5, $6, $6, 'USDT', 'reserved', $7)`,
      [payoutId, runId, userId, method!.id, JSON.stringify(destination), amount, AS_OF]);
    return { payoutId, amount, destination };
  };
  const terms = async (): Promise<Readonly<Record<string, string>>> => {
    const ready = await rail.ready!(calm());
    if (!ready.ready) throw new Error(`not ready: ${ready.code} ${ready.reason}`);
    return ready.terms;
  };
  const prepareIn: ChainWorld['prepareIn'] = async (tx, { payoutId, amount, destination }, given) => {
    const attemptId = newId('payoutAttempt');
    const { rows } = await tx.client.query<{ no: number }>('SELECT 1 + count(*)::int AS no FROM payout_attempt WHERE payout_id = $1', [payoutId]);
    const { no } = rows[0]!;
    const idempotencyKey = `${payoutId}-${no}`;
    const prepared = await rail.prepare({ payoutId, attemptId, idempotencyKey, amount, currency: 'USDT', destination, asOf: AS_OF }, { tx, terms: given });
    await insertAttempt(tx, { id: attemptId, payoutId, no, idempotencyKey, ...prepared, preparedAt: AS_OF });
    const { bytes, railReference, facts } = prepared;
    return { attemptId, payoutId, idempotencyKey, railReference, facts, replaced: [], amount, currency: 'USDT', destination, preparedAt: AS_OF, firstSentAt: null, lastSentAt: null, bytes };
  };
  return {
    chain, pool, rail, config: usdtErc20Config(settings({}), { pool }, { cacheMs: 0 }), anotherRail, address, payout, prepareIn, terms,
    async prepare(amount, to) {
      const order = await payout(amount, to);
      const given = await terms();
      return withTransaction(pool, (tx) => prepareIn(tx, order, given));
    },
    async send(attempt, by = rail) {
      await withTransaction(pool, async (tx) => {
        await tx.client.query(`UPDATE payout_attempt SET state = 'unknown' WHERE id = $1 AND state = 'sent'`, [attempt.attemptId]);
        await markSent(tx, attempt.attemptId, AS_OF, AS_OF);
      });
      return by.submit(attempt, calm());
    },
    async replace(attempt) {
      const given = await terms();
      return withTransaction(pool, async (tx) => {
        const version = await rail.replace!(attempt, { tx, terms: given });
        if (version === null) return null;
        await insertAttemptVersion(tx, attempt.attemptId, { ...version, preparedAt: AS_OF }, AS_OF);
        return { ...attempt, bytes: version.bytes, railReference: version.railReference, facts: version.facts, replaced: [...attempt.replaced, { railReference: attempt.railReference, facts: attempt.facts }] };
      });
    },
    look: (attempt) => rail.lookUp(attempt, calm()),
    async settle(attempt, state) {
      await pool.query('UPDATE payout_attempt SET state = $2, open = $3, closed_at = $4 WHERE id = $1', [attempt.attemptId, state, state === 'executed', AS_OF]);
    },
    async foreign(nonce, fees = { maxFeePerGas: 50_000_000_000n, maxPriorityFeePerGas: 2_000_000_000n }, units) {
      const to = privateKeyToAddress(generatePrivateKey());
      const what = units === undefined ? { to, value: 1n, gas: 21_000n } : { to: chain.token.address, data: transferData(to, units), gas: 100_000n };
      const raw = await privateKeyToAccount(key).signTransaction({ type: 'eip1559', chainId: 31_337, nonce: Number(nonce), ...what, ...fees });
      return chain.rpc<Hex>('eth_sendRawTransaction', raw);
    },
    async record() {
      const entries: RailRecordEntry[] = [];
      for await (const entry of rail.record(null, null, calm())) entries.push(entry);
      return entries;
    },
    async executions({ destination }) {
      const { address: to } = destination;
      const logs = await chain.rpc<{ topics: Hex[] }[]>('eth_getLogs', { address: chain.token.address, fromBlock: '0x0', toBlock: 'latest' });
      return logs.filter(({ topics }) => topics[2]?.slice(26) === to!.slice(2).toLowerCase()).length;
    },
    async close() {
      await chain.stop();
      await pool.end();
      await database.drop();
    },
  };
}

/** What the bytes' hash must be, computed apart from the rail. */
export const hashOf = (bytes: Buffer): Hex => keccak256(toHex(bytes));
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
