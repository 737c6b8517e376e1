import { MockActivityEnvironment } from '@temporalio/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVerificationActivities } from '../../../activities/verification/activities.ts';
import { createScreeningActivities } from '../../../activities/verification/screening.ts';
import { withTransaction } from '../../../db/connection.ts';
import { decideScreening, listScreenings } from '../../../db/stores/screenings.ts';
import { getVerification } from '../../../db/stores/verifications.ts';
import { payoutActivities, payoutFixture, type PayoutFixture } from '../../support/payouts.ts';
import { testPersonalData } from '../../support/personal.ts';
import { submit, verificationBench, type VerificationBench } from '../../support/verification.ts';

const AT = '2026-11-16T10:00:00.000Z';
const days = (count: number): string => new Date(Date.parse(AT) + count * 86_400_000).toISOString();
const personal = testPersonalData();
let fixture: PayoutFixture;
let bench: VerificationBench;
beforeAll(async () => { [fixture, bench] = [await payoutFixture(), await verificationBench()]; });
afterAll(async () => {
  await bench?.close();
  await fixture?.close();
});

const steps = (pool: Pool = fixture.pool) => createVerificationActivities({ pool, personal, provider: bench.provider });
const screenings = () => createScreeningActivities({ pool: fixture.pool, personal, list: bench.list });
const act = <I, T>(activity: (input: I) => Promise<T>, input: I): Promise<T> => new MockActivityEnvironment().run(activity as (...args: unknown[]) => Promise<T>, input);
const submitted = async (name: string) => submit(fixture.pool, (await fixture.user({ verified: false, available: { ava: '20' } })).userId, name, AT);
async function approved(name: string): Promise<string> {
  const { id, userId } = await submitted(name);
  await act(steps().sendVerification, { verificationId: id, asOf: AT });
  await act(steps().lookUpVerification, { verificationId: id, asOf: AT });
  return userId;
}
const screen = (asOf: string) => act(screenings().screenPage, { after: '', limit: 1000, asOf });
const history = async (userId: string) => (await listScreenings(fixture.pool, { userId, limit: 50 })).map(({ reason, state }) => `${reason} ${state}`);

/** A pool whose connection breaks when the submission is to be noted: the worker dies between sending and noting. */
function diesBeforeNoting(): Pool {
  return new Proxy(fixture.pool, {
    get(pool, name) {
      if (name !== 'connect') return Reflect.get(pool, name) as unknown;
      return async (...callback: []) => {
        // The pool's own query() asks by a callback; only transactions are to break.
        if (callback.length > 0) return pool.connect(...callback);
        const client = await pool.connect();
        return new Proxy(client, {
          get(real, part) {
            if (part !== 'query') { const value = Reflect.get(real, part) as unknown; return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(real) : value; }
            return (text: unknown, values: unknown) => (typeof text === 'string' && text.includes('SET sent_at = coalesce') ? Promise.reject(new Error('the worker died')) : real.query(text as string, values as unknown[]));
          },
        });
      };
    },
  });
}

test('a worker that dies between sending and noting it: the same reference is sent again, and it is one case', async () => {
  const { id } = await submitted('Ann Once');
  await expect(act(steps(diesBeforeNoting()).sendVerification, { verificationId: id, asOf: AT })).rejects.toThrow('the worker died');
  expect((await getVerification(fixture.pool, id)).sentAt).toBeNull();
  expect(await act(steps().sendVerification, { verificationId: id, asOf: AT })).toMatchObject({ sent: true });
  expect(await act(steps().sendVerification, { verificationId: id, asOf: AT })).toMatchObject({ sent: true });
  expect(bench.server.submissions().filter((reference) => reference.startsWith(id))).toEqual([`${id}-1`, `${id}-1`]);
  expect(await act(steps().lookUpVerification, { verificationId: id, asOf: AT })).toMatchObject({ state: 'approved' });
  expect(await act(steps().lookUpVerification, { verificationId: id, asOf: AT })).toMatchObject({ state: 'approved' });
  expect(await fixture.rows('SELECT kind FROM notification WHERE facts->>\'verificationId\' = $1', [id])).toEqual([{ kind: 'verification_approved' }]);
});

