import { z } from 'zod';
import { decideSealed } from '../../db/stores/decideVerification.ts';
import { getVerification, type Verification } from '../../db/stores/verifications.ts';
import { verificationTouched } from '../workflowCalls.ts';
import type { Applier } from './applier.ts';

/** `by`: who asked. `sealedReason`: his words, readable only while the user's own key is there. */
const Override = z.strictObject({ decision: z.literal('approved'), by: z.string(), sealedReason: z.string() });

/** Approves a verification by hand, in place of the provider: with it money can leave. Rejecting only stops money, and needs nobody else. */
export const VERIFICATION_OVERRIDE = {
  kind: 'verification_override', payload: Override,
  async before(tx, _payload, { subject }) {
    const { state, profileVersion, submission } = await getVerification(tx, subject.id, true);
    return { state, profileVersion, submission };
  },
  apply: (tx, { decision, by, sealedReason }, { subject, at }): Promise<Verification> => decideSealed(tx, { verificationId: subject.id, decision, by, sealedReason, at }),
  afterCommit: ({ client }, verification) => verificationTouched(client, verification),
} satisfies Applier<z.output<typeof Override>, Verification>;
