import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPool } from '../../../../db/connection.ts';
import { Problem } from '../../../../domain/problem.ts';
import { AT, type Ordered, type PaperDesk, paperDesk } from './paper-desk.ts';

let desk: PaperDesk;
beforeAll(async () => { desk = await paperDesk(3); });
afterAll(() => desk?.close());
afterEach(async () => {
  Object.assign(desk.refuses, { payoutIds: new Set(), together: new Set(), all: false });
  await desk.turn();
  await atRest();
});

async function atRest(): Promise<void> {
  expect(await desk.conditions()).toEqual([]);
  await desk.sound();
}

const paid = async (payouts: readonly Ordered[]): Promise<void> => {
  for (const payout of payouts) expect([await desk.state(payout), desk.paid(payout)]).toMatchObject([{ state: 'paid' }, 1]);
};

test('a transfer that cannot be put into a file waits by itself, named in the condition and with why on the payout; the others leave', async () => {
  const [a, bad, c, d] = await desk.ordered(4) as [Ordered, Ordered, Ordered, Ordered];
  desk.refuses.payoutIds = new Set([bad.payoutId]);
  await desk.turn();
  await paid([a, c, d]);
  expect(await desk.state(bad)).toMatchObject({ state: 'reserved', attempt: 'prepared', sends: 0, detail: expect.stringMatching(/^RAIL_TRANSFER_LEFT_OUT: .*PAPER_TORN: It cannot be written/) });
  expect(await desk.conditions()).toEqual([{ code: 'RAIL_TRANSFER_LEFT_OUT', detail: expect.stringMatching(new RegExp(`^${bad.payoutId} cannot be put into a file and waits.*PAPER_TORN`)) }]);

  // Later turns: tried again with each, and nobody waits for it nor is tried beside it.
  const next = await desk.ordered(3);
  desk.tries = 0;
  await desk.turn();
  await paid(next);
  expect(desk.tries).toBe(2);
  await desk.turn();
  expect((await desk.conditions()).map(({ code }) => code)).toEqual(['RAIL_TRANSFER_LEFT_OUT']);
  desk.refuses.payoutIds.clear();
  await desk.turn();
  await paid([bad]);
});

test('nothing of the payee stands in what is told of it', async () => {
  const [good, bad] = await desk.ordered(2) as [Ordered, Ordered];
  const before = desk.refuses.by;
  const account = `acc-${bad.userId.slice(-12)}`;
  desk.refuses.payoutIds = new Set([bad.payoutId]);
  desk.refuses.by = () => new Problem('PAPER_TORN', `Element 'Nm': the value 'Zoë Nuñez' is not accepted, of ${account}.`);
  await desk.turn();
  await paid([good]);
  desk.refuses.by = before;
  const told = JSON.stringify([await desk.state(bad), await desk.conditions()]);
  expect(told).toContain("Element 'Nm': the value … is not accepted, of ….");
  expect(told).not.toMatch(new RegExp(`Zoë|${account}`));
  desk.refuses.payoutIds.clear();
});

test('more of them than a file takes, before all others: the others leave all the same', async () => {
  const bad = await desk.ordered(4);
  const good = await desk.ordered(2);
  desk.refuses.payoutIds = new Set(bad.map(({ payoutId }) => payoutId));
  await desk.turn();
  await paid(good);
  const [condition] = await desk.conditions();
  for (const { payoutId } of bad) expect(condition!.detail).toContain(payoutId);
  desk.refuses.payoutIds.clear();
  await desk.turn();
  await paid(bad);
});

test('two that only exclude each other leave one after the other', async () => {
  const [a, b, c] = await desk.ordered(3) as [Ordered, Ordered, Ordered];
  desk.refuses.together = new Set([a.payoutId, b.payoutId]);
  await desk.turn();
  await paid([a, c]);
  await desk.turn();
  await paid([b]);
  expect(desk.published.filter(({ keys }) => [a, b, c].some(({ key }) => keys.includes(key)))).toHaveLength(2);
});

test('bytes that cannot be read hold up their own payout', async () => {
  const [good, bad] = await desk.ordered(2) as [Ordered, Ordered];
  const owner = createPool(desk.f.ownerUrl, { max: 1, onError: () => {} });
  const [{ bytes }] = await desk.f.rows<{ bytes: Buffer }>('SELECT request_bytes AS bytes FROM payout_attempt WHERE payout_id = $1', [bad.payoutId]) as [{ bytes: Buffer }];
  const give = (to: Buffer) => owner.query('UPDATE payout_attempt SET request_bytes = $2 WHERE payout_id = $1', [bad.payoutId, to]);
  await give(Buffer.from('sealed:v1.cut'));
  await desk.turn();
  await paid([good]);
  expect(await desk.state(bad)).toMatchObject({ state: 'reserved', attempt: 'prepared', detail: expect.stringMatching(/^RAIL_TRANSFER_LEFT_OUT/) });
  await give(bytes);
  await owner.end();
  await desk.turn();
  await paid([bad]);
});

test.each([['a problem', (): void => undefined], ['a failure of the adapter', (): void => { desk.refuses.by = () => new TypeError('of Zoë Nuñez'); }]] as const)('where no file can be made at all (%s) it is the rail: its condition, as before, and everything waits', async (_what, arrange) => {
  const before: () => Error = desk.refuses.by;
  arrange();
  const waiting = await desk.ordered(4);
  desk.refuses.all = true;
  for (let turn = 0; turn < 2; turn++) {
    await desk.turn();
    const conditions = await desk.conditions();
    expect(conditions).toEqual([{ code: 'RAIL_FILE_NOT_MADE', detail: expect.stringMatching(/^(PAPER_TORN|RAIL_ADAPTER_FAILED): /) }]);
    expect(conditions[0]!.detail).not.toContain('Zoë');
    for (const payout of waiting) expect(await desk.state(payout)).toMatchObject({ state: 'reserved', attempt: 'prepared', detail: expect.stringMatching(/^RAIL_FILE_NOT_MADE: /) });
  }
  desk.refuses.all = false;
  await desk.turn();
  await paid(waiting);
  desk.refuses.by = before;
});

test('one that is left out and must not be paid any more gets the money back', async () => {
  const [good, bad] = await desk.ordered(2) as [Ordered, Ordered];
  desk.refuses.payoutIds = new Set([bad.payoutId]);
  await desk.turn();
  await desk.suspend(bad);
  await desk.turn();
  await paid([good]);
  expect(await desk.state(bad)).toMatchObject({ state: 'failed', attempt: 'abandoned' });
  expect(await desk.f.balances(bad.userId)).toEqual({ available: '25', reserved: '0', paid: '0' });
});

test('two workers that assemble beside each other leave the same one out, and put every other into one file', async () => {
  const all = await desk.ordered(4);
  desk.refuses.payoutIds = new Set([all[2]!.payoutId]);
  await Promise.all([1, 2, 3].map(() => desk.call('assembleBatches', { rail: 'sandbox', asOf: AT })));
  await desk.turn();
  await paid(all.filter((_one, no) => no !== 2));
  expect(await desk.state(all[2]!)).toMatchObject({ state: 'reserved', attempt: 'prepared' });
});
