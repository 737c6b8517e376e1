import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerCreditRail, type BrokerHttpConfig } from '../../../../../activities/payouts/rails/broker-credit/rail.ts';
import type { AttemptHandle, CommittedAttempt, PayoutInstruction, PrepareContext, Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { newId } from '../../../../../domain/ids.ts';
import { Problem } from '../../../../../domain/problem.ts';
import type { Clock } from '../../../../../scripts/sandbox-broker/clock.ts';
import type { Operation } from '../../../../../scripts/sandbox-broker/record.ts';
import { type SandboxBroker, type SandboxBrokerOptions, startSandboxBroker } from '../../../../../scripts/sandbox-broker/server.ts';

export const TOKEN = 'a token for tests';
/** What the sandbox broker promises in these tests: 120 s after its sending a credit is booked or never will be. */
export const PROMISE_SECONDS = 120;
export const TOLERANCE_SECONDS = 5;
export const SLOW_MS = 60_000;
export const calm = (): AbortSignal => new AbortController().signal;
/** The rail allocates nothing when it prepares. */
export const NOTHING: PrepareContext = { get tx(): never { throw new Error('this rail needs no transaction'); }, terms: {} };

export interface BrokerWorld {
  broker: SandboxBroker;
  rail: Rail;
  /** Stops the broker; `start` brings it back on the same port and record. */
  stop(): Promise<void>;
  start(): Promise<void>;
  credits(reference: string): Operation[];
  railWith(changes: Partial<BrokerHttpConfig>): Rail;
  close(): Promise<void>;
}

export async function brokerWorld(clock: Clock, options: Partial<SandboxBrokerOptions> = {}): Promise<BrokerWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-broker-'));
  const start = (port: number): Promise<SandboxBroker> => startSandboxBroker({
    record: join(folder, 'record.jsonl'), token: TOKEN, clock, port, ...options, faults: { slowMs: SLOW_MS, lateMs: 30_000, lagMs: 90_000, ...options.faults },
  });
  let broker = await start(0);
  const { url, port } = broker;
  let up = true;
  const railWith = (changes: Partial<BrokerHttpConfig>): Rail => brokerCreditRail({
    brokerId: 'alpha', servers: [], currency: 'USD', precision: 2, minimum: '1', maximum: null, referenceLength: 64, settlesWithinSeconds: 600, url, token: TOKEN, timeoutMs: 10_000,
    nonExecutionAfterSeconds: PROMISE_SECONDS, clockToleranceSeconds: TOLERANCE_SECONDS, now: () => clock.now(), pageSize: 2,
    rates: async (currency) => { throw new Problem('FX_UNAVAILABLE', `There is no rate for ${currency}.`, { status: 503 }); }, ...changes,
  });
  return {
    get broker() { return broker; },
    rail: railWith({}), railWith,
    async stop() { await broker.stop(); up = false; },
    async start() { broker = await start(port); up = true; },
    credits: (reference) => broker.operations().filter((operation) => operation.kind === 'credit' && operation.reference === reference),
    async close() {
      if (up) await broker.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export function instruction(asOf: string, changes: Partial<PayoutInstruction> = {}): PayoutInstruction {
  const payoutId = newId('payout');
  return { payoutId, attemptId: newId('payoutAttempt'), idempotencyKey: `${payoutId}-1`, amount: '12.34', currency: 'USD', destination: { server: 'Alpha-Live', account: '500100' }, asOf, ...changes };
}

/** An attempt as the engine hands it over when it is sent for the first time at `asOf`. */
export async function sentAttempt(rail: Rail, order: PayoutInstruction): Promise<CommittedAttempt> {
  const { bytes, railReference, facts } = await rail.prepare(order, NOTHING);
  const { payoutId, attemptId, idempotencyKey, amount, currency, destination, asOf } = order;
  return { attemptId, payoutId, idempotencyKey, railReference, facts, replaced: [], amount, currency, destination, preparedAt: asOf, firstSentAt: asOf, lastSentAt: asOf, bytes };
}

export async function recordOf(rail: Rail, from: string | null = null, to: string | null = null) {
  const entries = [];
  for await (const entry of rail.record(from, to, calm())) entries.push(entry);
  return entries;
}

export type { AttemptHandle, CommittedAttempt };

/** Destinations that are no trading account of the broker `Alpha-Live`. */
export const BAD_ACCOUNTS = [
  { destination: { server: '', account: '500100' }, field: 'server' },
  { destination: { server: '=1+1', account: '500100' }, field: 'server' },
  { destination: { server: 'Beta-Live', account: '500100' }, field: 'server' },
  { destination: { server: 'Alpha-Live' }, field: 'account' },
  { destination: { server: 'Alpha-Live', account: '+500100' }, field: 'account' },
  { destination: { server: 'Alpha-Live', account: '../admin' }, field: 'account' },
  { destination: { server: 'Alpha-Live', account: '500100', holderName: 'Ann' }, field: 'holderName' },
];
