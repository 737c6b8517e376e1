import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Pool, PoolClient } from 'pg';
import type { Rail, RailBatching } from '../../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../../activities/payouts/rails/registry.ts';
import { verifyLedger } from '../../../../db/ledger/verify.ts';
import { railConditions } from '../../../../db/stores/railConditions.ts';
import { readPayout } from '../../../../db/stores/payouts.ts';
import { Problem } from '../../../../domain/problem.ts';
import { payoutActivities, payoutFixture, type PayoutFixture } from '../../../support/payouts.ts';

export const AT = '2026-11-23T09:00:00.000Z';

/** A worker that is killed with SIGKILL: the step was done, and nothing after it ever is. */
export class Killed extends Error {}
/** Called after each statement and each call of the rail; throws `Killed` where it ends, and from then on. */
export type Life = { step(): void; dead(): void };
const IMMORTAL: Life = { step: () => undefined, dead: () => undefined };

export interface Ordered { userId: string; payoutId: string; key: string }

export interface PaperDesk {
  f: PayoutFixture;
  /** What the rail cannot put into a file: these payouts, or anything at all. */
  refuses: { payoutIds: Set<string>; together: Set<string>; all: boolean; by: () => Error };
  away: { stage: boolean; publish: boolean };
  /** Files as they lie at the rail under their own name, each with its keys: what it pays. */
  published: { batchId: string; keys: string[] }[];
  staged: Map<string, Buffer>;
  /** How often a file was tried to be made. */
  tries: number;
  hinted: string[];
  /** Called when a file was staged and not counted yet. */
  whenStaged: () => Promise<void>;
  /** Called when a hand-over was counted and the file does not have its name yet. */
  whenCounted: () => Promise<void>;
  call: ReturnType<typeof payoutActivities>;
  /** The activities of a worker that lives as long as it is told. */
  worker(life: Life): ReturnType<typeof payoutActivities>;
  /** So many users with 25 USD each, planned in one run and prepared: they wait for the next file, in this order. */
  ordered(count: number): Promise<Ordered[]>;
  assembled(): Promise<string[]>;
  handOver(batchId: string, call?: ReturnType<typeof payoutActivities>): Promise<{ state: string; why: string }>;
  /** One turn of the exchange, and what the payouts' workflows do then. */
  turn(call?: ReturnType<typeof payoutActivities>): Promise<void>;
  state(of: Ordered): Promise<{ state: string; attempt: string | undefined; sends: number | undefined; detail: string | null }>;
  suspend(of: Ordered): Promise<unknown>;
  conditions(): Promise<{ code: string; detail: string }[]>;
  /** How often the rail was given it. */
  paid(of: Ordered): number;
  sound(): Promise<void>;
  close(): Promise<void>;
}

