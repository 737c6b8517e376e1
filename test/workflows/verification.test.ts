import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVerification } from '../../activities/verification/start.ts';
import { withTransaction } from '../../db/connection.ts';
import { decideVerification } from '../../db/stores/decideVerification.ts';
import { payoutReadiness } from '../../db/stores/payoutReadiness.ts';
import { latestVerification, requestVerifications } from '../../db/stores/verifications.ts';
import { VERIFICATION_TERMS } from '../../domain/verification/terms.ts';
import { until } from '../../scripts/case/until.ts';
import { providerHint, verificationChanged, verificationStatus, workflowIds } from '../../workflows/contracts.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers } from '../support/payouts.ts';
import { testPersonalData } from '../support/personal.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';
import { BORN, PASSPORT, submit, verificationBench, type VerificationBench } from '../support/verification.ts';

let fixture: PayoutFixture;
let temporal: TimeSkipping;
let bench: VerificationBench;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;

beforeAll(async () => {
  temporal = await timeSkipping();
  [fixture, bench] = [await payoutFixture(), await verificationBench()];
  workers = await payoutWorkers(fixture, { client: temporal.client, nativeConnection: temporal.env.nativeConnection }, bench);
});
afterAll(async () => {
  await workers?.stop();
  await bench?.close();
  await fixture?.close();
});

const now = async (): Promise<string> => new Date(await temporal.env.currentTimeMs()).toISOString();
const newcomer = async (): Promise<string> => (await fixture.user({ available: { ava: '20' }, verified: false })).userId;
const running = (userId: string): WorkflowHandle => temporal.client.workflow.getHandle(workflowIds.verification(userId));
async function submitted(fullName: string, number?: string): Promise<{ userId: string; handle: WorkflowHandle; id: string }> {
  const userId = await newcomer();
  const verification = await submit(fixture.pool, userId, fullName, await now(), number);
  await startVerification(temporal.client, verification, VERIFICATION_TERMS);
  return { userId, handle: running(userId), id: verification.id };
}
/** Lets time pass until the workflow has ended. */
async function ends(handle: WorkflowHandle, step = '1m'): Promise<unknown> {
  for (let steps = 0; (await handle.describe()).status.name === 'RUNNING'; steps++) {
    if (steps > 100) throw new Error('it does not end');
    await settleAndSleep(temporal.env, handle, step);
  }
  return handle.result();
}
const told = async (userId: string): Promise<string[]> => (await fixture.rows<{ kind: string }>('SELECT kind FROM notification WHERE user_id = $1 ORDER BY created_at, id', [userId])).map((row) => row.kind);
const profile = async (userId: string) => (await fixture.rows<{ verification: string; screening: string; documents: string }>('SELECT verification, screening, documents FROM user_profile WHERE user_id = $1', [userId]))[0];
const blocking = async (userId: string): Promise<string[]> => (await payoutReadiness(fixture.pool, userId, await now(), 'operator')).reasons.map(({ code }) => code);

test('the provider approves: the user is screened and can be paid', async () => {
  const { userId, handle } = await submitted('Ann Lee');
  expect(await blocking(userId)).toContain('verification_pending');
  expect(await ends(handle)).toEqual({ state: 'approved' });
  expect(await profile(userId)).toEqual({ verification: 'approved', screening: 'clear', documents: 'accepted' });
  expect(await blocking(userId)).toEqual([]);
  expect(await told(userId)).toEqual(['verification_approved']);
});

test('a name on the list: approved, but not paid before compliance has decided; the user is not told that he was found', async () => {
  const { userId, handle } = await submitted('Wanted, Vera');
  expect(await ends(handle)).toEqual({ state: 'approved' });
  expect(await blocking(userId)).toEqual(['screening_hit']);
  expect((await payoutReadiness(fixture.pool, userId, await now(), 'user')).reasons.map(({ code }) => code)).toEqual(['screening_due']);
  expect(await told(userId)).toEqual(['verification_approved']);
  expect(await fixture.rows(`SELECT facts->>'userId' AS user FROM notification WHERE kind = 'screening_hit' AND user_id IS NULL`)).toEqual([{ user: userId }]);
});

test('the provider rejects', async () => {
  const { userId, handle, id } = await submitted('Reject Me');
  expect(await ends(handle)).toEqual({ state: 'rejected' });
  expect(await blocking(userId)).toEqual(['verification_rejected']);
  expect(await latestVerification(fixture.pool, userId)).toMatchObject({ id, code: 'DOCUMENT_NOT_GENUINE', decidedBy: 'provider:sandbox' });
  expect(await told(userId)).toEqual(['verification_rejected']);
});

test('the provider asks again: the user is told, reminded, and submits other documents to the same verification', async () => {
  const { userId, handle, id } = await submitted('Again Please');
  await until('it is the user\'s turn', async () => {
    await settleAndSleep(temporal.env, handle, '1m');
    return (await handle.query(verificationStatus)).state === 'asked_again';
  });
  expect(await blocking(userId)).toEqual(['verification_pending']);
  await settleAndSleep(temporal.env, handle, '3d 1h');
  await until('he was reminded', async () => (await told(userId)).includes('verification_reminder'));
  const again = await submit(fixture.pool, userId, 'Again Please', await now(), 'Q1');
  expect([again.id, again.submission]).toEqual([id, 2]);
  await handle.signal(verificationChanged, { verificationId: id });
  expect(await ends(handle)).toEqual({ state: 'approved' });
  expect(await told(userId)).toEqual(['verification_again', 'verification_reminder', 'verification_approved']);
});

