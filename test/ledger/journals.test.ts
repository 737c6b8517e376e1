import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { userBalances } from '../../db/ledger/balances.ts';
import { postJournal, postJournals } from '../../db/ledger/journals.ts';
import { clawback, cleared, funded, ledgerFixture, paid, posted, released, reserved, returned, user, type LedgerFixture } from './fixture.ts';

let f: LedgerFixture;
beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());

const balance = async (userId: string) => (await userBalances(f.app, userId)).total;

describe('a single journal', () => {
  test('opens its accounts, moves the money and answers with its id', async () => {
    const result = await postJournal(f.app, posted('one', 'usr_one', '13.20'));
    expect(result).toEqual({ key: 'one', journalId: expect.stringMatching(/^\d+$/), replayed: false });
    expect(await balance('usr_one')).toEqual({ pending: '13.2', available: '0', held: '0', reserved: '0', paid: '0' });
  });

  test('again with the same payload, however written, changes nothing and answers the first id', async () => {
    const first = await postJournal(f.app, posted('again', 'usr_again', '5.00'));
    const draft = posted('again', 'usr_again', '5');
    const second = await postJournal(f.app, { ...draft, effectiveAt: '2026-11-16T12:00:00+02:00', postings: draft.postings.toReversed() });
    expect(second).toEqual({ ...first, replayed: true });
    expect((await balance('usr_again')).pending).toBe('5');
  });

  test('again with another payload is refused', async () => {
    await postJournal(f.app, posted('differs', 'usr_differs', '5'));
    for (const other of [posted('differs', 'usr_differs', '5.01'), posted('differs', 'usr_other', '5'), cleared('differs', 'usr_differs', '5'),
      { ...posted('differs', 'usr_differs', '5'), effectiveAt: '2026-11-16T10:00:00.001Z' },
      { ...posted('differs', 'usr_differs', '5'), cause: { type: 'test', id: 'other' } }]) {
      await expect(postJournal(f.app, other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_PAYLOAD_DIFFERS' });
    }
    expect((await balance('usr_differs')).pending).toBe('5');
  });
});

describe('many journals', () => {
  test('are answered in order, with earlier and in-batch repeats as replays', async () => {
    const old = await postJournal(f.app, posted('m1', 'usr_many', '1'));
    const result = await withTransaction(f.app, (tx) => postJournals(tx, [
      posted('m0', 'usr_many', '10'), posted('m1', 'usr_many', '1'), posted('m2', 'usr_many', '100'), posted('m2', 'usr_many', '100.0')]));
    expect(result.map((r) => [r.key, r.replayed])).toEqual([['m0', false], ['m1', true], ['m2', false], ['m2', true]]);
    expect(result[1]!.journalId).toBe(old.journalId);
    expect(result[2]!.journalId).toBe(result[3]!.journalId);
    expect((await balance('usr_many')).pending).toBe('111');
  });

  test('one key with two payloads in a batch, or beside a standing one, refuses the whole batch', async () => {
    await postJournal(f.app, posted('b1', 'usr_batch', '1'));
    for (const drafts of [[posted('b2', 'usr_batch', '1'), posted('b2', 'usr_batch', '2')], [posted('b3', 'usr_batch', '1'), posted('b1', 'usr_batch', '2')]]) {
      await expect(withTransaction(f.app, (tx) => postJournals(tx, drafts))).rejects.toMatchObject({ code: 'IDEMPOTENCY_PAYLOAD_DIFFERS' });
    }
    expect((await balance('usr_batch')).pending).toBe('1');
  });

  test('none at all is no work', async () => {
    expect(await withTransaction(f.app, (tx) => postJournals(tx, []))).toEqual([]);
  });

  test('texts with tabs, backslashes and newlines arrive as they are', async () => {
    const key = 'odd\t\\N\n\\';
    const again = [posted(key, 'usr_odd', '1'), posted('odd2', 'usr_odd', '1')];
    await withTransaction(f.app, (tx) => postJournals(tx, again));
    expect((await withTransaction(f.app, (tx) => postJournals(tx, again))).every((r) => r.replayed)).toBe(true);
    expect((await f.app.query('SELECT 1 FROM journal WHERE idempotency_key = $1 AND cause_id = $1', [key])).rowCount).toBe(1);
  });
});

describe('money of a user', () => {
  test('walks from pending to paid, comes back, and is recouped below zero', async () => {
    await withTransaction(f.app, (tx) => postJournals(tx, [...funded('usr_walk', '50'), reserved('w1', 'usr_walk', '42'), paid('w2', 'usr_walk', '42')]));
    expect(await balance('usr_walk')).toEqual({ pending: '0', available: '8', held: '0', reserved: '0', paid: '42' });
    await postJournal(f.app, clawback('w3', 'usr_walk', '15.40'));
    expect((await balance('usr_walk')).available).toBe('-7.4');
    await postJournal(f.app, returned('w4', 'usr_walk', '42'));
    expect(await balance('usr_walk')).toMatchObject({ available: '34.6', paid: '0' });
    await withTransaction(f.app, (tx) => postJournals(tx, [reserved('w5', 'usr_walk', '34.6'), released('w6', 'usr_walk', '34.6')]));
    expect(await balance('usr_walk')).toEqual({ pending: '0', available: '34.6', held: '0', reserved: '0', paid: '0' });
  });

  test('is kept per broker and programme and summed', async () => {
    const at = { effectiveAt: '2026-11-16T10:00:00Z', cause: { type: 'test', id: '1' } };
    await withTransaction(f.app, (tx) => postJournals(tx, [
      posted('p1', 'usr_parts', '1.5'),
      { key: 'p2', kind: 'accrual_posted', ...at, postings: [{ account: { kind: 'partner_expense', brokerId: 'exn' }, amount: '-2' }, { account: user('pending', 'usr_parts', 'exn', 'partner'), amount: '2' }] },
    ]));
    const { parts, total } = await userBalances(f.app, 'usr_parts');
    expect(parts.map((p) => [p.brokerId, p.programme, p.currency, p.pending])).toEqual([['ava', 'cashback', 'USD', '1.5'], ['exn', 'partner', 'USD', '2']]);
    expect(total.pending).toBe('3.5');
  });
});
