import type { WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { startOwnership } from '../../activities/ownership/start.ts';
import { startVerification } from '../../activities/verification/start.ts';
import { withTransaction } from '../../db/connection.ts';
import { giveEvidence, type Ownership, requestOwnership } from '../../db/stores/ownership.ts';
import { submitVerification } from '../../db/stores/submitVerification.ts';
import { putProfile } from '../../db/stores/userProfiles.ts';
import { createUser } from '../../db/stores/users.ts';
import { latestVerification, requestVerifications } from '../../db/stores/verifications.ts';
import { VERIFICATION_TERMS, type VerificationTerms } from '../../domain/verification/terms.ts';
import { decideOwnership, providerHint, submitEvidence, TASK_QUEUES, verificationChanged, verificationStatus, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { until } from '../case/until.ts';
import { nextUnproven, now } from './arrivals.ts';
import type { Shape } from './shapes.ts';
import type { Stack } from './stack.ts';

async function asked(stack: Stack, terms?: { remindAfterHours: readonly number[]; expireAfterDays: number }): Promise<{ ownership: Ownership; handle: WorkflowHandle }> {
  const userId = stack.users.get(`u${nextUnproven()}`);
  const [link] = await stack.rows<{ id: string }>('SELECT id FROM account_link WHERE user_id = $1', [userId]);
  const ownership = await withTransaction(stack.pool, (tx) => requestOwnership(tx, { accountLinkId: link!.id, asOf: now() }, terms));
  await startOwnership(stack.client, ownership, terms ?? { remindAfterHours: [72], expireAfterDays: 30 });
  return { ownership, handle: stack.handle(workflowIds.ownership(link!.id)) };
}
const decided = (decision: 'confirmed' | 'rejected'): Shape => async (stack) => {
  const { ownership, handle } = await asked(stack);
  const content = { documentType: 'statement', login: '100039', holderName: 'A. Trader', sha256: 'ab'.repeat(32) };
  const { evidenceId } = await withTransaction(stack.pool, (tx) => giveEvidence(tx, stack.personal, { ownershipId: ownership.id, kind: 'document', content, givenAt: now() }));
  await handle.executeUpdate(submitEvidence, { args: [{ evidenceId, kind: 'document' }] });
  await handle.executeUpdate(decideOwnership, { args: [{ decision, operatorId: 'op_1', reason: 'looked at it' }] });
  return handle;
};

/** Somebody's verification as he submitted it. */
async function verified(stack: Stack, externalId: string, fullName: string): Promise<{ handle: WorkflowHandle; id: string; userId: string; submit: () => Promise<string> }> {
  const { id: userId } = await createUser(drizzle(stack.pool), { externalId, at: now() });
  const submit = async (): Promise<string> => (await withTransaction(stack.pool, async (tx) => {
    await putProfile(tx, stack.personal, userId, { fullName, country: 'DE', dateOfBirth: '1990-01-01' }, now());
    return submitVerification(tx, stack.personal, { userId, documents: [{ kind: 'passport', number: 'X1' }], provider: 'sandbox', at: now() }, SOON);
  })).id;
  const id = await submit();
  await startVerification(stack.client, { id, userId }, SOON);
  return { handle: stack.handle(workflowIds.verification(userId)), id, userId, submit };
}
const SOON: VerificationTerms = { ...VERIFICATION_TERMS, remindAfterHours: [1 / 3600], userDays: 3 / 86_400, providerDays: 3 / 86_400, firstLookSeconds: 0.3, maxLookSeconds: 1 };

/** Who a link's account is, and who a person is. */
export const PEOPLE_SHAPES: Readonly<Record<string, Shape>> = {
  'ownership-confirmed': decided('confirmed'),
  'ownership-rejected': decided('rejected'),
  'ownership-expired': async (stack) => (await asked(stack, { remindAfterHours: [1 / 3600, 2 / 3600], expireAfterDays: 3 / 86_400 })).handle,
  'verification-approved': async (stack) => (await verified(stack, 'ver-approved', 'Ann Example')).handle,
  'verification-rejected': async (stack) => (await verified(stack, 'ver-rejected', 'Reject Example')).handle,
  'verification-asked-again': async (stack) => {
    const { handle, id, submit } = await verified(stack, 'ver-again', 'Again Example');
    await until('it is asked again', async () => (await handle.query(verificationStatus)).state === 'asked_again');
    await submit();
    await handle.signal(verificationChanged, { verificationId: id });
    return handle;
  },
  'verification-provider-silent': async (stack) => {
    const { handle } = await verified(stack, 'ver-silent', 'Silent Example');
    await handle.signal(providerHint, { eventId: 'msg_1' });
    return handle;
  },
  'verification-expired': async (stack) => {
    const { id: userId } = await createUser(drizzle(stack.pool), { externalId: 'ver-expired', at: now() });
    await withTransaction(stack.pool, (tx) => requestVerifications(tx, [userId], now(), SOON));
    const { id } = (await latestVerification(stack.pool, userId))!;
    await startVerification(stack.client, { id, userId }, SOON);
    return stack.handle(workflowIds.verification(userId));
  },
  screening: async (stack) => stack.client.workflow.start(WORKFLOWS.screening, { workflowId: workflowIds.screening(), taskQueue: TASK_QUEUES.payouts, args: [{ pageSize: 1 }] }),
};