test('the provider never answers: asked with growing pauses, ended at the absolute instant, operators are told', async () => {
  const { userId, handle, id } = await submitted('Anybody', 'SILENT-1');
  const { expiresAt } = (await latestVerification(fixture.pool, userId))!;
  expect(await ends(handle, '12h')).toEqual({ state: 'expired' });
  const after = Date.parse(await now()) - Date.parse(expiresAt);
  expect([after >= 0, after < 13 * 3_600_000]).toEqual([true, true]);
  expect((await latestVerification(fixture.pool, userId))!.decidedAt! >= expiresAt).toBe(true);
  const { looks, code } = (await latestVerification(fixture.pool, userId))!;
  expect([looks > 50, looks < 120, code]).toEqual([true, true, 'PROVIDER_SILENT']);
  expect(await blocking(userId)).toEqual(['verification_missing']);
  expect(await told(userId)).toEqual(['verification_expired']);
  expect(await fixture.rows(`SELECT facts->>'verificationId' AS id FROM notification WHERE kind = 'verification_needs_review'`)).toEqual([{ id }]);
});

test('a provider that is away is asked until it is back; its hint wakes the workflow at once', async () => {
  bench.server.sleep();
  const { userId, handle } = await submitted('Later Ann');
  await until('it was tried', async () => (await latestVerification(fixture.pool, userId))!.looks > 0);
  expect((await handle.query(verificationStatus))).toMatchObject({ state: 'submitted', sent: false });
  bench.server.wake();
  const before = await now();
  await handle.signal(providerHint, { eventId: 'msg_1' });
  await until('it was sent', async () => (await latestVerification(fixture.pool, userId))!.sentAt !== null);
  await handle.signal(providerHint, { eventId: 'msg_2' });
  await until('it is approved', async () => (await latestVerification(fixture.pool, userId))!.state === 'approved');
  expect(Date.parse(await now()) - Date.parse(before)).toBeLessThan(60_000);
  await ends(handle);
});

test('a silent user is reminded three times and the request ends after 30 days; the next run asks him anew', async () => {
  const userId = await newcomer();
  const ask = async () => {
    const asOf = await now();
    await withTransaction(fixture.pool, (tx) => requestVerifications(tx, [userId], asOf, VERIFICATION_TERMS));
    const latest = (await latestVerification(fixture.pool, userId))!;
    await startVerification(temporal.client, latest, VERIFICATION_TERMS);
    return latest.id;
  };
  const first = await ask();
  expect(await ask()).toBe(first);
  expect(await ends(running(userId), '1d')).toEqual({ state: 'expired' });
  expect(await told(userId)).toEqual(['verification_requested', 'verification_reminder', 'verification_reminder', 'verification_reminder', 'verification_expired']);
  expect(await ask()).not.toBe(first);
  expect(await blocking(userId)).toEqual(['verification_missing']);
  // Not in the middle of a step, which would hold the clock of the tests after it.
  await settleAndSleep(temporal.env, running(userId), '1m');
  await running(userId).terminate();
});

test('an operator decides while the provider is silent, and later takes an approval back', async () => {
  const { userId, handle, id } = await submitted('Any Other', 'SILENT-2');
  const decide = (decision: 'approved' | 'rejected', at: string) => withTransaction(fixture.pool, (tx) => decideVerification(tx, testPersonalData(), { verificationId: id, decision, by: 'psn_1', reason: 'Seen in person.', at }));
  await decide('approved', await now());
  await handle.signal(verificationChanged, { verificationId: id });
  expect(await ends(handle)).toEqual({ state: 'approved' });
  expect(await blocking(userId)).toEqual([]);
  await decide('rejected', await now());
  expect(await blocking(userId)).toEqual(['verification_rejected']);
  await expect(decide('approved', await now())).rejects.toMatchObject({ code: 'VERIFICATION_DECISION_REFUSED' });
});

test('a changed profile ends what was approved, and its new verification is screened as a change', async () => {
  const { userId, handle } = await submitted('Ann First');
  await ends(handle);
  const second = await submit(fixture.pool, userId, 'Ann Married', await now());
  expect(await blocking(userId)).toEqual(['verification_pending']);
  await startVerification(temporal.client, second, VERIFICATION_TERMS);
  expect(await ends(running(userId))).toEqual({ state: 'approved' });
  expect(await blocking(userId)).toEqual([]);
  expect(await fixture.rows('SELECT reason, state, profile_version FROM screening WHERE user_id = $1 ORDER BY id', [userId])).toEqual([
    { reason: 'first_payout', state: 'clear', profile_version: 1 }, { reason: 'change', state: 'clear', profile_version: 2 },
  ]);
});

test('no history, notification or audit entry holds a name, a date of birth or a document', async () => {
  const users = await fixture.rows<{ id: string }>('SELECT DISTINCT user_id AS id FROM verification');
  const histories = await Promise.all(users.map(({ id }) => running(id).fetchHistory().catch(() => null)));
  const bytes = histories.filter((history) => history !== null).map((history) => Buffer.from(proto.temporal.api.history.v1.History.encode(history).finish()).toString('latin1')).join();
  const rows = JSON.stringify([await fixture.rows('SELECT * FROM notification'), await fixture.rows('SELECT * FROM audit_entry'), await fixture.rows('SELECT * FROM verification'), await fixture.rows('SELECT * FROM screening')]);
  expect(histories.length).toBeGreaterThan(5);
  expect(bytes.includes('"verificationId":"ver_')).toBe(true);
  const seeded = ['Ann Lee', 'Wanted', 'Reject Me', 'Again Please', 'Anybody', 'Later Ann', 'Any Other', 'Ann Married', 'Seen in person', 'SILENT-1', BORN, PASSPORT];
  expect(seeded.filter((text) => bytes.includes(text) || rows.includes(text))).toEqual([]);
});
