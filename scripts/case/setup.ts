import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { brokerProfileSchema } from '../../api/schemas/profile.ts';
import { requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { createAgreement } from '../../db/stores/agreements.ts';
import { createBroker } from '../../db/stores/brokers.ts';
import { publishMethodology } from '../../db/stores/methodologies.ts';
import { recordConfirmedOwnership } from '../../db/stores/ownership.ts';
import { recordVerified } from '../../db/stores/recordVerified.ts';
import { addPayoutMethod } from '../../db/stores/payoutMethods.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { addRate } from '../../db/stores/rates.ts';
import { putSymbols } from '../../db/stores/symbols.ts';
import { addTerms } from '../../db/stores/terms.ts';
import { registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { createUser } from '../../db/stores/users.ts';

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const instant = z.iso.datetime({ offset: true });

/** A case's set-up, as cases/README describes it; the demo's data has the same form. */
export const caseSetupSchema = z.object({
  methodology: z.object({
    pendingPeriod: z.string(), payoutMinimum: decimal, tierWindowDays: z.int(),
    tiers: z.array(z.object({ name: z.string(), fromLots: decimal, toLots: decimal.nullable().default(null), multiplier: decimal })),
  }),
  broker: z.object({
    id: z.string(), name: z.string().optional(), servers: z.array(z.string()),
    agreement: z.object({ from: instant, to: instant.nullable() }),
    accountTypes: z.record(z.string(), z.object({ eligible: z.boolean(), lotFactor: decimal })),
    symbols: z.record(z.string(), z.string()), symbolSuffixes: z.array(z.string()).default([]), excludedClasses: z.array(z.string()).default([]),
    rules: z.object({ minDurationSeconds: z.int().optional(), minMovePoints: z.union([z.int().transform(String), decimal]).optional() }).default({}),
  }),
  rates: z.array(z.object({ class: z.string(), perLot: decimal, from: instant, appliesTo: z.enum(['all', 'new']).optional() })),
  users: z.array(z.object({ id: z.string(), tier: z.string().optional(), ownership: z.enum(['missing', 'confirmed']).optional(), verification: z.enum(['missing', 'approved']).optional() })),
  accounts: z.array(z.object({ login: z.string(), server: z.string(), type: z.string(), user: z.string(), linkRequestedAt: instant, link: z.enum(['verified', 'requested']) })),
  profile: brokerProfileSchema,
  steps: z.array(z.object({
    after: z.string(), report: z.string().optional(), period: z.object({ from: instant, to: instant }).optional(), version: z.int().optional(),
    payoutRun: z.literal(true).optional(), check: z.string().optional(),
  })),
});
export type CaseSetup = z.infer<typeof caseSetupSchema>;

/** Rules that were in force before anything that a case speaks of. */
const LONG_AGO = '1970-01-01T00:00:00.000Z';
const FAR_AHEAD = '2100-01-01T00:00:00.000Z';
export const RAIL = 'sandbox';

/** Stores everything of a set-up but its steps, by the same stores as the API. Returns user ids by the case's own names. */
export async function loadSetup(pool: Pool, setup: CaseSetup): Promise<Map<string, string>> {
  const db = drizzle(pool);
  const { broker, methodology } = setup;
  await publishMethodology(db, { ...methodology, effectiveFrom: LONG_AGO, changelog: 'First version.' });
  await createBroker(db, { id: broker.id, name: broker.name ?? broker.id, servers: broker.servers, at: LONG_AGO });
  await createAgreement(db, { brokerId: broker.id, activeFrom: broker.agreement.from, activeTo: broker.agreement.to });
  await addTerms(db, {
    brokerId: broker.id, effectiveFrom: LONG_AGO, accountTypes: broker.accountTypes, excludedClasses: broker.excludedClasses, symbolSuffixes: broker.symbolSuffixes,
    minDurationSeconds: broker.rules.minDurationSeconds ?? null, minMovePoints: broker.rules.minMovePoints ?? null,
  });
  await putSymbols(db, broker.id, broker.symbols);
  for (const rate of setup.rates) await addRate(db, { brokerId: broker.id, class: rate.class, perLot: rate.perLot, effectiveFrom: rate.from, appliesTo: rate.appliesTo });
  await addProfile(db, broker.id, setup.profile);

  const users = new Map<string, string>();
  for (const user of setup.users) {
    const { id } = await createUser(db, { externalId: user.id, pinnedTier: user.tier ?? null, at: LONG_AGO });
    await addPayoutMethod(db, { userId: id, rail: RAIL, destination: { account: `ACC-${user.id}` }, at: LONG_AGO, confirmed: { at: LONG_AGO, usableFrom: LONG_AGO } });
    users.set(user.id, id);
  }
  const verified = setup.users.filter((user) => user.verification !== 'missing').map((user) => users.get(user.id)!);
  await recordVerified(pool, { userIds: verified, at: LONG_AGO, by: 'setup', reason: 'Verified before this system.', screenedUntil: FAR_AHEAD });
  const missing = new Set(setup.users.filter((user) => user.ownership === 'missing').map((user) => user.id));
  const confirmed = new Set<string>();
  for (const account of setup.accounts) {
    const userId = users.get(account.user);
    if (userId === undefined) throw new Error(`setup.json: account ${account.login} names user "${account.user}", who is not in "users"`);
    const { id } = await registerTradingAccount(db, { brokerId: broker.id, server: account.server, login: account.login, type: account.type, at: account.linkRequestedAt });
    const link = await requestLink(db, { tradingAccountId: id, userId, requestedAt: account.linkRequestedAt });
    if (account.link === 'verified') await verifyLink(db, link.id, account.linkRequestedAt);
    if (missing.has(account.user) || confirmed.has(userId)) continue;
    await recordConfirmedOwnership(pool, { userId, accountLinkId: link.id, at: account.linkRequestedAt, by: 'setup', reason: 'Confirmed before this system.' });
    confirmed.add(userId);
  }
  return users;
}
