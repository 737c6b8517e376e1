import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { postJournal, postJournals } from '../../db/ledger/journals.ts';
import { sealJournals } from '../../db/ledger/seal.ts';
import { verifyIn, verifyLedger, type Verification } from '../../db/ledger/verify.ts';
import { clawback, funded, ledgerFixture, move, paid, posted, reserved, user, type LedgerFixture } from './fixture.ts';

let f: LedgerFixture;
beforeAll(async () => {
  f = await ledgerFixture();
  await withTransaction(f.app, (tx) => postJournals(tx, [...funded('usr_a', '50'), ...funded('usr_b', '20'), reserved('r', 'usr_a', '42'), paid('p', 'usr_a', '42'), clawback('c', 'usr_b', '25')]));
});
afterAll(() => f.close());

/**
 * What is found after rows were changed as no one may: by a superuser with every trigger off. Undone afterwards.
 * `sealed` seals before the change.
 */
async function corrupted(change: string, sealed = false): Promise<Verification['differences']> {
  if (sealed) await sealJournals(f.app);
  const client = await f.owner.connect();
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    await client.query(change);
    return (await verifyIn(client)).differences;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('a sound ledger', () => {
  test('verifies, unsealed and sealed, and sealing again adds nothing', async () => {
    expect(await verifyLedger(f.app)).toMatchObject({ journals: 7, blocks: 0, unsealed: 7, differences: [] });
    const sealed = await sealJournals(f.app, { blockSize: 3 });
    expect(sealed).toMatchObject({ blocks: 3, journals: 7, head: { height: '3', journals: 1 } });
    expect(await sealJournals(f.app)).toMatchObject({ blocks: 0, journals: 0, head: sealed.head });
    await postJournal(f.app, posted('later', 'usr_a', '1'));
    expect(await verifyLedger(f.app, `2:${(await f.app.query(`SELECT encode(hash, 'hex') AS h FROM ledger_block WHERE height = 2`)).rows[0].h}`))
      .toMatchObject({ journals: 8, blocks: 3, unsealed: 1, head: { height: '3', hash: sealed.head!.hash }, differences: [] });
  });
});

describe('corruption planted with every guard off is found', () => {
  test.each([
    ['a balance', `UPDATE balance SET amount = amount + 0.00000001 WHERE account_id = (SELECT id FROM ledger_account WHERE code = 'available:usr_a:ava:cashback')`,
      { check: 'balance', what: 'available:usr_a:ava:cashback stands at 8.00000001; its postings sum to 8' }],
    ['a lost balance row', `DELETE FROM balance WHERE account_id = (SELECT id FROM ledger_account WHERE code = 'held:usr_a:ava:cashback') OR account_id = (SELECT id FROM ledger_account WHERE code = 'pending:usr_b:ava:cashback')`,
      { check: 'balance', what: 'pending:usr_b:ava:cashback has no balance; its postings sum to 0' }],
    ['a lost stripe', `DELETE FROM balance WHERE ctid = (SELECT min(ctid) FROM balance WHERE stripe > 0 AND amount = 0)`, { check: 'balance', what: expect.stringContaining('has rows of balance that no account has') }],
    ['one amount', `UPDATE posting SET amount = amount + 1 WHERE (journal_id, line) = (SELECT id, 2 FROM journal WHERE idempotency_key = 'r')`,
      { check: 'journal', what: expect.stringMatching(/^journal \d+ \(r\): its postings in USD sum to 1, not to zero$/) }],
    ['both amounts', `UPDATE posting SET amount = amount * 2 WHERE journal_id = (SELECT id FROM journal WHERE idempotency_key = 'r')`,
      { check: 'journal', what: expect.stringMatching(/\(r\): its payload hash is not that of what is recorded$/) }],
    ['the account of a posting', `UPDATE posting SET account_id = (SELECT id FROM ledger_account WHERE code = 'available:usr_b:ava:cashback') WHERE journal_id = (SELECT id FROM journal WHERE idempotency_key = 'r') AND amount < 0`,
      { check: 'journal', what: expect.stringMatching(/\(r\): its payload hash/) }],
    ['lost postings', `DELETE FROM posting WHERE journal_id = (SELECT id FROM journal WHERE idempotency_key = 'p')`, { check: 'journal', what: expect.stringMatching(/\(p\): it has no postings$/) }],
    ['a lost line', `DELETE FROM posting WHERE line = 1 AND journal_id = (SELECT id FROM journal WHERE idempotency_key = 'p')`, { check: 'journal', what: expect.stringMatching(/\(p\): line 1 is missing$/) }],
    ['a lost journal', `DELETE FROM journal WHERE idempotency_key = 'p'`, { check: 'posting', what: expect.stringMatching(/^there are postings of journal \d+, which does not exist$/) }],
    ['a lost account', `DELETE FROM ledger_account WHERE code = 'reserved:usr_a:ava:cashback'`, { check: 'journal', what: expect.stringMatching(/\(r\): line 2 names account \d+ in USD, which does not exist$/) }],
    ['another kind', `UPDATE journal SET kind = 'clawback' WHERE idempotency_key = 'r'`, { check: 'journal', what: expect.stringMatching(/\(r\): line \d: clawback does not increase reserved$/) }],
    ['another instant', `UPDATE journal SET effective_at = effective_at + interval '1 ms' WHERE idempotency_key = 'r'`, { check: 'journal', what: expect.stringMatching(/\(r\): its payload hash/) }],
    ['an owner exchanged', `UPDATE ledger_account SET user_id = 'usr_thief' WHERE code = 'available:usr_a:ava:cashback'`, { check: 'journal', what: expect.stringMatching(/usr_a:50:cleared\): its payload hash/) }],
  ])('%s', async (_, sql, difference) => {
    const found = await corrupted(sql);
    // What a sealed block says about it too stands beside the check's own words.
    expect(found.filter((d) => d.check !== 'chain')[0]).toEqual(difference);
  });

  test.each([
    ['a whole journal added into a gap, hash and balances in order', `INSERT INTO journal (id, kind, effective_at, recorded_at, idempotency_key, payload_hash, cause_type, cause_id) OVERRIDING SYSTEM VALUE
        SELECT 1000, kind, effective_at, recorded_at, 'forged', payload_hash, cause_type, cause_id FROM journal WHERE idempotency_key = 'r';
      INSERT INTO posting (journal_id, line, account_id, currency, amount) SELECT 1000, line, account_id, currency, amount FROM posting WHERE journal_id = (SELECT id FROM journal WHERE idempotency_key = 'r');
      UPDATE balance b SET amount = amount + (SELECT sum(amount) FROM posting p WHERE p.account_id = b.account_id AND p.journal_id = 1000) WHERE stripe = 0 AND account_id IN (SELECT account_id FROM posting WHERE journal_id = 1000)`,
    /sealed with \d+ journals and has \d+ now/],
    ['a journal removed with its postings and their sums', `UPDATE balance b SET amount = b.amount - p.amount FROM posting p WHERE p.account_id = b.account_id AND stripe = 0 AND p.journal_id = (SELECT id FROM journal WHERE idempotency_key = 'fund:usr_b:20:cleared');
      DELETE FROM posting WHERE journal_id = (SELECT id FROM journal WHERE idempotency_key = 'fund:usr_b:20:cleared'); DELETE FROM journal WHERE idempotency_key = 'fund:usr_b:20:cleared'`, /sealed with \d+ journals and has \d+ now/],
    ['when it was recorded', `UPDATE journal SET recorded_at = recorded_at - interval '1 microsecond' WHERE idempotency_key = 'c'`, /a journal, posting or account in it was changed after it was sealed/],
    ['a key', `UPDATE journal SET idempotency_key = 'c2' WHERE idempotency_key = 'c'`, /a journal, posting or account in it was changed after it was sealed/],
    ['the block itself', `UPDATE ledger_block SET content_hash = sha256('x') WHERE height = 1`, /\) was changed after it was sealed/],
    ['its place in the chain', `UPDATE ledger_block SET previous_hash = sha256('x') WHERE height = 2`, /does not follow the block before it/],
  ])('by the chain: %s', async (_, change, what) => {
    await f.owner.query(`SELECT setval('journal_id_seq', 2000) WHERE (SELECT last_value FROM journal_id_seq) < 2000`);
    await postJournal(f.app, posted('beyond the gap', 'usr_b', '1'));
    const differences = await corrupted(change, true);
    expect(differences).toEqual([{ check: 'chain', what: expect.stringMatching(what) }]);
  });

  test('a chain that was cut or written anew, by a head noted earlier', async () => {
    const { head } = await sealJournals(f.app);
    await withTransaction(f.owner, ({ client }) => client.query('SET LOCAL session_replication_role = replica; DELETE FROM ledger_block'));
    await sealJournals(f.app, { blockSize: 2 });
    expect((await verifyLedger(f.app)).differences).toEqual([]);
    expect((await verifyLedger(f.app, `${head!.height}:${head!.hash}`)).differences.map((d) => d.check)).toEqual(['chain']);
  });
});

