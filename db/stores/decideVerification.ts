import { Problem } from '../../domain/problem.ts';
import type { Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { type NewNotification, notify } from './notifications.ts';
import { getVerification, moveVerification, type Verification } from './verifications.ts';

export interface VerificationDecision { verificationId: string; decision: 'approved' | 'rejected'; by: string; reason: string; at: string }

/** An operator's decision, his words sealed; the workflow is told after the commit. Throws VERIFICATION_UNKNOWN, VERIFICATION_DECISION_REFUSED (409). */
export async function decideVerification(tx: Tx, personal: PersonalData, { reason, ...decision }: VerificationDecision): Promise<Verification> {
  const { userId } = await getVerification(tx, decision.verificationId, true);
  return decideSealed(tx, { ...decision, sealedReason: await personal.seal(tx, userId, reason) });
}

/** The same with words that are sealed already, under the user. */
export async function decideSealed(tx: Tx, input: Omit<VerificationDecision, 'reason'> & { sealedReason: string }): Promise<Verification> {
  const row = await getVerification(tx, input.verificationId, true);
  if (!(await moveVerification(tx, row.id, input.decision, { at: input.at, by: input.by, code: 'OPERATOR', sealedReason: input.sealedReason }))) {
    throw new Problem('VERIFICATION_DECISION_REFUSED', `A verification that is ${row.state} cannot be ${input.decision}.`, { status: 409 });
  }
  await notify(tx, [decidedNotice(row, input.decision, input.at)]);
  return getVerification(tx, row.id);
}

/** An approved one that is taken back is another event than the approval. */
export const decidedNotice = (row: Verification, decision: 'approved' | 'rejected', at: string, code?: string): NewNotification => ({
  eventId: `verification:${row.id}:${decision}`, userId: row.userId, kind: decision === 'approved' ? 'verification_approved' : 'verification_rejected',
  facts: { verificationId: row.id, ...(code === undefined ? {} : { reason: code }) }, at,
});
