import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { getBrokerPayment, recordBrokerPayment, reverseBrokerPayment } from '../../db/stores/brokerPayments.ts';
import { exposures } from '../../db/stores/exposureFigures.ts';
import { fundingDifferences } from '../../db/stores/fundingChecks.ts';
import { fundingMonths } from '../../db/stores/fundingMonths.ts';
import { matchAutomatically, matchParts, owedByMonth, unmatch } from '../../db/stores/paymentMatches.ts';
import { receivableOf } from '../../db/stores/receivable.ts';
import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { Problem } from '../../domain/problem.ts';
import { deskFactory } from '../activities/reports/intake/desk.ts';
import { csv, profile, reversal, setup, trade } from '../activities/reports/intake/rows.ts';
import { payoutActivities, payoutFixture, type PayoutFixture } from '../support/payouts.ts';
import fc from '../support/properties.ts';

const openDesk = deskFactory();
const NOW = '2026-12-20T10:00:00.000Z';
const OCTOBER = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' };
const NOVEMBER = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const line = (ticket: string, commission: string, month: '10' | '11') => trade(ticket, 'bob', { commission, open: `2026-${month}-06T10:00:00Z`, close: `2026-${month}-06T11:00:00Z` });
const desk = () => openDesk({ ...setup, broker: { ...setup.broker, agreement: { from: '2026-01-01T00:00:00Z', to: null } }, profile: { ...profile, columns: { ...profile.columns, commission: 'commission' } } });
type Own = Awaited<ReturnType<typeof desk>>;

let n = 0;
const pay = ({ pool, broker }: Own, amount: string, months: string[] = [], receivedOn = '2026-12-10') => withTransaction(pool, (tx) =>
  recordBrokerPayment(tx, { brokerId: broker, amount, receivedOn, reference: `R-${++n}`, months, note: null, recordedBy: 'op', at: NOW }));
const who = { by: 'op', at: NOW, reason: 'why' };
const on = <T>({ pool }: Own, id: string, act: (tx: Parameters<Parameters<typeof withTransaction>[1]>[0], payment: Awaited<ReturnType<typeof getBrokerPayment>>) => Promise<T>) => withTransaction(pool, async (tx) => act(tx, await getBrokerPayment(tx, id, true)));
const months = ({ pool, broker }: Own) => fundingMonths(pool, { brokerId: broker }, { limit: 100 });

/** Sums of the months are what the ledger says. */
async function tieOut(own: Own): Promise<void> {
  const all = await months(own);
  const total = (name: 'reported' | 'received' | 'matched' | 'owed' | 'paidOut' | 'reserved' | 'accrued') => plain(sum(all.map((month) => month[name])));
  const { rows } = await own.pool.query<{ kind: string; amount: string }>('SELECT kind, sum(amount) AS amount FROM account_balance WHERE broker_id = $1 GROUP BY kind', [own.broker]);
  const ledger = (kind: string): Decimal => new Decimal(rows.find((row) => row.kind === kind)?.amount ?? 0);
  expect(new Decimal(total('reported')).minus(total('received')).plus(ledger('broker_receivable')).toFixed()).toBe('0');
  expect(ledger('commission_income').minus(total('reported')).toFixed()).toBe('0');
  expect(ledger('cashback_expense').plus(total('accrued')).toFixed()).toBe('0');
  expect(ledger('reserved').minus(total('reserved')).toFixed()).toBe('0');
  const money = sum(['pending', 'available', 'held', 'reserved'].map(ledger));
  expect(money.plus(total('paidOut')).minus(total('accrued')).toFixed()).toBe('0');
  const { owed, unmatched } = await receivableOf(own.pool, own.broker);
  expect(new Decimal(total('owed')).minus(unmatched).minus(owed).toFixed()).toBe('0');
  expect((await exposures(own.pool, NOW, { brokerId: own.broker }, { limit: 1 }))[0]).toMatchObject({ reported: total('reported'), funded: total('received'), paidOut: total('paidOut'), reserved: total('reserved') });
}

test('by month: what was reported, what came, what it pays, what is still owed; and it is the ledger\'s', async () => {
  const own = await desk();
  await own.submit({ file: csv([line('1', '30', '10')]), ...OCTOBER, at: '2026-11-05T10:00:00.000Z' });
  await own.submit({ file: csv([line('2', '50', '11')]), ...NOVEMBER, at: '2026-12-05T10:00:00.000Z' });
  const payment = await pay(own, '45.5');
  expect(payment).toMatchObject({ state: 'booked', matched: '45.5', unmatched: '0', matches: [{ month: '2026-10', amount: '30' }, { month: '2026-11', amount: '15.5' }] });
  expect(await months(own)).toMatchObject([
    { month: '2026-10', reported: '30', received: '0', matched: '30', owed: '0', accrued: '0' },
    { month: '2026-11', reported: '50', received: '0', matched: '15.5', owed: '34.5', accrued: '6' },
    { month: '2026-12', reported: '0', received: '45.5', matched: '0', owed: '0', accrued: '6' },
  ]);
  await tieOut(own);
  expect(await fundingMonths(own.pool, { brokerId: own.broker, from: '2026-11', to: '2026-12' }, { limit: 5 })).toHaveLength(1);
  expect((await fundingMonths(own.pool, { brokerId: own.broker }, { after: `${own.broker}_2026-10`, limit: 1 }))[0]).toMatchObject({ month: '2026-11' });
});

