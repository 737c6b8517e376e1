import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../../../../../db/connection.ts';
import { verifyLedger } from '../../../../../db/ledger/verify.ts';
import { AT, type Ordered, paperBank } from './paper-bank.ts';

let bank: Awaited<ReturnType<typeof paperBank>>;
beforeAll(async () => { bank = await paperBank(); });
afterAll(() => bank?.close());

const PAID = { state: 'paid', available: '0', paid: '20' };
const RETURNED = { state: 'returned', available: '20', paid: '0' };
async function one(): Promise<Ordered> {
  const [payout] = await bank.ordered();
  return payout!;
}

test('booked twice, and the second booking is taken back: he was paid, once', async () => {
  const payout = await one();
  const { endToEndId, payoutId } = payout;
  bank.notified({ endToEndId, ref: 'B1' });
  await bank.read();
  bank.notified({ endToEndId, ref: 'B2' });
  await bank.read();
  expect(await bank.state(payout)).toMatchObject(PAID);
  expect(await bank.cases(payoutId)).toEqual(['PAID_TWICE']);
  bank.notified({ endToEndId, ref: 'B2R', side: 'CRDT', reversal: true });
  await bank.read();
  bank.setNow('2026-12-30T09:00:00.000Z');
  await bank.look(payoutId);
  bank.setNow(AT);
  expect(await bank.state(payout)).toMatchObject(PAID);
  expect(await bank.differences(payoutId)).toEqual([]);
  // All of it in one turn.
  const other = await one();
  for (const [ref, reversal] of [['C1', false], ['C2', false], ['C2R', true]] as const) bank.notified({ endToEndId: other.endToEndId, ref, reversal, side: reversal ? 'CRDT' : 'DBIT' });
  await bank.read();
  expect(await bank.state(other)).toMatchObject(PAID);
  expect(await bank.differences(other.payoutId)).toEqual([]);
  // And the other of the two comes back as well.
  bank.notified({ endToEndId: other.endToEndId, ref: 'C1R', side: 'CRDT', returned: true });
  await bank.read();
  expect(await bank.state(other)).toMatchObject(RETURNED);
  expect(await bank.differences(other.payoutId)).toEqual([]);
});

test('a debit that is taken back and booked again: he was paid, and nothing came back', async () => {
  const payout = await one();
  const { endToEndId, payoutId } = payout;
  bank.notified({ endToEndId, ref: 'D1' });
  await bank.read();
  bank.notified({ endToEndId, ref: 'D2', side: 'CRDT', reversal: true });
  await bank.read();
  expect(await bank.state(payout)).toMatchObject(PAID);
  expect(await bank.conditions()).toContain('BANK_DEBIT_TAKEN_BACK');
  expect(await bank.differences(payoutId)).toEqual(['RETURN_NOT_POSTED']);
  // Numbered anew each day.
  bank.notified({ endToEndId, ref: 'D1', day: '2026-11-25' });
  await bank.read();
  bank.setNow('2026-12-30T09:00:00.000Z');
  await bank.look(payoutId);
  bank.setNow(AT);
  expect(await bank.state(payout)).toMatchObject(PAID);
  expect(await bank.differences(payoutId)).toEqual([]);
});

test('a debit that is taken back and not booked again comes back after two weeks; told before by the statement, and booked again later, operators hear of it at once', async () => {
  const payout = await one();
  const { endToEndId, payoutId } = payout;
  bank.notified({ endToEndId, ref: 'E1' });
  bank.notified({ endToEndId, ref: 'E2', side: 'CRDT', reversal: true });
  bank.stated({ endToEndId, ref: 'E1' }, { endToEndId, ref: 'E2', side: 'CRDT', reversal: true });
  await bank.read();
  // Neither paid nor given back: nobody knows yet.
  expect(await bank.state(payout)).toMatchObject({ state: 'submitted', available: '0', paid: '0', detail: expect.stringMatching(/^REVERSED/) });
  bank.setNow('2026-12-08T09:00:00.000Z');
  await bank.look(payoutId);
  bank.setNow(AT);
  expect(await bank.state(payout)).toMatchObject(RETURNED);
  expect(await bank.differences(payoutId)).toEqual([]);
  bank.notified({ endToEndId, ref: 'E3', day: '2026-12-09' });
  await bank.read();
  expect(await bank.state(payout)).toMatchObject(RETURNED);
  expect(await bank.cases(payoutId)).toEqual(['PAID_TWICE']);
  expect(await bank.differences(payoutId)).toEqual(['PAID_TWICE']);
});