/** A rail that takes files into a folder in memory, on a fresh database; what lies there under its own name is executed. */
export async function paperDesk(most = 3): Promise<PaperDesk> {
  const f = await payoutFixture();
  const own: Pick<PaperDesk, 'refuses' | 'away' | 'published' | 'staged' | 'hinted' | 'tries' | 'whenStaged' | 'whenCounted'> = {
    refuses: { payoutIds: new Set(), together: new Set(), all: false, by: () => new Problem('PAPER_TORN', 'It cannot be written.') },
    away: { stage: false, publish: false }, published: [], staged: new Map(), hinted: [], tries: 0, whenStaged: async () => undefined, whenCounted: async () => undefined,
  };
  let token = 0;
  const railOf = (life: Life): Rail => {
    const batch: RailBatching = {
      most,
      async assemble({ batchId, attempts }) {
        own.tries++;
        const { payoutIds, together, all, by } = own.refuses;
        if (all || attempts.some(({ payoutId }) => payoutIds.has(payoutId)) || attempts.filter(({ payoutId }) => together.has(payoutId)).length > 1) throw by();
        const bytes = Buffer.from(`${batchId}\n${attempts.map((attempt) => attempt.bytes.toString()).join('\n')}\n`);
        return { bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: batchId, expiresAt: null, facts: {} };
      },
      async stage({ batchId, bytes }) {
        life.dead();
        if (own.away.stage) throw new Error('the folder is away');
        const name = `.${batchId}.${++token}.part`;
        own.staged.set(name, bytes);
        life.step();
        await own.whenStaged();
        return name;
      },
      async submit({ batchId, staged, sends }, _signal, lastLook) {
        life.dead();
        await own.whenCounted();
        const late = await lastLook?.() ?? null;
        if (late !== null) return late;
        if (own.away.publish || staged === null) return { kind: 'unknown', detail: 'the folder is away' };
        const bytes = own.staged.get(staged);
        if (bytes !== undefined) {
          own.staged.delete(staged);
          own.published.push({ batchId, keys: bytes.toString().trim().split('\n').slice(1) });
        }
        life.step();
        const taken = bytes !== undefined || sends > 1 || own.published.some((file) => file.batchId === batchId);
        if (taken) for (const name of own.staged.keys()) if (name.startsWith(`.${batchId}.`)) own.staged.delete(name);
        return taken ? { kind: 'accepted', railReference: batchId } : { kind: 'unknown', detail: 'gone' };
      },
      async discard(batchId) {
        life.dead();
        if (own.away.stage) throw new Error('the folder is away');
        for (const name of own.staged.keys()) if (name.startsWith(`.${batchId}.`)) own.staged.delete(name);
        life.step();
      },
    };
    return {
      ...f.rail, guarantees: { ...f.rail.guarantees, mode: 'batch', honoursKeysForSeconds: 0, provesNonExecution: 'never', finalOn: 'executed' }, batch,
      prepare: async ({ idempotencyKey }) => ({ bytes: Buffer.from(idempotencyKey), requestHash: 'h', railReference: null, expiresAt: null, facts: {} }),
      lookUp: async ({ idempotencyKey, amount, currency }) => (own.published.some(({ keys }) => keys.includes(idempotencyKey))
        ? { kind: 'executed', railReference: idempotencyKey, executedAt: AT, amount, currency, fee: '0' } : { kind: 'unknown', detail: 'nothing is known of it' }),
      ingest: async () => [],
    };
  };
  const client = { workflow: { start: async () => undefined, signalWithStart: async (_type: string, { args: [payout] }: { args: [{ payoutId: string }] }) => { own.hinted.push(payout.payoutId); } } } as unknown as Client;
  const worker = (life: Life) => payoutActivities({ ...f, pool: life === IMMORTAL ? f.pool : mortal(f.pool, life), rails: railRegistry([railOf(life)]) }, client);
  const call = worker(IMMORTAL);
  f.rails = railRegistry([railOf(IMMORTAL)]);

  return Object.assign(own, {
    f, call, worker,
    async ordered(count: number) {
      const users: string[] = [];
      for (let n = 0; n < count; n++) users.push((await f.user({ available: { ava: '25' } })).userId);
      const { runId } = await call('openRun', { runKey: `run-of-${users[0]}`, scheduledAt: AT, workflowId: `w-${users[0]}`, startedBy: null });
      await call('freezeMembers', { runId, asOf: AT });
      await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
      const rows = await f.rows<{ payoutId: string; userId: string }>('SELECT id AS "payoutId", user_id AS "userId" FROM payout WHERE user_id = ANY ($1) ORDER BY id', [users]);
      for (const { payoutId } of rows) await call('prepareAttempt', { payoutId, asOf: AT });
      return Promise.all(rows.map(async (row) => ({ ...row, key: (await readPayout(f.pool, row.payoutId)).attempt!.idempotencyKey })));
    },
    assembled: async () => (await call('assembleBatches', { rail: 'sandbox', asOf: AT })).batchIds,
    handOver: (batchId: string, by = call) => by('handOverBatch', { batchId, asOf: AT }),
    async turn(by = call) {
      own.hinted.length = 0;
      const { batchIds } = await by('assembleBatches', { rail: 'sandbox', asOf: AT });
      for (const batchId of batchIds) await by('handOverBatch', { batchId, asOf: AT });
      await by('fetchFromRail', { rail: 'sandbox', asOf: AT });
      for (const payoutId of new Set(own.hinted)) await by('lookUpAttempt', { payoutId, asOf: AT });
    },
    async state({ payoutId }: Ordered) {
      const { payout, attempt } = await readPayout(f.pool, payoutId);
      return { state: payout.state, attempt: attempt?.state, sends: attempt?.sends, detail: payout.detail };
    },
    suspend: ({ userId }: Ordered) => f.pool.query(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [userId]),
    conditions: async () => (await railConditions(f.pool, 'sandbox')).map(({ code, detail }) => ({ code, detail })),
    paid: ({ key }: Ordered) => own.published.flatMap(({ keys }) => keys).filter((one) => one === key).length,
    async sound() {
      const { differences } = await verifyLedger(f.pool);
      if (differences.length > 0) throw new Error(JSON.stringify(differences));
    },
    close: () => f.close(),
  });
}

/** The pool of a worker that dies after some statement: its connections break, and nothing it asks afterwards arrives. */
function mortal(pool: Pool, life: Life): Pool {
  const counted = async (work: () => Promise<unknown>): Promise<unknown> => {
    life.dead();
    const done = await work();
    life.step();
    return done;
  };
  const connect = async (): Promise<PoolClient> => {
    life.dead();
    const client = await pool.connect();
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query') {
          return (...args: [string, unknown[]]) => counted(() => target.query(...args));
        }
        if (name === 'release') {
          return () => {
            try {
              life.dead();
              target.release();
            } catch (error) {
              target.release(error as Error);
            }
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) as unknown : value;
      },
    });
  };
  return new Proxy(pool, { get: (target, name) => (name === 'connect' ? connect : name === 'query' ? (...args: [string, unknown[]]) => counted(() => target.query(...args)) : Reflect.get(target, name, target) as unknown) });
}
