import { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import { linksOfAdded } from '../../db/stores/destinationNotices.ts';
import { addPayoutMethod, listPayoutMethods, type PayoutMethod } from '../../db/stores/payoutMethods.ts';
import { findProfileState } from '../../db/stores/userProfiles.ts';
import { usableAfter } from '../../domain/payouts/destinations.ts';
import { PAYEE_VERDICTS } from '../../domain/verification/gate.ts';
import type { Applier } from './applier.ts';

/** `destination` and `name`: as they are stored, readable only while the user's own key is there. `payee`: how it was judged by the profile of `before`. */
const NewMethod = z.strictObject({
  rail: z.string(), destination: z.record(z.string(), z.string()), payee: z.enum(PAYEE_VERDICTS), name: z.string().nullable().default(null), tradingAccountId: z.string().nullable().default(null),
  coolDownHours: z.int().min(0).default(48),
});
export type AddedPayload = z.output<typeof NewMethod>;

/** Adds a method and tells the user wherever he can be told. `confirmed`: a second operator has agreed to it in the place of the user; it cools down all the same. */
export function addMethod(tx: Tx, userId: string, { coolDownHours, ...method }: AddedPayload, at: string, by: 'confirmed' | 'unconfirmed'): Promise<PayoutMethod> {
  return addPayoutMethod(tx.db, { userId, ...method, at, ...(by === 'confirmed' ? { confirmed: { at, usableFrom: usableAfter(at, coolDownHours) } } : {}) },
    (id) => linksOfAdded(tx, { id, userId, rail: method.rail, at, unconfirmed: by === 'unconfirmed', coolDownHours }));
}

/** An operator says where a user's money goes: the newest method is used, so alone he could lead every payout to himself. */
export const PAYOUT_METHOD = {
  kind: 'payout_method', payload: NewMethod,
  async before(tx, _payload, { subject }) {
    // Another profile judges a payee anew, and another method may be the user's own word meanwhile.
    await tx.client.query('SELECT FROM user_profile WHERE user_id = $1 FOR UPDATE', [subject.id]);
    return { methods: (await listPayoutMethods(tx.db, subject.id)).map(({ id }) => id), profileVersion: (await findProfileState(tx, subject.id))?.version ?? null };
  },
  apply: (tx, payload, { subject, at }): Promise<PayoutMethod> => addMethod(tx, subject.id, payload, at, 'confirmed'),
} satisfies Applier<AddedPayload, PayoutMethod>;