describe('sealing', () => {
  beforeAll(() => sealJournals(f.app));

  test('waits for a transaction that holds a lower id, and then has it in the block', async () => {
    const slow = await f.app.connect();
    await slow.query('BEGIN');
    // Another broker than the quick ones: two connections may share a stripe of one expense account and wait for each other.
    await postJournal(slow, move('slow', 'accrual_posted', '1', { kind: 'cashback_expense', brokerId: 'exn' }, user('pending', 'usr_a', 'exn')));
    await postJournal(f.app, posted('quick', 'usr_b', '1'));
    await expect(sealJournals(f.app, { waitMs: 50 })).rejects.toMatchObject({ code: 'LEDGER_SEAL_BUSY' });
    const sealing = sealJournals(f.app);
    await postJournal(f.app, posted('meanwhile', 'usr_b', '1')); // nobody waits for the sealer
    await slow.query('COMMIT');
    slow.release();
    expect(await sealing).toMatchObject({ blocks: 1, journals: 2 });
    expect((await sealJournals(f.app)).journals).toBe(1);
    expect((await verifyLedger(f.app)).differences).toEqual([]);
  });

  test('waits also where ids were allotted and nothing is inserted yet', async () => {
    const slow = await f.app.connect();
    await slow.query('BEGIN');
    await slow.query('SELECT * FROM ledger_allot_ids(5)');
    await postJournal(f.app, posted('quick 2', 'usr_b', '1'));
    await expect(sealJournals(f.app, { waitMs: 50 })).rejects.toMatchObject({ code: 'LEDGER_SEAL_BUSY' });
    await slow.query('ROLLBACK');
    slow.release();
    expect((await sealJournals(f.app)).journals).toBe(1);
  });

  test('closes the ids before it: none can be used behind a block', async () => {
    const { rows } = await f.app.query<{ first_id: string }>('SELECT * FROM ledger_allot_ids(1)');
    await postJournal(f.app, posted('after', 'usr_a', '1'));
    await sealJournals(f.app);
    const behind = f.app.query(`INSERT INTO journal (id, kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
      OVERRIDING SYSTEM VALUE VALUES ($1, 'accrual_posted', now(), 'behind', sha256('x'), 'test', 'x')`, [rows[0]!.first_id]);
    await expect(behind).rejects.toThrow(/LEDGER_JOURNAL_ID/);
  });

  test('by many at once makes one chain', async () => {
    await Promise.all(Array.from({ length: 5 }, async (_, i) => {
      await postJournal(f.app, posted(`seal:${i}`, 'usr_a', '1'));
      await sealJournals(f.app);
    }));
    await sealJournals(f.app);
    expect(await verifyLedger(f.app)).toMatchObject({ unsealed: 0, differences: [] });
  });
});
