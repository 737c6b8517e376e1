import { mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { creditFile, creditLine } from '../../../../../activities/payouts/rails/broker-credit/creditFile.ts';
import { keyOf, referenceOf } from '../../../../../activities/payouts/rails/broker-credit/reference.ts';
import type { AttemptHandle } from '../../../../../activities/payouts/rails/rail.ts';
import { messagesToLookAt } from '../../../../../db/stores/railEntries.ts';
import { resultText } from '../../../../../scripts/sandbox-broker/files.ts';
import type { RailWorld } from '../contract.ts';
import { drive, type Driven, handle, payoutBy } from '../contractDriver.ts';
import { type BatchWorld, batchWorld } from './batch-world.ts';
import { calm, recordOf } from './broker-world.ts';
import { turnedClock } from './turned-clock.ts';

/* A broker that takes a reference of 31 characters, as the comment of a trading platform does. */
const clock = turnedClock('2026-11-20T09:00:00.000Z');
let world: BatchWorld;
let driven: RailWorld;
let account = 700_000;
beforeAll(async () => {
  world = await batchWorld(31, clock);
  driven = {
    rail: world.rail, pool: world.pool, amountUsd: '42.98', bad: [], good: () => ({ server: 'Alpha-Live', account: String(++account) }), settle: async () => {}, executions: async () => 0,
    async exchange() {
      await world.handOver();
      world.broker.runFiles();
      await world.fetch();
    },
    close: async () => {},
  };
}, 60_000);
afterAll(() => world?.close());
beforeEach(() => { world.broker.faults.settings.script.length = 0; });

/** A payout that is prepared and handed over in a file; the broker has not looked yet. */
async function sent(): Promise<{ payout: Driven; attempt: AttemptHandle; reference: string; batchId: string }> {
  const payout = await drive(driven, await payoutBy(driven), { until: 'submit' });
  const [batchId] = await world.handOver();
  const attempt = (await handle(driven, payout))!;
  return { payout, attempt, reference: referenceOf(attempt.idempotencyKey, 31), batchId: batchId! };
}
/** Takes the file away without booking anything: the test writes the results. */
function takeAway(batchId: string): string {
  const gone = join(world.out, 'gone');
  mkdirSync(gone, { recursive: true });
  renameSync(join(world.out, `credits-${batchId}.csv`), join(gone, `${batchId}.csv`));
  return readFileSync(join(gone, `${batchId}.csv`), 'utf8');
}
let files = 0;
const leave = (text: string, name = `r-${++files}.csv`): string => { writeFileSync(join(world.results, name), text); return name; };
const lookUp = (attempt: AttemptHandle) => world.rail.lookUp(attempt, calm());
const executed = (reference: string, operation: string, amount = '42.98'): string[] => [reference, 'executed', operation, '2026-11-16T09:00:00Z', amount, 'USD', ''];

it('hands over one line a credit between header and control line, the committed lines as they are', async () => {
  const { attempt, reference, batchId } = await sent();
  expect(reference.length).toBeLessThanOrEqual(31);
  expect(takeAway(batchId)).toBe(`reference,server,login,amount,currency,comment\r\n${reference},Alpha-Live,${attempt.destination['account']},42.98,USD,Cashback\r\nCONTROL,${batchId},1,42.98,USD,\r\n`);
});

it('a comment that a spreadsheet would run is made a text; the sum is exact; a reference stands once', () => {
  const order = { reference: 'r-1', server: 'Alpha-Live', account: '500100', amount: '0.1', currency: 'USD' };
  const line = Buffer.from(creditLine(order, '=HYPERLINK("http://x")'));
  expect(line.toString()).toBe(`r-1,Alpha-Live,500100,0.1,USD,"'=HYPERLINK(""http://x"")"\r\n`);
  expect(creditFile('bat_1', 'USD', [{ line, reference: 'r-1', amount: '0.1' }, { line, reference: 'r-2', amount: '0.2' }]).controlSum).toBe('0.3');
  expect(() => creditFile('bat_1', 'USD', [{ line, reference: 'r-1', amount: '0.1' }, { line, reference: 'r-1', amount: '0.1' }])).toThrow(expect.objectContaining({ code: 'RAIL_BATCH_TWICE' }));
});

it('a hand-over that is done again gives no second file, whether the broker took the first or not', async () => {
  const bytes = Buffer.from('a file');
  const batch = { batchId: 'bat_again', bytes, requestHash: '0'.repeat(64), facts: {} };
  const staged = await world.rail.batch!.stage!({ ...batch, sends: 0, staged: null }, calm());
  expect(readdirSync(world.out)).toContain(staged);
  const submit = (sends: number) => world.rail.batch!.submit({ ...batch, sends, staged }, calm());
  expect(await submit(1)).toEqual({ kind: 'accepted', railReference: 'bat_again' });
  expect(await submit(2)).toMatchObject({ kind: 'accepted' });
  takeAway('bat_again');
  expect(await submit(3)).toMatchObject({ kind: 'accepted' });
  expect(readdirSync(world.out).filter((name) => name.includes('bat_again'))).toEqual([]);
  // A staged file that is gone before it ever was handed over: somebody else's doing, which nobody guesses about.
  expect(await submit(1)).toMatchObject({ kind: 'unknown' });
  // Nor does a folder that is not mounted say what became of its files.
  renameSync(world.out, `${world.out}-elsewhere`);
  expect(await submit(3)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('ENOENT') as string });
  renameSync(`${world.out}-elsewhere`, world.out);
});

