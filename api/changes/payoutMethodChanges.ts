import { z } from 'zod';
import { addPayoutMethod, listPayoutMethods, type PayoutMethod } from '../../db/stores/payoutMethods.ts';
import { findProfileState } from '../../db/stores/userProfiles.ts';
import { PAYEE_VERDICTS } from '../../domain/verification/gate.ts';
import type { Applier } from './applier.ts';

/** `destination`: as it is stored, readable only while the user's own key is there. `payee`: how it was judged by the profile of `before`. */
const NewMethod = z.strictObject({ rail: z.string(), destination: z.record(z.string(), z.string()), payee: z.enum(PAYEE_VERDICTS) });

/** An operator says where a user's money goes: the newest method is used, so alone he could lead every payout to himself. */
export const PAYOUT_METHOD = {
  kind: 'payout_method', payload: NewMethod,
  async before(tx, _payload, { subject }) {
    // Another profile judges a payee anew, and another method may be the user's own word meanwhile.
    await tx.client.query('SELECT FROM user_profile WHERE user_id = $1 FOR UPDATE', [subject.id]);
    return { methods: (await listPayoutMethods(tx.db, subject.id)).map(({ id }) => id), profileVersion: (await findProfileState(tx, subject.id))?.version ?? null };
  },
  apply: (tx, payload, { subject, at }): Promise<PayoutMethod> => addPayoutMethod(tx.db, { userId: subject.id, ...payload, at }),
} satisfies Applier<z.output<typeof NewMethod>, PayoutMethod>;
