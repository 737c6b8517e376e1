import { z } from 'zod';
import { ERASURE_REMAINS } from '../../domain/verification/erasure.ts';
import { DOCUMENT_KINDS } from '../../domain/verification/documents.ts';
import { BLOCK_REASONS } from '../../domain/verification/nextSteps.ts';
import { SCREENING_REASONS, SCREENING_STATES } from '../../domain/verification/screenings.ts';
import { DOCUMENT_STATES, VERIFICATION_STATES } from '../../domain/verification/states.ts';
import { DecimalText, idIn, idOut, Instant, text } from './common.ts';

export const NewUserProfile = z.strictObject({
  fullName: text(200).meta({ description: 'As on the document, in Latin letters where the bank writes it so.', examples: ['Anna Maria Schmidt'] }),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters').meta({ description: 'Residence, ISO 3166-1 alpha-2.', examples: ['DE'] }),
  dateOfBirth: z.string().regex(/^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a day such as 1990-05-17').meta({ examples: ['1990-05-17'] }),
}).meta({ id: 'NewUserProfile' });

const state = z.enum(VERIFICATION_STATES);
const screeningState = z.enum(SCREENING_STATES);
export const ProfileState = z.object({
  userId: idOut('usr'), version: z.int().meta({ description: 'Counts changes; a verification is of one version.' }), documents: z.enum(DOCUMENT_STATES), verification: state,
  changedAt: Instant, erasedAt: Instant.nullable(),
}).meta({ id: 'UserProfileState' });
export const UserProfile = z.object({
  ...ProfileState.shape, fullName: z.string().nullable().meta({ description: 'Null where it was never given, or erased.' }), country: z.string().nullable(), dateOfBirth: z.string().nullable(),
}).meta({ id: 'UserProfile' });

export const NewSubmission = z.strictObject({
  documents: z.array(z.strictObject({
    kind: z.enum(DOCUMENT_KINDS), number: text(60).meta({ examples: ['C01X00T47'] }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/).optional().meta({ description: 'SHA-256 of the picture, as it was given to the provider.' }),
  })).min(1).max(5),
}).meta({ id: 'NewVerificationSubmission' });
export const Verification = z.object({
  id: idOut('ver'), userId: idOut('usr'), state, profileVersion: z.int(), provider: z.string().nullable(), submission: z.int().meta({ description: 'How often it was submitted.' }), sentAt: Instant.nullable(),
  requestedAt: Instant, turnSince: Instant, expiresAt: Instant, remindersSent: z.int(), code: z.string().nullable().meta({ description: 'Why it was decided or asked again.' }),
  decidedAt: Instant.nullable(), decidedBy: z.string().nullable(),
}).meta({ id: 'Verification' });
export const VerificationQuery = { userId: idIn('usr').optional(), state: state.optional(), open: z.enum(['true', 'false']).optional() };
export const NewVerificationDecision = z.strictObject({ decision: z.enum(['approved', 'rejected']), reason: text(1_000) }).meta({ id: 'NewVerificationDecision' });

export const Screening = z.object({
  id: idOut('scr'), userId: idOut('usr'), reason: z.enum(SCREENING_REASONS), state: screeningState, profileVersion: z.int(), list: z.string().nullable(), listVersion: z.string().nullable(),
  entry: z.string().nullable().meta({ description: "The list's number of what fits." }), at: Instant, decidedAt: Instant.nullable(), decidedBy: z.string().nullable(),
}).meta({ id: 'Screening' });
export const ScreeningQuery = { userId: idIn('usr').optional(), state: screeningState.optional() };
export const NewScreeningDecision = z.strictObject({
  decision: z.enum(['cleared', 'confirmed']).meta({ description: '`cleared`: another person of that name.' }), reason: text(1_000),
}).meta({ id: 'NewScreeningDecision' });

/** Why somebody is not paid; also of a member of a run. */
export const Reason = z.object({
  code: z.enum(BLOCK_REASONS), why: z.string().meta({ examples: ['Needs 3.40 USD more: the least that is paid out is 10.00 USD.'] }), nextStep: z.string(),
  until: Instant.optional().meta({ description: 'Of a cool-down.' }), missing: DecimalText.optional().meta({ description: 'USD, of an amount that is too small.' }), minimum: DecimalText.optional().meta({ description: 'USD.' }),
});
export const Readiness = z.object({
  userId: idOut('usr'), ready: z.boolean().meta({ description: 'Whether a payout run would pay the user now; who has nothing to be paid is ready where nothing else stands in the way.' }),
  reasons: z.array(z.object({ ...Reason.shape })),
}).meta({ id: 'PayoutReadiness' });

export const NewErasure = z.strictObject({ reason: text(1_000), evenIfOwed: z.boolean().default(false).meta({ description: 'Also where money is owed to the user.' }) }).meta({ id: 'NewErasure' });
export const Erasure = z.object({
  userId: idOut('usr'), erasedAt: Instant, personsErased: z.array(idOut('psn')), payoutMethodsRemoved: z.int(),
  remains: z.array(z.object({ what: z.string(), why: z.string() })).meta({ description: 'What can still be read, and why.', examples: [[...ERASURE_REMAINS]] }),
}).meta({ id: 'Erasure' });
