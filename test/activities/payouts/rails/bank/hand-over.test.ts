import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BankAway, type BankFolders } from '../../../../../activities/payouts/rails/bank/drop.ts';
import { localFolders } from '../../../../../activities/payouts/rails/bank/localFolders.ts';
import { createPool, withTransaction } from '../../../../../db/connection.ts';
import { readBatch } from '../../../../../db/stores/payoutBatches.ts';
import { setSwitch } from '../../../../../db/stores/railSwitch.ts';
import { Decimal, sum } from '../../../../../domain/decimal.ts';
import { bankDesk, type Desk, GOOD, type Ordered } from './desk.ts';
import { canRunBank } from '../../../../../scripts/sandbox-bank/install.ts';

describe.skipIf(!canRunBank())('handing files over to mock-bank (needs Python 3.10 with venv and pip)', () => {
  let desk: Desk;
  /** What happens at the folders' next calls. */
  let faults: Partial<Record<'stage' | 'publish', 'before' | 'after'>> = {};
  let published: string[] = [];

  beforeAll(async () => {
    desk = await bankDesk({ rail: { folders: async () => faulty(localFolders(desk.bank.outgoing, desk.bank.incoming)), most: 3 } });
  });
  afterAll(() => desk?.close());
  beforeEach(() => { published = []; });
  afterEach(async () => {
    faults = {};
    // What a test left behind leaves no file for the next one.
    await desk.turn();
  });

  /** A worker that dies, or a server that goes away, just before or just after the call did its work. */
  function faulty(folders: BankFolders): BankFolders {
    const at = async <T>(name: 'stage' | 'publish', work: () => Promise<T>): Promise<T> => {
      const { [name]: when, ...rest } = faults;
      faults = rest;
      if (when === 'before') throw new BankAway('cut off');
      const done = await work();
      if (when === 'after') throw new BankAway('cut off');
      return done;
    };
    return {
      ...folders,
      stage: (temporary, bytes) => at('stage', () => folders.stage(temporary, bytes)),
      publish: (temporary, name) => at('publish', async () => {
        const done = await folders.publish(temporary, name);
        if (done === 'published') published.push(name);
        return done;
      }),
    };
  }
  const assembled = async (): Promise<string[]> => (await desk.call('assembleBatches', { rail: 'bank', asOf: desk.now() })).batchIds;
  const handOver = (batchId: string) => desk.call('handOverBatch', { batchId, asOf: desk.now() });
  const settledOnce = async (payouts: readonly Ordered[]): Promise<void> => {
    await desk.turn();
    await desk.pass(1);
    await desk.turn();
    for (const payout of payouts) {
      expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
      expect(await desk.executed(payout)).toBe(1);
    }
  };
  const setTo = (stopped: boolean): Promise<unknown> => withTransaction(desk.pool, (tx) => setSwitch(tx, { rail: 'bank', stopped, reason: 'a test', by: 'ops', at: desk.now() }));

  test('one file a turn for each currency and day, at most so many in one, with counts and sums as committed, and no name in our tables', async () => {
    const payouts: Ordered[] = [];
    for (const amount of ['10.01', '20.02', '30.03', '40']) payouts.push(await desk.ordered({ ...GOOD, holderName: 'Zoë Nuñez & Søn' }, amount));
    const batchIds = await assembled();
    const batches = await Promise.all(batchIds.map(async (id) => (await readBatch(desk.pool, id))!));
    expect(batches.map(({ items, currency, day }) => [items, currency, day])).toEqual([[3, 'EUR', '2026-11-24'], [1, 'EUR', '2026-11-24']]);
    expect(sum(batches.map(({ controlSum }) => controlSum)).toFixed()).toBe(new Decimal('100.06').times('0.8').toDecimalPlaces(2, Decimal.ROUND_DOWN).minus('0.01').toFixed());
    for (const { bytes } of batches) expect(JSON.stringify((JSON.parse(bytes.toString()) as { bits: string[] }).bits.map((bit) => Buffer.from(bit, 'base64').toString()))).not.toMatch(/Zoe|DE8937/);
    for (const id of batchIds) await handOver(id);
    const files = desk.files('out').map((name) => readFileSync(join(desk.bank.outgoing, name), 'utf8'));
    expect(files.map((file) => /<NbOfTxs>(\d+)</.exec(file)![1]).sort()).toEqual(['1', '3']);
    expect(files.every((file) => file.includes('<Nm>Zoe Nunez + Son</Nm>') && file.match(/<CtrlSum>[^<]*/g)!.every((one, _, all) => one === all[0]))).toBe(true);
    await settledOnce(payouts);
  });

  test.each([['stage', 'before'], ['stage', 'after'], ['publish', 'before'], ['publish', 'after']] as const)('cut off at %s, %s it was done: taken up by the next turn, handed over once', async (call, when) => {
    const payout = await desk.ordered();
    const [batchId] = await assembled();
    faults = { [call]: when };
    expect(await handOver(batchId!)).toMatchObject({ state: 'assembled', why: expect.stringMatching(/cut off/) });
    expect((await readBatch(desk.pool, batchId!))!.sends).toBe(call === 'stage' ? 0 : 1);
    expect(await handOver(batchId!)).toMatchObject({ state: 'sent' });
    expect(await handOver(batchId!)).toMatchObject({ state: 'sent' });
    expect(published).toHaveLength(1);
    expect(desk.files('out').filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted' });
    await settledOnce([payout]);
  });

  test('the bank took the file, and the worker died before it could say so: not handed over again', async () => {
    const payout = await desk.ordered();
    const [batchId] = await assembled();
    faults = { publish: 'after' };
    await handOver(batchId!);
    await desk.bank.control.scan();
    expect(desk.files('out').filter((name) => name.endsWith('.xml'))).toEqual([]);
    expect(await handOver(batchId!)).toMatchObject({ state: 'sent' });
    expect(published).toHaveLength(1);
    await settledOnce([payout]);
  });

  test('two workers at the same file, in whatever order: it gets its name once', async () => {
    const payout = await desk.ordered();
    const [batchId] = await assembled();
    await Promise.all([1, 2, 3, 4].map(() => handOver(batchId!).catch(() => undefined)));
    expect(await handOver(batchId!)).toMatchObject({ state: 'sent' });
    expect(published).toHaveLength(1);
    await settledOnce([payout]);
  });

  test('two workers that assemble: every attempt is in one file', async () => {
    const payouts = await Promise.all([1, 2, 3, 4, 5].map(() => desk.ordered()));
    await Promise.all([1, 2, 3].map(assembled));
    await assembled();
    const rows = await desk.rows<{ attempt_id: string }>('SELECT i.attempt_id FROM payout_batch_item i JOIN payout_attempt a ON a.id = i.attempt_id WHERE a.payout_id = ANY ($1)', [payouts.map(({ payoutId }) => payoutId)]);
    expect(new Set(rows.map((row) => row.attempt_id)).size).toBe(5);
    expect(rows).toHaveLength(5);
    await settledOnce(payouts);
  });

  test('the switch stops what is not assembled and what is not handed over, and both go on without loss', async () => {
    const before = await desk.ordered();
    const [batchId] = await assembled();
    await setTo(true);
    const after = await desk.ordered().catch(() => null);
    expect(after, 'nothing is prepared while payouts are stopped').toBeNull();
    expect(await handOver(batchId!)).toMatchObject({ state: 'assembled', why: expect.stringMatching(/PAYOUTS_STOPPED.*a test/) });
    expect(desk.files('out').filter((name) => name.endsWith('.xml'))).toEqual([]);
    await setTo(false);
    const prepared = await desk.ordered();
    await setTo(true);
    expect(await assembled()).toEqual([batchId]);
    await setTo(false);
    await settledOnce([before, prepared]);
    expect(published).toHaveLength(2);
  });

  test('who must not be paid any more since his attempt was prepared is left out and gets the money back; the others leave', async () => {
    const [blocked, good] = [await desk.ordered(), await desk.ordered()];
    await desk.rows(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [blocked!.userId]);
    await settledOnce([good!]);
    expect(await desk.state(blocked!)).toMatchObject({ state: 'failed', attempt: 'abandoned', available: '20', reserved: '0', detail: expect.stringMatching(/PAYOUT_BLOCKED/) });
    expect(await desk.executed(blocked!)).toBe(0);
  });

  test('who must not be paid any more since his transfer was put into a file: the file is withdrawn, nothing of it lies at the bank, and the others go with the next', async () => {
    const [blocked, good] = [await desk.ordered(), await desk.ordered()];
    const [batchId] = await assembled();
    const lying = new Set(desk.files('out'));
    const staged = (): string[] => desk.files('out').filter((name) => name.endsWith('.part') && !lying.has(name));
    await desk.rows(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [blocked.userId]);
    faults = { stage: 'after' };
    expect(await handOver(batchId!)).toMatchObject({ state: 'assembled' });
    expect(staged()).toHaveLength(1);
    expect(await handOver(batchId!)).toMatchObject({ state: 'withdrawn' });
    expect([staged(), published]).toEqual([[], []]);
    await settledOnce([good]);
    expect(await desk.state(blocked)).toMatchObject({ state: 'failed', attempt: 'abandoned', available: '20', reserved: '0', detail: expect.stringMatching(/PAYOUT_BLOCKED/) });
    expect([await desk.executed(blocked), published.length]).toEqual([0, 1]);
  });

  test('a file that cannot be put together as it was committed is not handed over', async () => {
    const payout = await desk.ordered();
    const [batchId] = await assembled();
    const other = await desk.ordered();
    const [mine, its] = await Promise.all([payout, other].map(async ({ payoutId }) => (await desk.rows<{ id: string; request_bytes: Buffer }>('SELECT id, request_bytes FROM payout_attempt WHERE payout_id = $1', [payoutId]))[0]!));
    const owner = createPool(desk.ownerUrl, { max: 1, onError: () => {} });
    const give = (bytes: Buffer): Promise<unknown> => owner.query('UPDATE payout_attempt SET request_bytes = $2 WHERE id = $1', [mine!.id, bytes]);
    await owner.query(`SET session_replication_role = 'replica'`);
    await give(Buffer.from('<CdtTrfTxInf>another</CdtTrfTxInf>'));
    expect(await handOver(batchId!)).toMatchObject({ state: 'assembled', why: expect.stringMatching(/BATCH_UNREADABLE/) });
    expect(await desk.rows('SELECT code FROM rail_condition WHERE cleared_at IS NULL')).toEqual([{ code: 'RAIL_HAND_OVER_FAILS' }]);
    expect(desk.files('out').filter((name) => name.endsWith('.xml'))).toEqual([]);
    await give(mine!.request_bytes);
    await owner.end();
    expect(its!.id).not.toBe(mine!.id);
    await settledOnce([payout, other]);
  });
});
