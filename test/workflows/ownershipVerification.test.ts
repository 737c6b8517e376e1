import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnership } from '../../activities/ownership/start.ts';
import { withTransaction } from '../../db/connection.ts';
import { testPersonalData } from '../support/personal.ts';
import { getOwnership, giveEvidence, requestOwnership } from '../../db/stores/ownership.ts';
import { OWNERSHIP_TERMS } from '../../domain/ownership/terms.ts';
import { decideOwnership, ownershipState, submitEvidence, workflowIds } from '../../workflows/contracts.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers } from '../support/payouts.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let fixture: PayoutFixture;
let temporal: TimeSkipping;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;

beforeAll(async () => {
  temporal = await timeSkipping();
  fixture = await payoutFixture();
  workers = await payoutWorkers(fixture, { client: temporal.client, nativeConnection: temporal.env.nativeConnection });
});
afterAll(async () => {
  await workers?.stop();
  await fixture?.close();
});

interface Asked { userId: string; ownershipId: string; handle: WorkflowHandle; asOf: string }

async function asked(): Promise<Asked> {
  const { userId, accountLinkId } = await fixture.user({ available: { ava: '20' }, ownership: 'missing' });
  const asOf = new Date(await temporal.env.currentTimeMs()).toISOString();
  const ownership = await withTransaction(fixture.pool, (tx) => requestOwnership(tx, { accountLinkId, asOf }));
  await startOwnership(temporal.client, ownership, OWNERSHIP_TERMS);
  return { userId, ownershipId: ownership.id, handle: temporal.client.workflow.getHandle(workflowIds.ownership(accountLinkId)), asOf };
}
const DOCUMENT = { documentType: 'statement', login: '700123', holderName: 'A. Trader', sha256: 'ab'.repeat(32) };
const give = (input: Parameters<typeof giveEvidence>[2]) => withTransaction(fixture.pool, (tx) => giveEvidence(tx, testPersonalData(), input));
const evidence = async ({ ownershipId, handle, asOf }: Asked) => {
  const { evidenceId } = await give({ ownershipId, kind: 'document', content: DOCUMENT, givenAt: asOf });
  return handle.executeUpdate(submitEvidence, { args: [{ evidenceId, kind: 'document' }] });
};
const told = (userId: string) => fixture.rows<{ kind: string; created_at: Date }>('SELECT kind, created_at FROM notification WHERE user_id = $1 ORDER BY created_at, id', [userId]);
const state = async (ownershipId: string) => (await getOwnership(fixture.pool, ownershipId)).state;

test('evidence, then an operator confirms', async () => {
  const one = await asked();
  expect(await evidence(one)).toEqual({ state: 'evidence_given' });
  expect(await one.handle.executeUpdate(decideOwnership, { args: [{ decision: 'confirmed', operatorId: 'op_1', reason: 'the names match' }] })).toEqual({ state: 'confirmed' });
  expect(await one.handle.result()).toEqual({ state: 'confirmed' });
  expect(await getOwnership(fixture.pool, one.ownershipId)).toMatchObject({ state: 'confirmed', decidedBy: 'op_1', decisionReason: 'the names match' });
  expect((await told(one.userId)).map((row) => row.kind)).toEqual(['ownership_requested', 'ownership_confirmed']);
});

test('an operator rejects; afterwards nothing more is taken', async () => {
  const one = await asked();
  await evidence(one);
  await one.handle.executeUpdate(decideOwnership, { args: [{ decision: 'rejected', operatorId: 'op_1', reason: 'another name' }] });
  expect(await one.handle.result()).toEqual({ state: 'rejected' });
  await expect(give({ ownershipId: one.ownershipId, kind: 'document', content: DOCUMENT, givenAt: one.asOf })).rejects.toMatchObject({ code: 'OWNERSHIP_ENDED' });
});

test('reminders after exactly 3, 7 and 14 days, expiry after 30', async () => {
  const one = await asked();
  const reminders = async () => (await told(one.userId)).filter((row) => row.kind === 'ownership_reminder').length;
  const step = async (duration: string, expected: number) => {
    await settleAndSleep(temporal.env, one.handle, duration);
    await expect.poll(reminders).toBe(expected);
  };
  await step('2d 23h 59m', 0);
  await step('2m', 1);
  await step('3d 23h 58m', 1);
  await step('2m', 2);
  await step('6d 23h 58m', 2);
  await step('2m', 3);
  expect(await one.handle.query(ownershipState)).toEqual({ state: 'requested', remindersSent: 3 });
  await settleAndSleep(temporal.env, one.handle, '15d 23h 58m');
  expect(await state(one.ownershipId)).toBe('requested');
  await settleAndSleep(temporal.env, one.handle, '2m');
  expect(await one.handle.result()).toEqual({ state: 'expired' });
  const { expiresAt, decidedAt } = await getOwnership(fixture.pool, one.ownershipId);
  expect(expiresAt).toBe(new Date(Date.parse(one.asOf) + 30 * 86_400_000).toISOString());
  expect(Date.parse(decidedAt!) - Date.parse(expiresAt)).toBeLessThan(1000);
  expect((await told(one.userId)).map((row) => row.kind)).toEqual(['ownership_requested', 'ownership_reminder', 'ownership_reminder', 'ownership_reminder', 'ownership_expired']);
});

