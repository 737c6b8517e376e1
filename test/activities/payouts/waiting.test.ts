import { afterAll, beforeAll, expect, test } from 'vitest';
import { plausibleRates } from '../../../activities/payouts/rails/fx/plausible.ts';
import { fxRates } from '../../../activities/payouts/rails/fx/settings.ts';
import type { Rail } from '../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../activities/payouts/rails/registry.ts';
import { withTransaction } from '../../../db/connection.ts';
import { notePayoutsWaiting } from '../../../db/stores/payoutsWaiting.ts';
import { setSwitch } from '../../../db/stores/railSwitch.ts';
import { Problem } from '../../../domain/problem.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
let fixture: PayoutFixture;
beforeAll(async () => { fixture = await payoutFixture(); });
afterAll(() => fixture?.close());

const conditions = (rail = 'sandbox') => fixture.rows<{ code: string; detail: string }>('SELECT code, detail FROM rail_condition WHERE rail = $1 AND cleared_at IS NULL', [rail]);
const mailed = async (code: string): Promise<number> => (await fixture.rows(`SELECT FROM notification WHERE kind = 'rail_condition' AND facts->>'code' = $1`, [code])).length;
const stopped = (stop: boolean, at: string) => withTransaction(fixture.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped: stop, reason: 'x', by: 'psn_1', at }));

test('a payout that a rail defers for an hour is told to operators, once, with why, until it goes on', async () => {
  const { payoutId } = await plannedPayout(fixture, '25', AT);
  const short: Rail = { ...fixture.rail, submit: async () => ({ kind: 'deferred', code: 'WALLET_SHORT', reason: 'the wallet at the broker is empty', retryAfterSeconds: 60 }) };
  const call = payoutActivities({ ...fixture, rails: railRegistry([short]) });
  await call('prepareAttempt', { payoutId, asOf: AT });
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ step: 'submit', state: 'reserved' });
  await notePayoutsWaiting(fixture.pool, '2026-11-23T09:59:00.000Z');
  expect(await conditions()).toEqual([]);
  for (const at of ['2026-11-23T10:01:00.000Z', '2026-11-23T11:01:00.000Z']) await notePayoutsWaiting(fixture.pool, at);
  expect([await conditions(), await mailed('PAYOUTS_WAIT')]).toEqual([[{ code: 'PAYOUTS_WAIT', detail: `1 payout waits, ${payoutId} since ${AT}: WALLET_SHORT: the wallet at the broker is empty.` }], 1]);
  // Who stopped the rail knows of it; from its release on the hour counts anew.
  await stopped(true, '2026-11-23T12:00:00.000Z');
  await notePayoutsWaiting(fixture.pool, '2026-11-23T12:01:00.000Z');
  expect(await conditions()).toEqual([]);
  await stopped(false, '2026-11-23T12:02:00.000Z');
  await notePayoutsWaiting(fixture.pool, '2026-11-23T13:01:00.000Z');
  expect(await conditions()).toEqual([]);
  await notePayoutsWaiting(fixture.pool, '2026-11-23T13:03:00.000Z');
  expect(await conditions()).toHaveLength(1);
  await payoutActivities(fixture)('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  await notePayoutsWaiting(fixture.pool, '2026-11-23T14:00:00.000Z');
  expect(await conditions()).toEqual([]);
});

test('one rail without rates keeps nobody else from being paid; its members wait for the next run, and operators are told', async () => {
  const euros: Rail = { ...fixture.rail, id: 'bank', lostBy: 'by_itself', guarantees: { ...fixture.rail.guarantees, currencies: ['EUR'] }, currencyOf: () => 'EUR', rate: fxRates({}) };
  const run = async (key: string, rails: Rail[]) => {
    const call = payoutActivities({ ...fixture, rails: railRegistry(rails) });
    const { runId } = await call('openRun', { runKey: key, scheduledAt: AT, workflowId: key, startedBy: null });
    await call('freezeMembers', { runId, asOf: AT });
    await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
    return fixture.rows('SELECT user_id AS "userId", decision FROM payout_run_member WHERE run_id = $1 ORDER BY user_id', [runId]);
  };
  const { userId: dollars } = await fixture.user({ available: { ava: '25' } });
  const { userId: euro } = await fixture.user({ available: { ava: '25' }, rail: 'bank' });
  const of = (userId: string, decision: string) => ({ userId, decision });
  expect(await run('without', [fixture.rail, euros])).toEqual([of(dollars, 'planned'), of(euro, 'rate_unavailable')]);
  expect([await conditions('bank'), await conditions(), await mailed('RATE_UNAVAILABLE')]).toEqual([[{ code: 'RATE_UNAVAILABLE', detail: expect.stringMatching(/EUR: CONFIG_MISSING: .*FX_RATES_URL/) as string }], [], 1]);
  expect(await run('with', [fixture.rail, { ...euros, rate: async (currency) => ({ currency, rate: '0.9', source: 'quote 1', validUntil: '2026-11-23T10:00:00.000Z' }) }])).toEqual([of(euro, 'planned')]);
  expect(await conditions('bank')).toEqual([]);

  // Its quote runs out, and there is none any more: it waits, whatever the reason, and is told after an hour.
  const [payout] = await fixture.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [euro]);
  const call = payoutActivities({ ...fixture, rails: railRegistry([euros]) });
  expect(await call('prepareAttempt', { payoutId: payout!.id, asOf: '2026-11-23T11:00:00.000Z' })).toMatchObject({ step: 'new_attempt', waits: true, why: expect.stringMatching(/^CONFIG_MISSING: /) });
  await notePayoutsWaiting(fixture.pool, '2026-11-23T11:00:00.000Z');
  expect(await conditions('bank')).toEqual([{ code: 'PAYOUTS_WAIT', detail: expect.stringMatching(/CONFIG_MISSING/) as string }]);
  const away: Rail = { ...euros, rate: async () => { throw new Problem('FX_UNAVAILABLE', 'no', { status: 503 }); }, ready: async () => ({ ready: true, terms: {} }) };
  await payoutActivities({ ...fixture, rails: railRegistry([away]) })('prepareAttempt', { payoutId: payout!.id, asOf: '2026-11-23T11:30:00.000Z' });
  expect((await conditions('bank')).map(({ code }) => code)).toEqual(['PAYOUTS_WAIT']);
});

test('a rate far from the last one is not believed; nothing is paid by it until somebody has looked', async () => {
  let rate = '0.9';
  const rates = (percent: number) => plausibleRates(async (currency) => ({ currency, rate, source: 'q', validUntil: null }), fixture.pool, percent);
  const ask = (currency: string, percent = 25) => rates(percent)(currency, AT, new AbortController().signal).then(({ rate: quoted }) => quoted);
  // The test before has quoted a payout in euros at 0.9.
  expect(await ask('EUR')).toBe('0.9');
  for (const near of ['1.125', '0.72']) expect(await ask((rate = near, 'EUR'))).toBe(near);
  for (const far of ['1.1251', '0.7199', '0.009', '90']) {
    rate = far;
    await expect(ask('EUR')).rejects.toMatchObject({ code: 'FX_RATE_IMPLAUSIBLE', status: 503, message: expect.stringContaining(`quotes ${far} EUR for 1 USD, the last payout in EUR was quoted 0.9:`) as string });
    expect([await ask('GBP'), await ask('USD'), await ask('EUR', 9_999)]).toEqual([far, far, far]);
  }
});
