import { z } from 'zod';
import { timeQuery } from './paging.ts';
import { KEY_OVERLAP_HOURS } from '../../domain/identity/limits.ts';
import { DESTINATION_STATES } from '../../domain/payouts/destinations.ts';
import { PAYEE_VERDICTS } from '../../domain/verification/gate.ts';
import { brokerIdIn, idIn, idOut, Instant, instantIn, text } from './common.ts';
import { CodeOnly, LinkToken, Person, Session } from './identity.ts';

export const NewUser = z.strictObject({
  externalId: text(200).meta({ description: 'Your own name for the user; unique.', examples: ['customer-4711'] }),
  pinnedTier: text(60).nullable().default(null).meta({ description: 'A tier fixed by an operator; null: by lots.' }),
}).meta({ id: 'NewUser' });
export const UserChange = z.strictObject({ status: z.enum(['active', 'suspended']).optional(), pinnedTier: text(60).nullable().optional() }).meta({ id: 'UserChange' });
export const User = z.object({ id: idOut('usr'), externalId: z.string(), status: z.enum(['active', 'suspended']), pinnedTier: z.string().nullable(), createdAt: Instant }).meta({ id: 'User' });
export const UserParams = z.object({ userId: idIn('usr') });

const methodName = text(100).nullable().meta({ description: "The user's own name for it.", examples: ['My savings account'] });
export const NewPayoutMethod = z.strictObject({
  rail: text(60).meta({ examples: ['sandbox'] }),
  destination: z.record(text(60), text(300)).meta({ description: "The rail's own fields.", examples: [{ account: 'ACC-1' }] }),
  name: methodName.default(null),
}).meta({ id: 'NewPayoutMethod' });
export const PayoutMethod = z.object({
  id: idOut('pmt'), userId: idOut('usr'), name: z.string().nullable(), rail: z.string(), destination: z.record(z.string(), z.string()),
  state: z.enum(DESTINATION_STATES).meta({ description: '`unconfirmed`: never used before it is confirmed; `cooling_down`: used from `usableFrom`; until then the one before it is.' }),
  inUse: z.boolean().meta({ description: 'Whether the next payout goes there.' }), confirmedAt: Instant.nullable(), usableFrom: Instant.nullable(),
  tradingAccountId: z.string().nullable().meta({ description: "Where it is a trading account: the user's own." }),
  payee: z.enum(PAYEE_VERDICTS).meta({ description: 'Whether the payee that it names is the verified person; `unjudged`: the profile is missing.' }), createdAt: Instant, removedAt: Instant.nullable(),
}).meta({ id: 'PayoutMethod' });
export const DisownedMethod = z.object({ id: idOut('pmt'), removedAt: Instant }).meta({ id: 'DisownedPayoutMethod' });
export const MethodParams = z.object({ methodId: idIn('pmt') });
export const MethodRenaming = z.strictObject({ name: methodName }).meta({ id: 'PayoutMethodRenaming' });
export const MethodConfirmation = z.strictObject({
  token: LinkToken.shape.token.optional().meta({ description: 'Of the link that was mailed when it was added.' }),
  code: CodeOnly.shape.code.optional().meta({ description: 'Of your authenticator app, or a recovery code; in a session.' }),
}).meta({ id: 'PayoutMethodConfirmation', description: 'One of the two. Neither: by a key, for a user who does not sign in here himself.' });

export const NewAccount = z.strictObject({
  brokerId: brokerIdIn(),
  server: text(100),
  login: text(60).meta({ description: "Login at the broker, as text.", examples: ['7001001'] }),
  type: text(60).meta({ description: 'A claim; the operator who verifies a link says what it is.', examples: ['standard'] }),
}).meta({ id: 'NewTradingAccount' });
export const Account = z.object({ id: idOut('tac'), brokerId: z.string(), server: z.string(), login: z.string(), type: z.string(), createdAt: Instant }).meta({ id: 'TradingAccount' });
export const AccountQuery = { brokerId: brokerIdIn().optional(), server: text(100).optional(), login: text(60).optional() };

export const NewLink = z.strictObject({
  tradingAccountId: idIn('tac'),
  userId: idIn('usr').optional().meta({ description: "For operators; a trader's key always asks for its own user." }),
}).meta({ id: 'NewAccountLink', examples: [{ tradingAccountId: 'tac_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e', userId: 'usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e' }] });
export const LinkVerification = z.strictObject({
  accountType: text(60).meta({ description: 'What the account is, as you found it at the broker: it decides the lot factor. The type named on registering is only a claim and is corrected.', examples: ['standard'] }),
}).meta({ id: 'LinkVerification' });
const status = z.enum(['requested', 'verified', 'rejected', 'ended']);
export const Link = z.object({
  id: idOut('lnk'), tradingAccountId: idOut('tac'), userId: idOut('usr'), status, requestedAt: Instant, decidedAt: Instant.nullable(),
  endedAt: Instant.nullable().meta({ description: 'Exclusive.' }),
}).meta({ id: 'AccountLink', description: 'A verified link counts since its request.' });
export const LinkQuery = { userId: idIn('usr').optional(), tradingAccountId: idIn('tac').optional(), brokerId: brokerIdIn().optional(), status: status.optional(), ...timeQuery('requested') };

const role = z.enum(['trader', 'partner', 'support', 'finance', 'compliance', 'admin']);
export const NewApiKey = z.strictObject({
  name: text(100).meta({ examples: ['portal backend'] }),
  role,
  scopes: z.array(text(60)).min(1).max(50).meta({ description: '`*` for everything that the role may do.', examples: [['reports:read', 'reports:write']] }),
  userId: idIn('usr').optional().meta({ description: 'Required for trader and partner: whose objects the key sees.' }),
  expiresAt: instantIn().optional(),
}).meta({ id: 'NewApiKey' });
export const ApiKey = z.object({
  id: idOut('key'), name: z.string(), prefix: z.string().meta({ examples: ['cbk_1a2b3c4d'] }), role, scopes: z.array(z.string()), userId: z.string().nullable(),
  createdAt: Instant, expiresAt: Instant.nullable(), revokedAt: Instant.nullable(),
  personId: z.string().nullable().meta({ description: 'Who made it, where a person did.' }), lastUsedAt: Instant.nullable().meta({ description: 'To the minute.' }),
  replacedBy: z.string().nullable().meta({ description: 'The key that took its place; this one works until it expires.' }),
}).meta({ id: 'ApiKey' });
const shownOnce = z.string().nullable().meta({ description: 'Shown here once; only its SHA-256 is kept. Null where a request is repeated with its Idempotency-Key.' });
export const CreatedApiKey = z.object({ key: shownOnce, apiKey: ApiKey });
export const Rotation = z.strictObject({
  overlapHours: z.int().min(0).max(KEY_OVERLAP_HOURS.max).default(KEY_OVERLAP_HOURS.usual).meta({ description: 'How long the old key goes on working.' }),
}).meta({ id: 'ApiKeyRotation' });
export const RotatedApiKey = z.object({ key: shownOnce, apiKey: ApiKey, replaced: ApiKey });
export const Me = z.object({ apiKey: ApiKey.nullable(), session: Session.nullable(), person: Person.nullable(), role, user: User.nullable(), allowedScopes: z.array(z.string()) }).meta({ id: 'Me' });