test('evidence in time: no more reminders, and no expiry while an operator is slow', async () => {
  const one = await asked();
  await settleAndSleep(temporal.env, one.handle, '4d');
  await expect.poll(async () => (await told(one.userId)).length).toBe(2);
  await evidence(one);
  await settleAndSleep(temporal.env, one.handle, '60d');
  expect(await one.handle.query(ownershipState)).toEqual({ state: 'evidence_given', remindersSent: 1 });
  await one.handle.executeUpdate(decideOwnership, { args: [{ decision: 'confirmed', operatorId: 'op_1', reason: 'late but fine' }] });
  expect(await one.handle.result()).toEqual({ state: 'confirmed' });
});

test('wrong updates are refused, most of them before they enter the history', async () => {
  const one = await asked();
  const decide = (decision: string, operatorId: string, reason: string) => one.handle.executeUpdate(decideOwnership, { args: [{ decision, operatorId, reason } as never] });
  await expect(decide('confirmed', 'op_1', 'I know him')).rejects.toMatchObject({ cause: { cause: { type: 'OWNERSHIP_DECISION_REFUSED' } } });
  await expect(decide('maybe', 'op_1', 'x')).rejects.toMatchObject({ cause: { type: 'OWNERSHIP_DECISION_UNKNOWN' } });
  await expect(decide('rejected', '', 'x')).rejects.toMatchObject({ cause: { type: 'OWNERSHIP_DECISION_INCOMPLETE' } });
  await expect(one.handle.executeUpdate(submitEvidence, { args: [{ evidenceId: 'evd_x', kind: 'selfie' }] })).rejects.toMatchObject({ cause: { type: 'EVIDENCE_KIND_UNKNOWN' } });
  // Well formed, but no such evidence is stored: the row refuses it.
  await expect(one.handle.executeUpdate(submitEvidence, { args: [{ evidenceId: 'evd_x', kind: 'document' }] })).rejects.toMatchObject({ cause: { cause: { type: 'EVIDENCE_UNKNOWN' } } });
  expect(await state(one.ownershipId)).toBe('requested');
  await one.handle.terminate();
});

test('a decision about another verification of the link is refused and changes nothing', async () => {
  const one = await asked();
  await evidence(one);
  const decide = (ownershipId: string) => one.handle.executeUpdate(decideOwnership, { args: [{ decision: 'confirmed', operatorId: 'op_1', reason: 'seen', ownershipId }] });
  await expect(decide('own_earlier')).rejects.toMatchObject({ cause: { type: 'OWNERSHIP_DIFFERS' } });
  expect(await state(one.ownershipId)).toBe('evidence_given');
  expect(await decide(one.ownershipId)).toEqual({ state: 'confirmed' });
});

test('evidence whose word never reached the workflow: the operator can decide all the same', async () => {
  const one = await asked();
  await give({ ownershipId: one.ownershipId, kind: 'document', content: DOCUMENT, givenAt: one.asOf });
  expect(await one.handle.query(ownershipState)).toMatchObject({ state: 'requested' });
  expect(await one.handle.executeUpdate(decideOwnership, { args: [{ decision: 'confirmed', operatorId: 'op_1', reason: 'fine' }] })).toEqual({ state: 'confirmed' });
  expect(await one.handle.result()).toEqual({ state: 'confirmed' });
});

test('terminated and started again: reminders already sent are not sent again, evidence given meanwhile counts', async () => {
  const one = await asked();
  await settleAndSleep(temporal.env, one.handle, '8d');
  await expect.poll(async () => (await told(one.userId)).length).toBe(3);
  await one.handle.terminate();
  await startOwnership(temporal.client, await getOwnership(fixture.pool, one.ownershipId), OWNERSHIP_TERMS);
  const again = temporal.client.workflow.getHandle(one.handle.workflowId);
  await expect.poll(async () => (await again.query(ownershipState)).remindersSent).toBe(2);
  await again.terminate();
  await give({ ownershipId: one.ownershipId, kind: 'document', content: DOCUMENT, givenAt: one.asOf });
  await startOwnership(temporal.client, await getOwnership(fixture.pool, one.ownershipId), OWNERSHIP_TERMS);
  const third = temporal.client.workflow.getHandle(one.handle.workflowId);
  await expect.poll(async () => (await third.query(ownershipState)).state).toBe('evidence_given');
  await third.executeUpdate(decideOwnership, { args: [{ decision: 'confirmed', operatorId: 'op_1', reason: 'fine' }] });
  expect(await third.result()).toEqual({ state: 'confirmed' });
});