test('the bank gives one reference to two transfers, in two messages and in one: each is booked, and each can come back', async () => {
  const [a, b, c, d] = await bank.ordered(4) as [Ordered, Ordered, Ordered, Ordered];
  bank.notified({ endToEndId: a.endToEndId, ofTransfer: '000001' });
  bank.notified({ endToEndId: b.endToEndId, ofTransfer: '000001' });
  bank.notified({ endToEndId: c.endToEndId, ofTransfer: 'BATCH7' }, { endToEndId: d.endToEndId, ofTransfer: 'BATCH7' });
  await bank.read();
  for (const payout of [a, b, c, d]) expect(await bank.state(payout)).toMatchObject(PAID);
  bank.notified({ endToEndId: d.endToEndId, ref: 'RET1', side: 'CRDT', returned: true });
  await bank.read();
  expect(await bank.state(d)).toMatchObject(RETURNED);
  for (const { payoutId } of [a, b, c, d]) expect(await bank.differences(payoutId)).toEqual([]);
});

test('one booking under two references, the transfer\'s and the entry\'s, is one; and so is what was kept before it was', async () => {
  const payout = await one();
  const { endToEndId, payoutId } = payout;
  bank.notified({ endToEndId, ofTransfer: 'TX-9' });
  bank.stated({ endToEndId, ref: 'STM-77' });
  await bank.read();
  expect(await bank.state(payout)).toMatchObject(PAID);
  expect(await bank.differences(payoutId)).toEqual([]);
  const entries = (): Promise<{ key: string; same: boolean }[]> => bank.rows(`SELECT entry_key AS key, same_as IS NOT NULL AS same FROM rail_entry WHERE idempotency_key = (SELECT idempotency_key FROM payout_attempt WHERE payout_id = $1) AND kind = 'executed' ORDER BY id`, [payoutId]);
  const kept = await entries();
  expect(kept).toEqual([{ key: `executed:${endToEndId}:camt.054:2026-11-24:TX-9`, same: false }, { key: `executed:${endToEndId}:camt.053:2026-11-24:STM-77`, same: true }]);
  // As the release before kept them, and what the migration makes of that.
  const owner = createPool(bank.ownerUrl, { max: 1, onError: () => {} });
  await owner.query(`UPDATE rail_entry SET same_as = NULL, entry_key = 'executed:' || rail_reference WHERE rail_reference IN ('TX-9', 'STM-77')`);
  for (const statement of readFileSync('db/migrations/0045_bookings.sql', 'utf8').split('--> statement-breakpoint').filter((sql) => sql.includes('UPDATE rail_entry'))) {
    // Again, on keys that have it already, there is nothing to do for the second.
    await owner.query(statement.replace("e.kind = 'executed' AND m.kind", "e.rail_reference IN ('TX-9', 'STM-77') AND e.kind = 'executed' AND m.kind"));
  }
  await owner.end();
  expect(await entries()).toEqual(kept);
  bank.notified({ endToEndId, ref: 'RET2', side: 'CRDT', returned: true });
  await bank.read();
  expect(await bank.state(payout)).toMatchObject(RETURNED);
});

test.each(['DU01', 'NARR'])('the file is rejected (%s) as one that came before, or for no reason: nothing goes back, and the debit pays him', async (reason) => {
  const payout = await one();
  bank.reported(payout.file, ['RJCT', reason]);
  await bank.read();
  expect(await bank.state(payout)).toMatchObject({ state: 'submitted', available: '0' });
  bank.notified({ endToEndId: payout.endToEndId, ref: `F${reason}` });
  await bank.read();
  expect(await bank.state(payout)).toMatchObject(PAID);
});

