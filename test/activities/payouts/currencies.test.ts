import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rail } from '../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../activities/payouts/rails/registry.ts';
import { setSwitch } from '../../../db/stores/railSwitch.ts';
import { withTransaction } from '../../../db/connection.ts';
import { verifyLedger } from '../../../db/ledger/verify.ts';
import { quoteOf } from '../../../db/stores/payoutQuotes.ts';
import { readPayout } from '../../../db/stores/payouts.ts';
import { Problem } from '../../../domain/problem.ts';
import { type PayoutFixture, payoutActivities, payoutFixture, plannedPayout } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
const LATER = '2026-11-23T12:00:00.000Z';
let fixture: PayoutFixture;
/** What the processor quotes now, and what it debits in the end; null: it does not answer. */
let rate: { rate: string; validUntil: string | null } | null = { rate: '0.9137', validUntil: '2026-11-23T10:00:00.000Z' };
let debited: string | undefined;
let notReady: { code: string; reason: string } | null = null;

beforeAll(async () => {
  fixture = await payoutFixture();
  const { rail } = fixture;
  // The sandbox rail, which pays in euros here: everything but the rates and the readiness is its own.
  const euros: Rail = {
    ...rail, guarantees: { ...rail.guarantees, currencies: ['EUR'] }, currencyOf: () => 'EUR',
    async rate(currency) {
      if (rate === null) throw new Problem('FX_UNAVAILABLE', 'The processor does not answer.', { status: 503 });
      return { currency, source: 'processor quote 17', ...rate };
    },
    ready: async () => (notReady === null ? { ready: true, terms: {} } : { ready: false, ...notReady, retryAfterSeconds: 30 }),
    submit: async (attempt, signal) => (notReady === null ? rail.submit(attempt, signal) : { kind: 'deferred', ...notReady, retryAfterSeconds: 30 }),
    async prepare(instruction, context) { return rail.prepare({ ...instruction, currency: 'USD' }, context); },
    async lookUp(attempt, signal) {
      const outcome = await rail.lookUp(attempt, signal);
      return outcome.kind === 'executed' || outcome.kind === 'returned' ? { ...outcome, currency: 'EUR', ...(debited === undefined ? {} : { settledUsd: debited }) } : outcome;
    },
  };
  fixture = { ...fixture, rail: euros, rails: railRegistry([euros]) };
});
afterAll(() => fixture.close());

const call: ReturnType<typeof payoutActivities> = (name, ...args) => payoutActivities(fixture)(name, ...args);
async function pay(payoutId: string, asOf = AT) {
  await call('prepareAttempt', { payoutId, asOf });
  await call('submitAttempt', { payoutId, asOf, sends: 0, resend: false });
  return call('lookUpAttempt', { payoutId, asOf });
}
const account = async (kind: string) => (await fixture.rows<{ sum: string | null }>('SELECT trim_scale(sum(amount))::text AS sum FROM account_balance WHERE kind = $1', [kind]))[0]!.sum ?? '0';

test('100.01 USD are quoted, ordered and settled in euros; the difference of the rates goes to FX, what no cent needs stays with the user', async () => {
  debited = '100.21';
  const { userId, payoutId } = await plannedPayout(fixture, '100.01', AT);
  // 91.379137 EUR are cut to 91.37, for which 100 USD are needed.
  expect(await quoteOf(fixture.pool, payoutId)).toMatchObject({ no: 1, amount: '100', payAmount: '91.37', payCurrency: 'EUR', rate: '0.9137', rateSource: 'processor quote 17', quotedAt: AT });
  expect(await fixture.balances(userId)).toEqual({ available: '0.01', reserved: '100', paid: '0' });
  expect(await pay(payoutId)).toMatchObject({ state: 'paid' });
  expect((await readPayout(fixture.pool, payoutId)).payout).toMatchObject({ payAmount: '91.37', payCurrency: 'EUR', settledUsd: '100.21', settledRate: '0.911785250972' });
  expect([await account('rail_clearing'), await account('fx')]).toEqual(['100.21', '-0.21']);
  expect(fixture.executed()).toContainEqual({ payoutId, amount: '91.37' });
});