it('a last look that says no hands nothing over, and the next one that does not does', async () => {
  const { batch } = world.rail;
  const file = { batchId: 'bat_late', bytes: Buffer.from('x'), requestHash: 'h', facts: {}, sends: 0, staged: null };
  const staged = await batch!.stage!(file, calm());
  const stopped = { kind: 'deferred', code: 'PAYOUTS_STOPPED', reason: 'fraud', retryAfterSeconds: 600 } as const;
  expect(await batch!.submit({ ...file, staged, sends: 1 }, calm(), async () => stopped)).toEqual(stopped);
  expect(readdirSync(world.out).filter((name) => name.includes('bat_late'))).toEqual([staged]);
  expect(await batch!.submit({ ...file, staged, sends: 1 }, calm(), async () => null)).toMatchObject({ kind: 'accepted' });
  expect(readdirSync(world.out).filter((name) => name.includes('bat_late'))).toEqual([expect.not.stringContaining('.part')]);
});

it('folders that are away hand nothing over and say so', async () => {
  const away = world.railWith({ folders: async () => { const { BankAway } = await import('../../../../../activities/payouts/rails/bank/drop.ts'); throw new BankAway('away'); } });
  expect(await away.batch!.submit({ batchId: 'bat_away', bytes: Buffer.from(''), requestHash: '', facts: {}, sends: 1, staged: 'x' }, calm())).toEqual({ kind: 'unknown', detail: 'away' });
  expect(await away.ingest!(new Date().toISOString(), calm())).toEqual([]);
  const conditions = async () => (await world.pool.query<{ code: string }>('SELECT code FROM rail_condition WHERE rail = $1 AND cleared_at IS NULL', [world.rail.id])).rows.map(({ code }) => code);
  expect(await conditions()).toEqual(['BROKER_FOLDER_AWAY']);
  await world.fetch();
  expect(await conditions()).toEqual([]);
});

it('without a result the outcome is unknown; a file still being written is left, the whole one is read', async () => {
  const { attempt, reference, batchId } = await sent();
  takeAway(batchId);
  await world.fetch();
  expect(await lookUp(attempt)).toEqual({ kind: 'unknown', detail: 'the broker has left no result yet' });
  const whole = resultText([executed(reference, 'op-whole')]);
  const name = leave(whole.slice(0, 90));
  await world.fetch();
  expect(readdirSync(world.results)).toContain(name);
  leave(whole, name);
  await world.fetch();
  expect(await lookUp(attempt)).toEqual({ kind: 'executed', railReference: 'op-whole', executedAt: '2026-11-16T09:00:00.000Z', amount: '42.98', currency: 'USD', fee: '0' });
  expect(readdirSync(join(world.results, 'done'))).toContain(name);
});

