import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../../../domain/ids.ts';
import type { AttemptHandle, CommittedAttempt, PayoutInstruction, PreparedAttempt, Rail, RailRecordEntry } from '../../../../activities/payouts/rails/rail.ts';
import { sandboxRail } from '../../../../activities/payouts/rails/sandbox.ts';
import { type SpawnedRail, type SpawnOptions, spawnSandboxRail } from '../../../../scripts/local/sandbox-rail.ts';
import type { FaultsBody } from '../../../../scripts/sandbox-rail/admin.ts';

export const SECRET = 'a secret for tests';
/** The hasty client gives up well before the rail's slowness ends, and the test can see both. */
export const HASTY_TIMEOUT_MS = 400;
export const SLOW_MS = 1500;

export interface ReceivedEvent { headers: IncomingHttpHeaders; body: Buffer }

export interface Harness {
  rail: Rail;
  /** The same rail for a client that soon gives up. */
  hasty: Rail;
  url: string;
  events: ReceivedEvent[];
  /** While true the receiver answers 500. */
  refuseEvents(refuse: boolean): void;
  admin(path: string, body: FaultsBody | Record<string, unknown>): Promise<{ status: number; body: unknown }>;
  restart(signal: NodeJS.Signals): Promise<void>;
  recordPath: string;
  close(): Promise<void>;
}

/** The real server as a child process, a receiver for its events and the adapter between. */
export async function startHarness(options: Partial<SpawnOptions> = {}): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-rail-'));
  const recordPath = join(folder, 'record.jsonl');
  const events: ReceivedEvent[] = [];
  let refusing = false;
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      events.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(refusing ? 500 : 204).end();
    });
  });
  await new Promise<void>((listening) => { receiver.listen(0, '127.0.0.1', listening); });
  const address = receiver.address();
  const webhookUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  const spawn = (port: number): Promise<SpawnedRail> => spawnSandboxRail({ record: recordPath, secret: SECRET, webhookUrl, slowMs: SLOW_MS, lateMs: 1500, returnMs: 300, ...options, port });
  let child = await spawn(0);
  const { url, port } = child;
  return {
    rail: sandboxRail({ url, secret: SECRET, timeoutMs: 10_000 }),
    hasty: sandboxRail({ url, secret: SECRET, timeoutMs: HASTY_TIMEOUT_MS }),
    url, events, recordPath,
    refuseEvents(refuse) { refusing = refuse; },
    async admin(path, body) {
      const response = await fetch(`${url}/admin/${path}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },
    async restart(signal) {
      await child.stop(signal);
      child = await spawn(port);
    },
    async close() {
      await child.stop();
      await new Promise<void>((closed) => { receiver.close(() => closed()); receiver.closeAllConnections(); });
      rmSync(folder, { recursive: true });
    },
  };
}

export function instruction(changes: Partial<PayoutInstruction> = {}): PayoutInstruction {
  const attemptId = newId('payoutAttempt');
  return {
    payoutId: newId('payout'), attemptId, idempotencyKey: attemptId, amount: '12.34', currency: 'USD',
    destination: { account: 'trader-1' }, asOf: '2026-11-16T09:00:00.000Z', ...changes,
  };
}

export async function committed(rail: Rail, order: PayoutInstruction): Promise<CommittedAttempt> {
  const { bytes, railReference, facts } = await prepared(rail, order);
  const { attemptId, payoutId, idempotencyKey, amount, currency, destination, asOf } = order;
  return { attemptId, payoutId, idempotencyKey, bytes, railReference, facts, replaced: [], amount, currency, destination, preparedAt: asOf, firstSentAt: null, lastSentAt: null };
}

/** Prepared for a rail that allocates nothing in the transaction. */
export const prepared = (rail: Rail, order: PayoutInstruction): Promise<PreparedAttempt> => rail.prepare(order, { tx: undefined as never, terms: {} });

/** The handle of a key that was never sent. */
export const handleOfKey = (idempotencyKey: string): AttemptHandle => ({
  attemptId: 'att_x', payoutId: 'pay_x', idempotencyKey, railReference: null, facts: {}, replaced: [], amount: '1', currency: 'USD', destination: {}, preparedAt: '2026-11-16T09:00:00.000Z', firstSentAt: null, lastSentAt: null,
});

export const calm = (): AbortSignal => new AbortController().signal;

export async function recordOf(rail: Rail, from: string | null = null, to: string | null = null): Promise<RailRecordEntry[]> {
  const entries: RailRecordEntry[] = [];
  for await (const entry of rail.record(from, to, calm())) entries.push(entry);
  return entries;
}

export async function executionsOf(rail: Rail, payoutId: string): Promise<RailRecordEntry[]> {
  return (await recordOf(rail)).filter((entry) => entry.payoutId === payoutId);
}

/** An address where nothing listens (any more). */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  const address = server.address();
  await new Promise<void>((closed) => { server.close(() => closed()); });
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}