test('a quote that has run out is made anew before anything is ordered, kept beside the first, and what a better rate leaves goes back', async () => {
  debited = undefined;
  const { userId, payoutId } = await plannedPayout(fixture, '50', AT);
  rate = { rate: '0.91', validUntil: '2026-11-23T13:00:00.000Z' };
  expect(await pay(payoutId, LATER)).toMatchObject({ state: 'paid' });
  // 50 USD at 0.9137 were 45.68 EUR for 49.99452775 USD; those are 45.49 EUR at 0.91, for which 49.98901099 are needed.
  expect(await fixture.rows('SELECT no, trim_scale(amount)::text AS amount, trim_scale(pay_amount)::text AS pay FROM payout_quote WHERE payout_id = $1 ORDER BY no', [payoutId]))
    .toEqual([{ no: 1, amount: '49.99452775', pay: '45.68' }, { no: 2, amount: '49.98901099', pay: '45.49' }]);
  expect(await fixture.balances(userId)).toMatchObject({ reserved: '0', available: '0.01098901' });
  expect((await verifyLedger(fixture.pool)).differences).toEqual([]);
});

test('while nobody quotes a rate nothing is planned, and a payout whose quote ran out waits', async () => {
  rate = { rate: '0.9137', validUntil: '2026-11-23T10:00:00.000Z' };
  const { payoutId } = await plannedPayout(fixture, '30', AT);
  rate = null;
  expect(await call('prepareAttempt', { payoutId, asOf: LATER })).toMatchObject({ step: 'new_attempt', state: 'reserved', waits: true, afterSeconds: 60, why: expect.stringContaining('FX_UNAVAILABLE') });
  const { userId } = await fixture.user({ available: { ava: '30' } });
  const { runId } = await call('openRun', { runKey: 'no-rate', scheduledAt: AT, workflowId: 'w-no-rate', startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  expect(await fixture.rows('SELECT decision FROM payout_run_member WHERE run_id = $1 AND user_id = $2', [runId, userId])).toEqual([{ decision: 'rate_unavailable' }]);
  rate = { rate: '0.9', validUntil: null };
  expect(await pay(payoutId, LATER)).toMatchObject({ state: 'paid' });
});

test('a rail that cannot be used is waited for, noted once, and told to operators; nothing fails', async () => {
  const { payoutId } = await plannedPayout(fixture, '40', AT);
  notReady = { code: 'HOT_WALLET_EMPTY', reason: 'the hot wallet holds 3 USDT' };
  for (let n = 0; n < 3; n++) expect(await call('prepareAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'new_attempt', afterSeconds: 30, waits: true, attempts: 0, why: 'HOT_WALLET_EMPTY: the hot wallet holds 3 USDT' });
  expect(await fixture.rows("SELECT code, cleared_at FROM rail_condition WHERE code <> 'RATE_UNAVAILABLE'")).toEqual([{ code: 'HOT_WALLET_EMPTY', cleared_at: null }]);
  notReady = null;
  await call('prepareAttempt', { payoutId, asOf: LATER });
  notReady = { code: 'TOKEN_PAUSED', reason: 'the token is paused' };
  expect(await call('submitAttempt', { payoutId, asOf: LATER, sends: 0, resend: false })).toMatchObject({ step: 'submit', state: 'reserved', sends: 0, afterSeconds: 30 });
  expect(await fixture.rows("SELECT detail FROM rail_condition WHERE code = 'TOKEN_PAUSED' AND cleared_at IS NULL")).toEqual([{ detail: 'the token is paused' }]);
  notReady = null;
  expect(await pay(payoutId, LATER)).toMatchObject({ state: 'paid' });
  const { payoutId: next } = await plannedPayout(fixture, '40', LATER);
  expect(await pay(next, LATER)).toMatchObject({ state: 'paid' });
  expect((await fixture.rows<{ cleared_at: Date | null }>('SELECT cleared_at FROM rail_condition')).every(({ cleared_at }) => cleared_at !== null)).toBe(true);
});

test.each(['sandbox', '*'])('stopped (%s): nothing is prepared or sent, and it goes on where it was', async (rail) => {
  const set = (stopped: boolean) => withTransaction(fixture.pool, (tx) => setSwitch(tx, { rail, stopped, reason: 'key may be known to others', by: 'key_ops', at: AT }));
  const { payoutId } = await plannedPayout(fixture, '40', AT);
  const { payoutId: other } = await plannedPayout(fixture, '41', AT);
  await call('prepareAttempt', { payoutId, asOf: AT });
  await set(true);
  const sent = fixture.executed().length;
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ step: 'submit', state: 'reserved', sends: 0, waits: true, why: expect.stringContaining('key may be known to others') });
  expect(await call('prepareAttempt', { payoutId: other, asOf: AT })).toMatchObject({ step: 'new_attempt', attempts: 0, waits: true, why: expect.stringContaining('PAYOUTS_STOPPED') });
  expect(fixture.executed()).toHaveLength(sent);
  await set(false);
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ state: 'submitted' });
  expect(await pay(other)).toMatchObject({ state: 'paid' });
  expect(await call('lookUpAttempt', { payoutId, asOf: AT })).toMatchObject({ state: 'paid' });
});