const GOOD = (reference: string): string[] => executed(reference, 'op-bad');
const FAULTS: [string, (reference: string, batchId: string) => string, object][] = [
  ['an unknown status', (r) => resultText([GOOD(r), [r, 'done', 'op-2', '2026-11-16T09:00:00Z', '1', 'USD', '']]), { code: 'RESULT_STATUS', line: 3, column: 2 }],
  ['a wrong sum', (r) => resultText([GOOD(r)]).replace('42.98000000', '42.99'), { code: 'RESULT_SUM', line: 3, column: 5 }],
  ['a wrong count', (r) => resultText([GOOD(r)]).replace('CONTROL,1', 'CONTROL,2'), { code: 'RESULT_COUNT', line: 3, column: 2 }],
  ['another header', (r) => resultText([GOOD(r)]).replace('operation,time', 'time,operation'), { code: 'RESULT_HEADER', line: 1, column: 3 }],
  ['an instant without an offset', (r) => resultText([[r, 'executed', 'op-2', '2026-11-16 09:00:00', '42.98', 'USD', '']]), { code: 'RESULT_TIME', line: 2, column: 4 }],
  ['an amount with a comma', (r) => resultText([GOOD(r)]).replace('42.98,', '"42,98",'), { code: 'RESULT_AMOUNT', line: 2, column: 5 }],
  ['a currency that is none', (r) => resultText([[r, 'executed', 'op-2', '2026-11-16T09:00:00Z', '42.98', 'dollars', '']]), { code: 'RESULT_CURRENCY', line: 2, column: 6 }],
  ['a missing cell', (r) => resultText([GOOD(r)]).replace(',USD,\r\nCONTROL', ',USD\r\nCONTROL'), { code: 'RESULT_RAGGED', line: 2, column: 7 }],
  ['an execution without an operation', (r) => resultText([[r, 'executed', '', '2026-11-16T09:00:00Z', '42.98', 'USD', '']]), { code: 'RESULT_OPERATION', line: 2, column: 3 }],
  ['a rejection without a reason', (r) => resultText([[r, 'rejected', '', '2026-11-16T09:00:00Z', '42.98', 'USD', '']]), { code: 'RESULT_REASON', line: 2, column: 7 }],
  ['a credit both executed and rejected', (r) => resultText([GOOD(r), [r, 'rejected', '', '2026-11-16T09:00:00Z', '42.98', 'USD', 'ACCOUNT_CLOSED']]), { code: 'RESULT_CONTRADICTS', line: 3, column: 2 }],
  ['an operation that stands twice', (r) => resultText([GOOD(r), GOOD(r)]), { code: 'RESULT_CONTRADICTS', line: 3, column: 2 }],
  ['a quote that is never closed', (r) => resultText([GOOD(r)]).replace('op-bad', '"op-bad'), { code: 'RESULT_DAMAGED' }],
];

it('a file in which anything is wrong is refused whole, with line and column, and settles nothing', async () => {
  const { attempt, reference, batchId } = await sent();
  takeAway(batchId);
  for (const [what, text, problem] of FAULTS) {
    const name = leave(text(reference, batchId));
    await world.fetch();
    const [message] = await messagesToLookAt(world.pool, world.rail.id, 1);
    expect({ what, name: message?.name, state: message?.state, problem: message?.problem }).toMatchObject({ what, name, state: 'refused', problem });
    expect({ what, failed: readdirSync(join(world.results, 'failed')).includes(name), is: (await lookUp(attempt)).kind }).toEqual({ what, failed: true, is: 'unknown' });
  }
});

it('bytes that are no UTF-8, and a file that stays without its end, are refused', async () => {
  const cut = leave('reference,status\r\n');
  const latin = leave('');
  writeFileSync(join(world.results, latin), Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(resultText([]))]));
  await world.fetch();
  await world.fetch();
  const refused = await messagesToLookAt(world.pool, world.rail.id, 2);
  expect(new Map(refused.map(({ name, problem }) => [name, problem?.code]))).toEqual(new Map([[cut, 'RESULT_HEADER'], [latin, 'RESULT_DAMAGED']]));
});

it('credited twice is executed, noted, and in the record twice; the same file under another name changes nothing', async () => {
  const { attempt, reference, batchId } = await sent();
  takeAway(batchId);
  const before = (await recordOf(world.rail)).length;
  const text = resultText([executed(reference, 'op-a'), executed(reference, 'op-b')]);
  leave(text);
  leave(text);
  leave(`${text}\r\n`);
  await world.fetch();
  await world.fetch();
  expect(await lookUp(attempt)).toMatchObject({ kind: 'executed', railReference: 'op-a', detail: expect.stringContaining('CREDITED_TWICE') });
  const record = (await recordOf(world.rail)).slice(before - (await recordOf(world.rail)).length);
  expect(record.map(({ payoutId, railReference, idempotencyKey }) => [payoutId, railReference, idempotencyKey])).toEqual([[attempt.payoutId, 'op-a', keyOf(reference)], [attempt.payoutId, 'op-b', keyOf(reference)]]);
  const [message] = await messagesToLookAt(world.pool, world.rail.id, 1);
  expect(message?.findings).toEqual([{ code: 'CREDITED_TWICE', detail: expect.stringContaining('op-a, op-b') }]);
  expect(await recordOf(world.rail, '2026-11-16T09:00:00.001Z', '2026-11-17T00:00:00.000Z')).toEqual([]);
});