test('an answer to an earlier submission moves nothing, and a provider that forgot is told again', async () => {
  const again = await submitted('Again Ann');
  await act(steps().sendVerification, { verificationId: again.id, asOf: AT });
  expect(await act(steps().lookUpVerification, { verificationId: again.id, asOf: AT })).toMatchObject({ state: 'asked_again' });
  await submit(fixture.pool, again.userId, 'Again Ann', AT);
  expect(await act(steps().loadVerification, { verificationId: again.id })).toMatchObject({ state: 'submitted', submission: 2, sent: false });
  await fixture.pool.query('UPDATE verification SET sent_at = $2 WHERE id = $1', [again.id, AT]);
  expect(await act(steps().lookUpVerification, { verificationId: again.id, asOf: AT })).toMatchObject({ state: 'submitted', sent: false });
});

test('screening: before the first payout, every 30 days, weekly with money, at once with a new list; never again what compliance has cleared', async () => {
  const rich = await approved('Rich Roe');
  const poor = await approved('Poor Poe');
  await fixture.give(poor, '-20', 'gone');
  await screen(AT);
  expect([await history(rich), await history(poor)]).toEqual([['first_payout clear'], ['first_payout clear']]);
  await screen(days(6.9));
  expect([(await history(rich)).length, (await history(poor)).length]).toEqual([1, 1]);
  await screen(days(7));
  expect([(await history(rich)).length, (await history(poor)).length]).toEqual([2, 1]);
  await screen(days(30));
  expect([(await history(rich)).length, (await history(poor)).length]).toEqual([3, 2]);
  bench.writeList([{ entry: 'L-2', names: ['Rich Roe'] }]);
  expect(await screen(days(30))).toMatchObject({ hits: 1 });
  expect((await history(rich)).at(-1)).toBe('periodic hit');
  const [hit] = await listScreenings(fixture.pool, { userId: rich, state: 'hit', limit: 1 });
  await withTransaction(fixture.pool, (tx) => decideScreening(tx, personal, { screeningId: hit!.id, decision: 'cleared', by: 'psn_c', reason: 'Another man, born elsewhere.', at: days(30) }));
  await screen(days(60));
  expect((await history(rich)).slice(-2)).toEqual(['periodic cleared', 'periodic clear']);
});

test('a list that does not answer leaves the screening pending and is asked by the next daily one', async () => {
  const userId = await approved('Patient Pat');
  const away = createScreeningActivities({ pool: fixture.pool, personal, list: { id: 'away', version: async () => null, match: async () => ({ kind: 'unavailable', code: 'X' }) } });
  expect(await act(away.screenPage, { after: '', limit: 1000, asOf: days(60) })).toMatchObject({ hits: 0 });
  expect(await history(userId)).toEqual(['first_payout pending']);
  await screen(days(60));
  expect(await history(userId)).toEqual(['first_payout clear']);
});

test('a run pays nobody of whom it is not settled, says why, asks once, and pays him in the next run', async () => {
  const call = payoutActivities(fixture);
  const run = async (key: string, asOf: string): Promise<Record<string, string>> => {
    const { runId } = await call('openRun', { runKey: key, scheduledAt: asOf, workflowId: key, startedBy: null });
    await call('freezeMembers', { runId, asOf });
    await call('planPage', { runId, after: '', limit: 1000, asOf });
    return Object.fromEntries((await fixture.rows<{ user_id: string; decision: string }>('SELECT user_id, decision FROM payout_run_member WHERE run_id = $1', [runId])).map((row) => [row.user_id, row.decision]));
  };
  const [never, stranger] = [(await fixture.user({ verified: false, ownership: 'missing', available: { ava: '20' } })).userId, (await fixture.user()).userId];
  await fixture.pool.query(`UPDATE payout_method SET payee = 'differs' WHERE user_id = $1`, [stranger]);
  const first = await run('gate-1', days(61));
  expect([first[never], first[stranger]]).toEqual(['verification_missing', 'payee_name_differs']);
  await run('gate-2', days(62));
  expect(await fixture.rows('SELECT kind FROM notification WHERE user_id = ANY ($1) ORDER BY kind', [[never, stranger]])).toEqual([{ kind: 'ownership_requested' }, { kind: 'payout_blocked' }, { kind: 'verification_requested' }]);
  expect(await fixture.balances(never)).toEqual({ available: '20', reserved: '0', paid: '0' });
  await fixture.pool.query(`UPDATE payout_method SET payee = 'matches' WHERE user_id = $1`, [stranger]);
  expect((await run('gate-3', days(63)))[stranger]).toBe('planned');
});