test('what is too much stays unmatched; a payment for a month pays that one; a lower re-issue shows what is matched too much', async () => {
  const own = await desk();
  await own.submit({ file: csv([line('1', '30', '10')]), ...OCTOBER, at: NOW });
  await own.submit({ file: csv([line('2', '50', '11')]), ...NOVEMBER, at: NOW });
  const november = await pay(own, '70', ['2026-11']);
  expect(november).toMatchObject({ matches: [{ month: '2026-11', amount: '50' }], unmatched: '20' });
  await own.submit({ file: csv([line('2', '45', '11')]), ...NOVEMBER, at: NOW });
  expect(await owedByMonth(own.pool, own.broker)).toEqual([{ month: '2026-10', owed: '30' }, { month: '2026-11', owed: '-5' }]);
  await on(own, november.id, (tx, payment) => unmatch(tx, payment, { month: '2026-11', amount: '5' }, who));
  await on(own, november.id, (tx, payment) => matchParts(tx, payment, [{ month: '2026-10', amount: '25' }], who));
  expect(await getBrokerPayment(own.pool, november.id)).toMatchObject({ matches: [{ month: '2026-10', amount: '25' }, { month: '2026-11', amount: '45' }], unmatched: '0' });
  expect(await receivableOf(own.pool, own.broker)).toEqual({ brokerId: own.broker, reported: '75', funded: '70', owed: '5', unmatched: '0' });
  await tieOut(own);
});

test('a payment that came before the report is matched when asked; one that bounced is gone with its matches', async () => {
  const own = await desk();
  const early = await pay(own, '20');
  expect(early).toMatchObject({ matched: '0', unmatched: '20' });
  await own.submit({ file: csv([line('1', '30', '10')]), ...OCTOBER, at: NOW });
  await on(own, early.id, (tx, payment) => matchAutomatically(tx, payment, who));
  const back = await withTransaction(own.pool, (tx) => reverseBrokerPayment(tx, early.id, { reversedOn: '2026-12-11', reason: 'bounced', by: 'op', at: NOW }));
  expect(back).toMatchObject({ state: 'reversed', matches: [], matched: '0', unmatched: '0', reversal: { reversedOn: '2026-12-11', reason: 'bounced' } });
  expect((await own.pool.query('SELECT trim_scale(amount)::text AS amount, how FROM broker_payment_match WHERE payment_id = $1 ORDER BY id', [early.id])).rows).toEqual([{ amount: '20', how: 'oldest_first' }, { amount: '-20', how: 'reversal' }]);
  expect(await receivableOf(own.pool, own.broker)).toMatchObject({ funded: '0', owed: '30', unmatched: '0' });
  await expect(withTransaction(own.pool, (tx) => reverseBrokerPayment(tx, early.id, { reversedOn: '2026-12-11', reason: 'again', by: 'op', at: NOW }))).rejects.toMatchObject({ code: 'BROKER_PAYMENT_REVERSED' });
  await tieOut(own);
});

test('one reference once, also at the same time; no payment of tomorrow; nothing of it can be changed', async () => {
  const own = await desk();
  const twice = await Promise.allSettled([1, 2, 3].map(() => withTransaction(own.pool, (tx) => recordBrokerPayment(tx, { brokerId: own.broker, amount: '5', receivedOn: '2026-12-10', reference: 'SAME', months: [], note: null, recordedBy: 'op', at: NOW }))));
  expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await receivableOf(own.pool, own.broker)).funded).toBe('5');
  await expect(pay(own, '5', [], '2026-12-21')).rejects.toMatchObject({ code: 'PAYMENT_DATE' });
  await expect(pay(own, '0')).rejects.toMatchObject({ code: 'DECIMAL_INVALID' });
  for (const table of ['broker_payment', 'broker_payment_match', 'broker_payment_reversal', 'commission_entry', 'funding_terms']) {
    await expect(own.pool.query(`DELETE FROM ${table}`)).rejects.toThrow(/permission denied/);
    await expect(own.pool.query(`UPDATE ${table} SET recorded_at = now()`)).rejects.toThrow(/permission denied/);
  }
});