it("a line of somebody else's stands in the record and is told, and keeps ours from nothing", async () => {
  const { attempt, reference, batchId } = await sent();
  takeAway(batchId);
  const name = leave(resultText([executed(reference, 'op-ours'), executed('bonus-77', 'op-theirs', '5')]));
  await world.fetch();
  expect(await lookUp(attempt)).toMatchObject({ kind: 'executed', railReference: 'op-ours' });
  expect((await recordOf(world.rail)).filter(({ railReference }) => railReference === 'op-theirs')).toMatchObject([{ payoutId: null, idempotencyKey: 'bonus-77', amount: '5' }]);
  const told = await world.pool.query<{ detail: string }>(`SELECT facts->>'detail' AS detail FROM notification WHERE kind = 'rail_condition' AND facts->>'code' = 'BROKER_RESULT_UNKNOWN'`);
  expect(told.rows.at(-1)?.detail).toBe(`${name}, line 3: "bonus-77", executed with 5 USD, is nothing that left here in a file; see the reconciliation.`);
});

it('one operation number on two servers is two credits', async () => {
  const [a, b] = [await sent(), await sent()];
  takeAway(a.batchId);
  takeAway(b.batchId);
  leave(resultText([executed(a.reference, '12345'), executed(b.reference, '12345')]));
  await world.fetch();
  expect([await lookUp(a.attempt), await lookUp(b.attempt)]).toMatchObject([{ kind: 'executed', railReference: '12345' }, { kind: 'executed', railReference: '12345' }]);
  expect((await recordOf(world.rail)).filter(({ railReference }) => railReference === '12345').map(({ payoutId }) => payoutId)).toEqual([a.attempt.payoutId, b.attempt.payoutId]);
});

it('a file that is refused is told to operators, once', async () => {
  const name = leave(resultText([executed('r', 'op')]).replace('CONTROL,1', 'CONTROL,2'));
  await world.fetch();
  leave(resultText([executed('r', 'op')]).replace('CONTROL,1', 'CONTROL,2'));
  await world.fetch();
  const told = await world.pool.query<{ detail: string }>(`SELECT facts->>'detail' AS detail FROM notification WHERE kind = 'rail_condition' AND facts->>'code' = 'BROKER_FILE_REFUSED' AND facts->>'detail' LIKE $1`, [`${name}: RESULT_COUNT%`]);
  expect(told.rows).toHaveLength(1);
});

it('a file of more than 64 MB is not read, and told', async () => {
  const name = leave('');
  truncateSync(join(world.results, name), (64 << 20) + 1);
  await world.fetch();
  expect(readdirSync(join(world.results, 'failed'))).toContain(name);
  const told = await world.pool.query<{ detail: string }>(`SELECT facts->>'detail' AS detail FROM notification WHERE kind = 'rail_condition' AND facts->>'code' = 'BROKER_FILE_REFUSED' ORDER BY id`);
  expect(told.rows.map(({ detail }) => detail).filter((detail) => detail.startsWith(`${name} has 67108865 bytes`))).toHaveLength(1);
});

it('an execution outweighs a rejection that another file names', async () => {
  const { attempt, reference, batchId } = await sent();
  takeAway(batchId);
  leave(resultText([[reference, 'rejected', '', '2026-11-16T09:00:00Z', '42.98', 'USD', 'ACCOUNT_ARCHIVED: sign in once']]));
  await world.fetch();
  expect(await lookUp(attempt)).toEqual({ kind: 'rejected', code: 'ACCOUNT_ARCHIVED', reason: 'sign in once', retryable: false });
  leave(resultText([executed(reference, 'op-after')]));
  await world.fetch();
  expect(await lookUp(attempt)).toMatchObject({ kind: 'executed', railReference: 'op-after' });
});

it('a closed account gives the money back, a credit booked later is paid then, and an empty wallet is tried again', async () => {
  const closed = await payoutBy({ ...driven, good: () => ({ server: 'Alpha-Live', account: '666' }) });
  world.broker.setAccount({ server: 'Alpha-Live', account: '666', currency: 'USD', state: 'closed' });
  expect(await drive(driven, closed)).toMatchObject({ state: 'failed', why: expect.stringContaining('ACCOUNT_CLOSED') });

  world.broker.faults.settings.script.push({ fault: 'delayed' });
  const late = await drive(driven, await payoutBy(driven), { steps: 3 });
  expect(late.state).not.toBe('paid');
  clock.advance(world.broker.faults.settings.lateMs);
  expect((await drive(driven, late)).state).toBe('paid');

  world.broker.faults.settings.script.push({ fault: 'short_of_funds' });
  const short = await drive(driven, await payoutBy(driven));
  expect(short.state).toBe('paid');
  expect(world.broker.operations().filter(({ reference }) => keyOf(reference) === `${short.payoutId}-2`)).toHaveLength(1);
  expect(world.broker.operations().filter(({ reference }) => keyOf(reference) === `${short.payoutId}-1`)).toEqual([]);
});
