import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../db/connection.ts';
import { createAgreement, endAgreement, listAgreements } from '../../db/stores/agreements.ts';
import { addServers, createBroker, getBroker, listBrokers } from '../../db/stores/brokers.ts';
import { listMethodologies, publishMethodology } from '../../db/stores/methodologies.ts';
import { addPayoutMethod, listPayoutMethods, removePayoutMethod } from '../../db/stores/payoutMethods.ts';
import { addProfile, listProfiles } from '../../db/stores/profiles.ts';
import { addRate, listRates } from '../../db/stores/rates.ts';
import { putSymbols, symbolMap } from '../../db/stores/symbols.ts';
import { addTerms, listTerms } from '../../db/stores/terms.ts';
import { registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { changeUser, createUser, listUsers } from '../../db/stores/users.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const AT = '2026-11-02T09:00:00+01:00';
const NORMAL = '2026-11-02T08:00:00.000Z';
let database: FreshDatabase;
let pool: pg.Pool;
let db: NodePgDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
  db = drizzle(pool);
  await createBroker(db, { id: 'alpha', name: 'Alpha', servers: ['A-Live'], at: AT });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const problem = (code: string, status?: number) => expect.objectContaining({ code, ...(status === undefined ? {} : { status }) });
const TERMS = { brokerId: 'alpha', effectiveFrom: AT, accountTypes: { standard: { eligible: true, lotFactor: '1' } }, excludedClasses: [], symbolSuffixes: [], minDurationSeconds: null, minMovePoints: null };

describe('brokers', () => {
  test('keep their servers and the instant in one form', async () => {
    await addServers(db, 'alpha', ['A-Demo', 'A-Live']);
    expect(await getBroker(db, 'alpha')).toEqual({ id: 'alpha', name: 'Alpha', servers: ['A-Demo', 'A-Live'], createdAt: NORMAL });
    await createBroker(db, { id: 'beta', name: 'Beta', servers: [], at: AT });
    expect((await listBrokers(db, { after: 'alpha', limit: 10 })).map((b) => b.id)).toEqual(['beta']);
  });
  test('are refused twice, with a bad id, or when unknown', async () => {
    await expect(createBroker(db, { id: 'alpha', name: 'Again', servers: [], at: AT })).rejects.toEqual(problem('BROKER_EXISTS', 409));
    await expect(createBroker(db, { id: 'Alpha Ltd', name: 'x', servers: [], at: AT })).rejects.toEqual(problem('BROKER_ID_INVALID', 400));
    await expect(getBroker(db, 'nobody')).rejects.toEqual(problem('BROKER_UNKNOWN', 404));
    await expect(addRate(db, { brokerId: 'nobody', class: 'forex', perLot: '1', effectiveFrom: AT })).rejects.toEqual(problem('BROKER_UNKNOWN', 404));
  });
});

test('agreements do not overlap; the end is exclusive and only ever brought forward', async () => {
  const first = await createAgreement(db, { brokerId: 'alpha', activeFrom: '2026-01-01T00:00:00Z', activeTo: null });
  await expect(createAgreement(db, { brokerId: 'alpha', activeFrom: '2027-01-01T00:00:00Z', activeTo: null })).rejects.toEqual(problem('AGREEMENT_OVERLAPS', 409));
  await endAgreement(db, first.id, '2027-01-01T00:00:00Z');
  await createAgreement(db, { brokerId: 'alpha', activeFrom: '2027-01-01T00:00:00Z', activeTo: null });
  await expect(endAgreement(db, first.id, '2028-01-01T00:00:00Z')).rejects.toEqual(problem('AGREEMENT_ENDED', 409));
  await expect(endAgreement(db, first.id, '2025-01-01T00:00:00Z')).rejects.toEqual(problem('AGREEMENT_PERIOD'));
  expect((await listAgreements(db, 'alpha')).map((a) => [a.activeFrom, a.activeTo])).toEqual([
    ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'], ['2027-01-01T00:00:00.000Z', null],
  ]);
});

describe('versions', () => {
  test('of terms, profiles and rates count on, also when many come at once', async () => {
    const rates = await Promise.all(Array.from({ length: 8 }, (_, i) => withTransaction(pool, (tx) =>
      addRate(tx.db, { brokerId: 'alpha', class: 'forex', perLot: `${i}.50`, effectiveFrom: `2026-0${i + 1}-01T00:00:00Z` }))));
    expect(rates.map((r) => r.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await addRate(db, { brokerId: 'alpha', class: 'metals', perLot: '8.00', effectiveFrom: AT, appliesTo: 'new' });
    expect((await listRates(db, 'alpha', 'forex')).map((r) => r.perLot)).toEqual(['0.50', '1.50', '2.50', '3.50', '4.50', '5.50', '6.50', '7.50']);
    expect(await listRates(db, 'alpha', 'metals')).toMatchObject([{ version: 1, appliesTo: 'new', perLot: '8.00', effectiveFrom: NORMAL }]);
    expect((await addTerms(db, TERMS)).version).toBe(1);
    expect((await addTerms(db, { ...TERMS, effectiveFrom: '2026-01-01T00:00:00Z' })).version).toBe(2);
    expect((await listTerms(db, 'alpha')).map((t) => t.version)).toEqual([2, 1]);
    const profile = { format: 'csv', dateFormat: 'iso', level: 'trade', columns: { ticket: 'T' } } as const;
    await addProfile(db, 'alpha', profile);
    await addProfile(db, 'alpha', { ...profile, timeZone: 'UTC' });
    expect((await listProfiles(db, 'alpha')).map((p) => [p.version, p.profile])).toEqual([[2, { ...profile, timeZone: 'UTC' }], [1, profile]]);
  });

  test.each([
    ['NaN', 'DECIMAL_INVALID'], ['1e3', 'DECIMAL_INVALID'], ['-1', 'DECIMAL_INVALID'], ['1.123456789', 'DECIMAL_INVALID'], ['1,5', 'DECIMAL_INVALID'], ['1000000', 'RATE_TOO_HIGH'],
  ])('a rate of %s is refused with %s', async (perLot, code) => {
    await expect(addRate(db, { brokerId: 'alpha', class: 'energies', perLot, effectiveFrom: AT })).rejects.toEqual(problem(code));
  });

  test.each([
    [{ accountTypes: {} }, 'TERMS_INVALID'], [{ accountTypes: { cent: { eligible: true, lotFactor: '0' } } }, 'DECIMAL_INVALID'],
    [{ minDurationSeconds: 1.5 }, 'TERMS_INVALID'], [{ symbolSuffixes: ['.m', ''] }, 'TERMS_INVALID'], [{ effectiveFrom: '2026-02-30T00:00:00Z' }, 'INSTANT_INVALID'],
    [{ effectiveFrom: '2026-02-03T00:00:00' }, 'INSTANT_INVALID'],
  ])('terms with %j are refused with %s', async (change, code) => {
    await expect(addTerms(db, { ...TERMS, ...change } as typeof TERMS)).rejects.toEqual(problem(code));
  });
});

test('a methodology with a gap and an overlap in its tiers is rejected (worked example 10), a right one is published', async () => {
  const tiers = (...from: string[]) => from.map((fromLots, i) => ({ name: `t${i}`, fromLots, multiplier: '1' }));
  const rules = { effectiveFrom: AT, pendingPeriod: 'P7D', payoutMinimum: '10.00', tierWindowDays: 30, changelog: 'First version' };
  const gap = [{ name: 'a', fromLots: '0', toLots: '10', multiplier: '1' }, { name: 'b', fromLots: '20', toLots: '35', multiplier: '1' }, { name: 'c', fromLots: '35', multiplier: '1' }];
  await expect(publishMethodology(db, { ...rules, tiers: gap })).rejects.toEqual(problem('TIERS_GAP'));
  await expect(publishMethodology(db, { ...rules, pendingPeriod: 'P1M', tiers: tiers('0') })).rejects.toEqual(problem('DURATION_UNREADABLE'));
  await expect(publishMethodology(db, { ...rules, pendingPeriod: 'PT', tiers: tiers('0') })).rejects.toEqual(problem('DURATION_UNREADABLE'));
  expect((await publishMethodology(db, { ...rules, tiers: tiers('0', '20') })).version).toBe(1);
  expect((await publishMethodology(db, { ...rules, pendingPeriod: 'PT20S', tiers: tiers('0') })).version).toBe(2);
  expect((await listMethodologies(db)).map((m) => [m.version, m.pendingPeriod, m.payoutMinimum])).toEqual([[1, 'P7D', '10.00'], [2, 'PT20S', '10.00']]);
});

test('users have one externalId each; status, tier and payout methods change', async () => {
  const user = await createUser(db, { externalId: 'u-1', pinnedTier: 'gold', at: AT });
  await expect(createUser(db, { externalId: 'u-1', at: AT })).rejects.toEqual(expect.objectContaining({ code: 'USER_EXISTS', facts: { userId: user.id } }));
  expect(await changeUser(db, user.id, { status: 'suspended' })).toEqual({ ...user, status: 'suspended' });
  expect(await changeUser(db, user.id, { pinnedTier: null, status: 'active' })).toEqual({ ...user, pinnedTier: null });
  expect(await changeUser(db, user.id, {})).toEqual({ ...user, pinnedTier: null });
  expect(await listUsers(db, { externalId: 'u-1' }, { limit: 5 })).toHaveLength(1);
  const old = await addPayoutMethod(db, { userId: user.id, rail: 'sandbox', destination: { account: '1' }, at: AT });
  const method = await addPayoutMethod(db, { userId: user.id, rail: 'sandbox', destination: { account: '2' }, at: '2026-11-03T00:00:00Z' });
  expect((await listPayoutMethods(db, user.id)).map((m) => m.id)).toEqual([method.id, old.id]);
  const removed = await removePayoutMethod(db, old.id, '2026-11-04T00:00:00Z');
  expect(await removePayoutMethod(db, old.id, '2026-11-05T00:00:00Z')).toEqual(removed);
  expect((await listPayoutMethods(db, user.id)).map((m) => m.id)).toEqual([method.id]);
});

test('a trading account is registered once, only with a server and a type the broker has', async () => {
  const account = { brokerId: 'alpha', server: 'A-Live', login: '1001', type: 'standard', at: AT };
  const first = await registerTradingAccount(db, account);
  expect(await registerTradingAccount(db, account)).toEqual(first);
  await expect(registerTradingAccount(db, { ...account, server: 'B' })).rejects.toEqual(problem('SERVER_UNKNOWN'));
  await expect(registerTradingAccount(db, { ...account, type: 'vip' })).rejects.toEqual(problem('ACCOUNT_TYPE_UNKNOWN'));
  await addTerms(db, { ...TERMS, accountTypes: { cent: { eligible: true, lotFactor: '0.01' } } });
  // Another claimant's word about the type is no error and changes nothing.
  expect(await registerTradingAccount(db, { ...account, type: 'cent' })).toEqual(first);
});

test('symbols are added and re-mapped', async () => {
  await putSymbols(db, 'alpha', { EURUSD: 'forex', XAUUSD: 'crypto' });
  await putSymbols(db, 'alpha', { XAUUSD: 'metals' });
  expect(await symbolMap(db, 'alpha')).toEqual({ EURUSD: 'forex', XAUUSD: 'metals' });
});
