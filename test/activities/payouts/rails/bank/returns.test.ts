import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localFolders } from '../../../../../activities/payouts/rails/bank/localFolders.ts';
import { bankRail } from '../../../../../activities/payouts/rails/bank/rail.ts';
import { railRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../../activities/payouts/settings.ts';
import { createPool } from '../../../../../db/connection.ts';
import { userBalances } from '../../../../../db/ledger/balances.ts';
import { verifyLedger } from '../../../../../db/ledger/verify.ts';
import { exposureDifferences } from '../../../../../db/stores/exposure.ts';
import { payoutsAhead } from '../../../../../db/stores/railEntries.ts';
import { readPayout } from '../../../../../db/stores/payouts.ts';
import { seedBase, seedUser } from '../../../../../scripts/chaos/seed.ts';
import { freshDatabase } from '../../../../support/database.ts';
import { payoutActivities } from '../../../../support/payouts.ts';
import '../../../../support/quiet.ts';

// A bank's files written by hand: what comes back in parts, told by several kinds of messages, in any order and again.

const AT = '2026-11-23T09:00:00.000Z';
const IBAN = 'NL41MOCK0000000001';
let pool: Pool;
let call: ReturnType<typeof payoutActivities>;
let files: string;
let ownerUrl: string;
let close: () => Promise<void>;
let no = 0;

beforeAll(async () => {
  const database = await freshDatabase();
  ownerUrl = database.ownerUrl;
  pool = createPool(database.appUrl, { max: 8, onError: () => {} });
  await seedBase(pool, ['ava', 'ice']);
  const folder = mkdtempSync(join(tmpdir(), 'cashback-returns-'));
  const out = mkdtempSync(join(tmpdir(), 'cashback-returns-out-'));
  files = folder;
  const rail = bankRail({
    pool, debtor: { name: 'Acme', iban: IBAN, bic: null }, folders: async () => localFolders(out, folder), currencies: ['EUR', 'GBP'], calendar: { cutOff: '15:00', timeZone: 'UTC', holidays: [] },
    minimum: '1', maximum: '100000', fee: '0', feeBearer: 'company', settlesWithinSeconds: 4 * 86_400, settleMs: 0, remittance: 'Cashback',
    rate: async (currency) => ({ currency, rate: currency === 'GBP' ? '0.7' : '0.8', source: 'test', validUntil: null }),
  });
  const client = { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as never;
  call = payoutActivities({ pool, rails: railRegistry([rail]), settings: PAYOUT_SETTINGS } as never, client);
  close = async () => {
    await pool.end();
    await database.drop();
    for (const one of [folder, out]) rmSync(one, { recursive: true, force: true });
  };
});
afterAll(() => close());

interface Entry { side?: 'DBIT' | 'CRDT'; amount: string; currency?: string; ref?: string; details?: string; day?: string }
/** A message about entries of one transfer; every message has bytes of its own. */
function message(kind: 'camt.054' | 'camt.053' | 'pacs.004', endToEndId: string, entries: readonly Entry[]): void {
  const header = `<GrpHdr><MsgId>M${++no}</MsgId><CreDtTm>2026-11-24T10:00:00+01:00</CreDtTm>`;
  const document = (name: string, root: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${name}"><${root}>${body}</${root}></Document>`;
  const ntry = ({ side = 'CRDT', amount, currency = 'EUR', ref = '', details = '', day = '2026-11-24' }: Entry): string =>
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt>${ref === '' ? '' : `<AcctSvcrRef>${ref}</AcctSvcrRef>`}`
    + '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>'
    + `<NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>${details}${side === 'CRDT' ? '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' : ''}</TxDtls></NtryDtls></Ntry>`;
  const account = `<Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>`;
  const text = kind === 'camt.054' ? document('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', `${header}</GrpHdr><Ntfctn><Id>N${no}</Id>${account}${entries.map(ntry).join('')}</Ntfctn>`)
    : kind === 'camt.053' ? document('camt.053.001.08', 'BkToCstmrStmt', `${header}</GrpHdr><Stmt><Id>S${no}</Id>${account}<Bal><Tp><CdOrPrtry><Cd>ITBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>${entries.map(ntry).join('')}</Stmt>`)
    : document('pacs.004.001.09', 'PmtRtr', `${header}<NbOfTxs>${entries.length}</NbOfTxs><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>${entries.map(({ amount, currency = 'EUR', ref = `T${no}`, day = '2026-11-24' }) =>
      `<TxInf><RtrId>${ref}</RtrId><OrgnlEndToEndId>${endToEndId}</OrgnlEndToEndId><RtrdIntrBkSttlmAmt Ccy="${currency}">${amount}</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>${day}</IntrBkSttlmDt><RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf>`).join('')}`);
  writeFileSync(join(files, `${kind}-${no}.xml`), text);
}

/** Reads what lies in the folder, and asks the rail. */
async function told(payoutId: string): Promise<void> {
  await call('fetchFromRail', { rail: 'bank', asOf: AT });
  expect(await pool.query("SELECT name, problem FROM rail_message WHERE state = 'refused'").then(({ rows }) => rows)).toEqual([]);
  await call('lookUpAttempt', { payoutId, asOf: AT });
}

/** Of two brokers' money, handed over, and debited as `debit` says. */
async function paid(debit: Omit<Entry, 'side'>): Promise<{ payoutId: string; userId: string; endToEndId: string }> {
  const { userId } = await seedUser(pool, { available: { ava: '15', ice: '5' }, rail: 'bank', destination: { iban: 'DE89370400440532013000', holderName: 'Lucja Muller' } });
  const { runId } = await call('openRun', { runKey: `run-${userId}`, scheduledAt: AT, workflowId: `w-${userId}`, startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  const payoutId = (await pool.query<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId])).rows[0]!.id;
  await call('prepareAttempt', { payoutId, asOf: AT });
  const { batchIds } = await call('assembleBatches', { rail: 'bank', asOf: AT });
  for (const batchId of batchIds) await call('handOverBatch', { batchId, asOf: AT });
  const endToEndId = (await readPayout(pool, payoutId)).attempt!.facts['endToEndId']!;
  message('camt.054', endToEndId, [{ side: 'DBIT', ...debit }]);
  await told(payoutId);
  return { payoutId, userId, endToEndId };
}

const state = async ({ payoutId, userId }: { payoutId: string; userId: string }): Promise<[string, string, string]> => {
  const { available, paid: out } = (await userBalances(pool, userId)).total;
  return [(await readPayout(pool, payoutId)).payout.state, available, out];
};
const notices = async (userId: string): Promise<(string | undefined)[]> => (await pool.query<{ facts: Record<string, string> }>("SELECT facts FROM notification WHERE user_id = $1 AND kind = 'payout_returned' ORDER BY id", [userId])).rows
  .map(({ facts }) => `${facts['cameBack']} ${facts['amount']} USD, ${facts['cameBackAmount']} of ${facts['paidAmount']} ${facts['paidCurrency']}`);
/** USD that a payout's journals have moved to an account. */
const moved = async (payoutId: string, kind: string): Promise<string> =>
  (await pool.query<{ usd: string }>(`SELECT trim_scale(coalesce(sum(p.amount), 0))::text AS usd FROM journal j JOIN posting p ON p.journal_id = j.id JOIN ledger_account a ON a.id = p.account_id WHERE j.cause_id = $1 AND a.kind = $2`, [payoutId, kind])).rows[0]!.usd;
async function allAgrees(): Promise<void> {
  expect(await call('reconcileWithRecord', { rail: 'bank', day: '2026-11-24', asOf: AT, mendedBefore: '2100-01-01T00:00:00.000Z' })).toMatchObject({ differences: 0 });
  expect((await verifyLedger(pool)).differences).toEqual([]);
  expect(await exposureDifferences(pool)).toEqual([]);
  expect(await payoutsAhead(pool, 'bank', '2020-01-01T00:00:00.000Z')).toEqual([]);
}

/** What the migration makes of a payout that had come back before there were parts is what is kept of it now. */
async function keptBefore(payoutId: string): Promise<void> {
  const [backfill] = readFileSync('db/migrations/0039_payout_returns.sql', 'utf8').split('--> statement-breakpoint').filter((statement) => statement.includes('INSERT INTO payout_return'));
  const owner = createPool(ownerUrl, { max: 1, onError: () => {} });
  const client = await owner.connect();
  const read = async (): Promise<unknown> => (await client.query('SELECT payout_id, part, no, trim_scale(amount) AS amount, trim_scale(to_user) AS to_user, trim_scale(from_rail) AS from_rail, credited_usd, came_at FROM payout_return')).rows;
  await client.query('BEGIN');
  const before = await read();
  await client.query('DELETE FROM payout_return WHERE payout_id = $1', [payoutId]);
  await client.query(backfill!);
  expect(await read()).toEqual(before);
  await client.query('ROLLBACK');
  client.release();
  await owner.end();
}

test('16 EUR come back as 6 and 10, told by three kinds of messages, mixed and again: each part is posted and told once', async () => {
  const payout = await paid({ amount: '16.00', ref: 'D1' });
  const { payoutId, userId, endToEndId } = payout;
  expect(await state(payout)).toEqual(['paid', '0', '20']);
  message('camt.054', endToEndId, [{ amount: '6.00', ref: 'R1' }]);
  await told(payoutId);
  expect(await state(payout)).toEqual(['returned', '7.5', '12.5']);
  expect(await notices(userId)).toEqual(['in_part 7.5 USD, 6 of 16 EUR']);
  await allAgrees();
  await keptBefore(payoutId);
  message('camt.053', endToEndId, [{ amount: '6.00', ref: 'R1' }]);
  message('pacs.004', endToEndId, [{ amount: '6.00', ref: 'RTR1' }]);
  await told(payoutId);
  expect(await state(payout)).toEqual(['returned', '7.5', '12.5']);
  // Days later; the statement tells it before the notification does.
  message('camt.053', endToEndId, [{ amount: '6.00', ref: 'R1' }, { amount: '10.00', ref: 'R2', day: '2026-11-27' }]);
  await told(payoutId);
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  message('camt.054', endToEndId, [{ amount: '10.00', ref: 'R2', day: '2026-11-27' }]);
  message('pacs.004', endToEndId, [{ amount: '10.00', ref: 'RTR2', day: '2026-11-27' }]);
  await told(payoutId);
  await told(payoutId);
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  expect(await notices(userId)).toEqual(['in_part 7.5 USD, 6 of 16 EUR', 'in_full 12.5 USD, 16 of 16 EUR']);
  expect(await moved(payoutId, 'rail_clearing')).toBe('0');
  await allAgrees();
});

const euros = (amount: string): string => `<AmtDtls><InstdAmt><Amt Ccy="EUR">${amount}</Amt></InstdAmt></AmtDtls>`;

test('a dollar account is credited at other rates: the user gets what he was charged for each part, FX bears what the bank credited more or less', async () => {
  const payout = await paid({ amount: '20.50', currency: 'USD', ref: 'D3', details: euros('16.00') });
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['20.5', '-0.5']);
  message('camt.054', payout.endToEndId, [{ amount: '4.90', currency: 'USD', ref: 'R6', details: euros('4.00') }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '5', '15']);
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['15.6', '-0.6']);
  await allAgrees();
  message('camt.054', payout.endToEndId, [{ amount: '15.80', currency: 'USD', ref: 'R7', details: euros('12.00') }]);
  await call('fetchFromRail', { rail: 'bank', asOf: AT });
  await Promise.all([1, 2, 3, 4].map(() => call('lookUpAttempt', { payoutId: payout.payoutId, asOf: AT })));
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  // 20.5 left the bank's account, 4.9 and 15.8 came back.
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['-0.2', '0.2']);
  await allAgrees();
});

test('told by a pacs.004 before it is booked: what the bank then credits is posted when it is known, and the user is told once', async () => {
  const payout = await paid({ amount: '20.50', currency: 'USD', ref: 'D4', details: euros('16.00') });
  message('pacs.004', payout.endToEndId, [{ amount: '16.00', ref: 'RTR8' }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['0', '0']);
  await allAgrees();
  message('camt.053', payout.endToEndId, [{ amount: '19.90', currency: 'USD', ref: 'R8' }]);
  await call('fetchFromRail', { rail: 'bank', asOf: AT });
  expect(await payoutsAhead(pool, 'bank', '2020-01-01T00:00:00.000Z')).toEqual([payout.payoutId]);
  await told(payout.payoutId);
  await told(payout.payoutId);
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['0.6', '-0.6']);
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  expect(await notices(payout.userId)).toEqual(['in_full 20 USD, 16 of 16 EUR']);
  await allAgrees();
});

test('kept before there were parts, and told again by a message of the same kind: the same part', async () => {
  const payout = await paid({ amount: '16.00', ref: 'D6' });
  message('camt.054', payout.endToEndId, [{ amount: '6.00', ref: 'R10' }]);
  await told(payout.payoutId);
  const owner = createPool(ownerUrl, { max: 1, onError: () => {} });
  await owner.query("UPDATE rail_entry SET entry_key = 'returned:' || $1 WHERE rail_reference = 'R10'", [payout.endToEndId]);
  await owner.end();
  message('camt.054', payout.endToEndId, [{ amount: '6.00', ref: 'R10' }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '7.5', '12.5']);
  message('camt.054', payout.endToEndId, [{ amount: '6.00', ref: 'R11' }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '15', '5']);
  await allAgrees();
});

test('one run, two currencies: each payee has a quote in that of his account, its own file, and its own return', async () => {
  const [german, british] = [await seedUser(pool, { available: { ava: '20' }, rail: 'bank', destination: { iban: 'DE89370400440532013000', holderName: 'Lucja Muller' } }),
    await seedUser(pool, { available: { ava: '20' }, rail: 'bank', destination: { iban: 'GB29NWBK60161331926819', holderName: 'Ann Example' } })];
  const { runId } = await call('openRun', { runKey: 'run-two', scheduledAt: AT, workflowId: 'w-two', startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  const { rows } = await pool.query<{ id: string; user_id: string; pays: string }>("SELECT p.id, p.user_id, trim_scale(q.pay_amount)::text || ' ' || q.pay_currency AS pays FROM payout p JOIN payout_quote q ON q.payout_id = p.id WHERE p.run_id = $1", [runId]);
  const ofUser = (userId: string) => rows.find((row) => row.user_id === userId)!;
  expect([ofUser(german.userId).pays, ofUser(british.userId).pays]).toEqual(['16 EUR', '14 GBP']);
  for (const { id } of rows) await call('prepareAttempt', { payoutId: id, asOf: AT });
  const { batchIds } = await call('assembleBatches', { rail: 'bank', asOf: AT });
  for (const batchId of batchIds) await call('handOverBatch', { batchId, asOf: AT });
  expect((await pool.query<{ currency: string }>('SELECT currency FROM payout_batch WHERE id = ANY ($1) ORDER BY currency', [batchIds])).rows).toEqual([{ currency: 'EUR' }, { currency: 'GBP' }]);
  const payout = { payoutId: ofUser(british.userId).id, userId: british.userId };
  const endToEndId = (await readPayout(pool, payout.payoutId)).attempt!.facts['endToEndId']!;
  const pounds = (amount: string): string => `<AmtDtls><InstdAmt><Amt Ccy="GBP">${amount}</Amt></InstdAmt></AmtDtls>`;
  // A euro account: what it was moved by is valued at 0.8 for a dollar, 16.3 EUR at 20.375 USD.
  message('camt.054', endToEndId, [{ side: 'DBIT', amount: '16.30', ref: 'D5', details: pounds('14.00') }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['paid', '0', '20']);
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['20.375', '-0.375']);
  message('camt.053', endToEndId, [{ amount: '8.10', ref: 'R9', details: pounds('7.00') }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '10', '10']);
  expect([await moved(payout.payoutId, 'rail_clearing'), await moved(payout.payoutId, 'fx')]).toEqual(['10.25', '-0.25']);
  await allAgrees();
});

test('parts that are equal, and a third that is more than was paid: that one stays for people', async () => {
  const payout = await paid({ amount: '16.00', ref: 'D2' });
  message('camt.054', payout.endToEndId, [{ amount: '8.00', ref: 'R3' }, { amount: '8.00', ref: 'R4' }]);
  message('camt.053', payout.endToEndId, [{ amount: '8.00', ref: 'R4' }, { amount: '8.00', ref: 'R3' }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  expect(await notices(payout.userId)).toHaveLength(2);
  await allAgrees();
  message('camt.053', payout.endToEndId, [{ amount: '8.00', ref: 'R5' }]);
  await told(payout.payoutId);
  expect(await state(payout)).toEqual(['returned', '20', '0']);
  expect(await notices(payout.userId)).toHaveLength(2);
  expect(await moved(payout.payoutId, 'rail_clearing')).toBe('0');
  const { rows } = await pool.query<{ n: number }>("SELECT count(*)::int AS n FROM payout_return WHERE payout_id = $1 AND amount = 0 AND to_user = 0", [payout.payoutId]);
  expect(rows).toEqual([{ n: 1 }]);
  expect(await call('reconcileWithRecord', { rail: 'bank', day: '2026-11-24', asOf: AT, mendedBefore: '2100-01-01T00:00:00.000Z' })).toMatchObject({ differences: 2 });
  expect((await pool.query<{ code: string }>('SELECT code FROM reconciliation_case WHERE closed_at IS NULL ORDER BY code')).rows).toEqual([{ code: 'CLEARING_DIFFERS' }, { code: 'RETURN_NOT_POSTED' }]);
});