const cents = fc.integer({ min: 1, max: 9000 }).map((c) => new Decimal(c).div(100).toFixed());
const act = fc.oneof(
  fc.record({ kind: fc.constant('report' as const), october: fc.boolean(), commission: cents, more: fc.option(cents), reverse: fc.boolean() }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pay' as const), amount: cents, months: fc.subarray(['2026-10', '2026-11']) }) },
  fc.record({ kind: fc.constant('match' as const), which: fc.nat(), month: fc.option(fc.constantFrom('2026-10', '2026-11')), amount: cents }),
  fc.record({ kind: fc.constant('unmatch' as const), which: fc.nat(), month: fc.constantFrom('2026-10', '2026-11') }), fc.record({ kind: fc.constant('bounce' as const), which: fc.nat() }),
);

test('whatever is reported, paid, matched and bounced: months and ledger agree, and no payment is matched beyond itself', async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 9 }), async (acts) => {
    const own = await desk();
    const paid: string[] = [];
    for (const one of acts) {
      try {
        if (one.kind === 'report') {
          const month = one.october ? '10' : '11';
          await own.submit({ file: csv([line(`${month}1`, one.commission, month), ...(one.more === null ? [] : [line(`${month}2`, one.more, month)]), ...(one.reverse ? [reversal('101')] : [])]), ...(one.october ? OCTOBER : NOVEMBER), at: NOW });
        } else if (one.kind === 'pay') paid.push((await pay(own, one.amount, one.months)).id);
        else if (paid.length === 0) continue;
        else {
          const id = paid[one.which % paid.length]!;
          if (one.kind === 'bounce') await withTransaction(own.pool, (tx) => reverseBrokerPayment(tx, id, { reversedOn: '2026-12-12', reason: 'bounced', by: 'op', at: NOW }));
          else if (one.kind === 'unmatch') await on(own, id, (tx, payment) => unmatch(tx, payment, { month: one.month, amount: null }, who));
          else await on(own, id, (tx, payment) => (payment.state === 'reversed' ? Promise.resolve() : one.month === null ? matchAutomatically(tx, payment, who) : matchParts(tx, payment, [{ month: one.month, amount: one.amount }], who)));
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        expect(error.code).toMatch(/^MATCH_|^BROKER_PAYMENT_REVERSED$/);
      }
      await tieOut(own);
    }
    for (const id of paid) {
      const { matched, unmatched, amount, state } = await getBrokerPayment(own.pool, id);
      expect(new Decimal(matched).plus(unmatched).toFixed()).toBe(state === 'booked' ? amount : '0');
      expect(new Decimal(unmatched).gte(0)).toBe(true);
    }
  }), { numRuns: 8 });
}, 120_000);

let payouts: PayoutFixture;
beforeAll(async () => { payouts = await payoutFixture({ brokers: ['ava'] }); });
afterAll(() => payouts?.close());

test('payouts: reserved, paid, failed and returned are the ledger\'s by month and broker', async () => {
  const call = payoutActivities(payouts);
  const own = { pool: payouts.pool, broker: 'ava' } as Own;
  const at = '2026-11-30T09:00:00.000Z';
  const users = await Promise.all(['20', '30', '40'].map((ava) => payouts.user({ available: { ava } })));
  const { runId } = await call('openRun', { runKey: 'm', scheduledAt: at, workflowId: 'm', startedBy: null });
  await call('freezeMembers', { runId, asOf: at });
  await call('planPage', { runId, after: '', limit: 100, asOf: at });
  await tieOut(own);
  const idOf = async (userId: string) => (await payouts.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]))[0]!.id;
  const [first, second] = [await idOf(users[0]!.userId), await idOf(users[1]!.userId)];
  const later = '2026-12-01T09:00:00.000Z';
  await call('prepareAttempt', { payoutId: first, asOf: later });
  await call('submitAttempt', { payoutId: first, asOf: later, sends: 0, resend: false });
  await call('lookUpAttempt', { payoutId: first, asOf: later });
  await payouts.pool.query(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [users[1]!.userId]);
  await call('prepareAttempt', { payoutId: second, asOf: later });
  const all = await months(own);
  expect(all.map(({ month, paidOut, reserved }) => [month, paidOut, reserved])).toEqual([['2026-01', '0', '0'], ['2026-11', '0', '40'], ['2026-12', '20', '0']]);
  await tieOut(own);
  expect(await fundingDifferences(payouts.pool)).toEqual([]);
  await payouts.pool.query(`UPDATE broker_exposure SET claimed = claimed + 1`);
  expect(await fundingDifferences(payouts.pool)).toEqual([expect.stringMatching(/^61 USD of ava's money .* 60$/)]);
  expect((await verifyLedger(payouts.pool)).differences).toEqual([]);
});