test('a transfer that is rejected as one that came before, or after it was settled, gives nothing back', async () => {
  const [a, b, c, d] = await bank.ordered(4) as [Ordered, Ordered, Ordered, Ordered];
  const all = [a, b, c, d];
  bank.reported(a.file, null, Object.fromEntries(all.map(({ endToEndId }, at) => [endToEndId, [at === 3 ? 'ACSC' : 'ACCP', '']])));
  await bank.read();
  bank.reported(a.file, null, { [a.endToEndId]: ['RJCT', 'DU03'], [b.endToEndId]: ['RJCT', 'DU04'], [c.endToEndId]: ['RJCT', 'DU05'], [d.endToEndId]: ['RJCT', 'AC04'] });
  await bank.read();
  for (const payout of all) expect(await bank.state(payout)).toMatchObject({ state: 'submitted', available: '0' });
});

test('a file that is rejected and names only the transfer at fault: it is rejected, and so are the others where it says why', async () => {
  const [a, b] = await bank.ordered(2) as [Ordered, Ordered];
  bank.reported(a.file, ['RJCT', 'AM10'], { [a.endToEndId]: ['RJCT', 'AC01'] });
  const [c, d] = await bank.ordered(2) as [Ordered, Ordered];
  bank.reported(c.file, ['RJCT', 'NARR'], { [c.endToEndId]: ['RJCT', 'AC01'] });
  await bank.read();
  expect([await bank.state(a), await bank.state(b)]).toMatchObject([{ state: 'failed', available: '20' }, { state: 'failed', available: '20' }]);
  expect([await bank.state(c), await bank.state(d)]).toMatchObject([{ state: 'failed', available: '20' }, { state: 'submitted', available: '0' }]);
  expect(await bank.rows('SELECT state FROM payout_batch ORDER BY id DESC LIMIT 2')).toEqual([{ state: 'rejected' }, { state: 'rejected' }]);
  expect(await bank.conditions()).toContain('BANK_REJECTED_FILE');
});

test('an account without money: the next attempt waits a day', async () => {
  const payout = await one();
  bank.reported(payout.file, null, { [payout.endToEndId]: ['RJCT', 'AM04'] });
  await bank.call('fetchFromRail', { rail: 'bank', asOf: AT });
  expect(await bank.look(payout.payoutId)).toMatchObject({ step: 'new_attempt', afterSeconds: 86_400 });
});

test('what names no transfer is kept, and is a case', async () => {
  bank.notified({ ref: 'RET3', side: 'CRDT', returned: true }, { ref: 'FEE', amount: '2.50' });
  bank.stated({ ref: 'RET3', side: 'CRDT', returned: true }, { ref: 'FEE', amount: '2.50' });
  await bank.read();
  expect(await bank.conditions()).toContain('BANK_RETURN_WITHOUT_REFERENCE');
  expect(await bank.conditions()).not.toContain('BANK_DEBIT_UNKNOWN');
  expect(await bank.differences(null)).toEqual(['NOT_OURS', 'NOT_OURS']);
});

test('a file too large to be read is refused and told, without reading it', async () => {
  const file = join(bank.incoming, 'large.xml');
  writeFileSync(file, 'x');
  truncateSync(file, (64 << 20) + 1);
  await bank.read();
  expect(await bank.rows(`SELECT problem ->> 'code' AS code, size::int AS size FROM rail_message WHERE name = 'large.xml'`)).toEqual([{ code: 'BANK_FILE_TOO_LARGE', size: (64 << 20) + 1 }]);
  expect(bank.taken('failed')).toEqual(['large.xml']);
  expect(await bank.conditions()).toContain('BANK_FILE_REFUSED');
});

test('the ledger holds', async () => expect((await verifyLedger(bank.pool)).differences).toEqual([]));
