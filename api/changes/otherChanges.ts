import { z } from 'zod';
import { getPolicy, setPolicy } from '../../db/stores/approvalPolicies.ts';
import { listMethodologies, publishMethodology } from '../../db/stores/methodologies.ts';
import { changeUser, lockUser } from '../../db/stores/users.ts';
import { ApprovalPolicy } from '../schemas/changes.ts';
import { NewMethodology } from '../schemas/methodologies.ts';
import { UserChange } from '../schemas/users.ts';
import type { Applier } from './applier.ts';

/** `before`: the newest version. The subject is the rules as a whole. */
export const METHODOLOGY = {
  kind: 'methodology', payload: NewMethodology,
  async before(tx) {
    // Of two that are published at once the second sees the first.
    await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('methodology', 0))");
    return (await listMethodologies(tx.db)).reduce((last, one) => (one.version > last.version ? one : last), { version: 0 });
  },
  apply: (tx, payload) => publishMethodology(tx.db, { ...payload, tiers: payload.tiers.map(({ toLots, ...tier }) => (toLots === undefined ? tier : { ...tier, toLots })) }),
} satisfies Applier<z.output<typeof NewMethodology>>;

const Suspension = z.strictObject({ status: UserChange.shape.status.unwrap() });
const Tier = z.strictObject({ pinnedTier: UserChange.shape.pinnedTier.unwrap() });

/** Suspends a user, or lets him be paid again. */
export const USER_SUSPENSION = {
  kind: 'user_suspension', payload: Suspension,
  before: async (tx, _payload, { subject }) => ({ status: (await lockUser(tx.db, subject.id)).status }),
  apply: (tx, payload, { subject }) => changeUser(tx.db, subject.id, payload),
} satisfies Applier<z.output<typeof Suspension>>;

/** A tier is a multiplier of what a user earns. */
export const USER_TIER = {
  kind: 'user_tier', payload: Tier,
  before: async (tx, _payload, { subject }) => ({ pinnedTier: (await lockUser(tx.db, subject.id)).pinnedTier }),
  apply: (tx, payload, { subject }) => changeUser(tx.db, subject.id, payload),
} satisfies Applier<z.output<typeof Tier>>;

/** What needs a second operator is itself changed by two. */
export const APPROVAL_POLICY = {
  kind: 'approval_policy', payload: ApprovalPolicy,
  before: (tx, payload) => getPolicy(tx.db, payload.kind, true),
  apply: (tx, payload) => setPolicy(tx.db, payload),
} satisfies Applier<z.output<typeof ApprovalPolicy>>;
