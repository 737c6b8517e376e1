import { z } from 'zod';
import { PASSWORD_LENGTH } from '../../domain/identity/limits.ts';
import { idIn, idOut, Instant } from './common.ts';

/** As exact as a pattern can be; whether mail arrives there only a mail can tell. */
const MAIL = /^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const mail = z.string().max(254).regex(MAIL, 'must be a mail address').meta({ examples: ['ann@example.org'] });
const newPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max).meta({ description: `At least ${PASSWORD_LENGTH.min} characters; a few unrelated words make a good one.`, examples: ['correct horse battery staple'] });
/** One that exists: no rule of today may lock out who chose his under another. */
const password = z.string().min(1).max(PASSWORD_LENGTH.max).meta({ examples: ['correct horse battery staple'] });
const code = z.string().min(6).max(20).regex(/^[0-9A-Za-z -]+$/, 'is no code').meta({ description: 'Six digits of the authenticator app, or a recovery code.', examples: ['492039'] });
const token = z.string().min(1).max(200).regex(/^[A-Za-z0-9_.-]+$/, 'is not from a link').meta({ description: 'What the link in the mail carries after `token=`.', examples: ['tok_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e.0Jk3_mQ2vYw8Zr5Xb1Tc'] });
const operatorRole = z.enum(['support', 'finance', 'compliance', 'admin']);
const role = z.enum(['trader', 'partner', 'support', 'finance', 'compliance', 'admin']);

export const SignUp = z.strictObject({ mail, password: newPassword, role: z.enum(['trader', 'partner']).default('trader') }).meta({ id: 'SignUp' });
export const SignIn = z.strictObject({ mail, password, code: code.optional() }).meta({ id: 'SignIn' });
export const MailOnly = z.strictObject({ mail }).meta({ id: 'MailAddress' });
export const LinkToken = z.strictObject({ token }).meta({ id: 'LinkToken' });
export const NewPassword = z.strictObject({ token, password: newPassword }).meta({ id: 'NewPassword' });
export const PasswordChange = z.strictObject({ password, newPassword }).meta({ id: 'PasswordChange' });
export const PasswordOnly = z.strictObject({ password }).meta({ id: 'Password' });
export const CodeOnly = z.strictObject({ code }).meta({ id: 'Code' });
export const NewOperator = z.strictObject({ mail, role: operatorRole }).meta({ id: 'NewOperator' });
export const OperatorChange = z.strictObject({ role: operatorRole }).meta({ id: 'OperatorChange' });
export const OperatorClosing = z.strictObject({
  keys: z.enum(['revoke', 'keep']).default('revoke').meta({ description: 'The keys this operator made: he may know them.' }),
}).meta({ id: 'OperatorClosing' });
export const OperatorParams = z.object({ personId: idIn('psn') });
export const SessionParams = z.object({ sessionId: idIn('ses') });

/** The same answer whether the address is known or not. */
export const Mailed = z.object({ mailed: z.literal(true).meta({ description: 'A mail is on its way to that address, if there is something to tell it.' }) }).meta({ id: 'Mailed' });

export const Person = z.object({
  id: idOut('psn'), role, userId: z.string().nullable(), state: z.enum(['unconfirmed', 'active', 'closed']), mail: z.string().nullable().meta({ description: 'Null once erased, and where a request is repeated with its Idempotency-Key.' }),
  secondFactor: z.boolean(), createdAt: Instant, closedAt: Instant.nullable(),
}).meta({ id: 'Person' });
export const Operator = Person.extend({ lockedUntil: Instant.nullable().meta({ description: 'Signing in is locked after too many wrong attempts.' }) }).meta({ id: 'Operator' });
export const Session = z.object({
  id: idOut('ses'), personId: idOut('psn'), secondFactor: z.boolean(), network: z.string().nullable().meta({ description: 'Not the address: its /24 or /48.', examples: ['203.0.113.0/24'] }),
  agent: z.string().meta({ examples: ['Firefox on Linux'] }), createdAt: Instant, seenAt: Instant.meta({ description: 'To the minute.' }), endsAt: Instant.meta({ description: 'If it is not used until then.' }),
  expiresAt: Instant, stepUpUntil: Instant.nullable().meta({ description: 'Until when sensitive acts need no further code.' }), revokedAt: Instant.nullable(),
}).meta({ id: 'Session' });
export const SignedIn = z.object({
  session: Session, person: Person,
  next: z.enum(['enrol_second_factor']).nullable().meta({ description: 'What must be done before anything else.' }),
}).meta({ id: 'SignedIn' });
export const Ended = z.object({ ended: z.int().meta({ description: 'How many sessions.' }) }).meta({ id: 'EndedSessions' });
export const TotpSecret = z.object({ secret: z.string().nullable().meta({ description: 'Base32, for typing in. Shown once.' }), uri: z.string().nullable().meta({ description: '`otpauth://…` for a QR code. Shown once.' }) }).meta({ id: 'TotpSecret' });
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()).meta({ description: 'Each works once, instead of a code of the app. Shown once; empty where a request is repeated with its Idempotency-Key.' }) }).meta({ id: 'RecoveryCodes' });
export const SecondFactorOff = z.object({ secondFactor: z.literal(false) }).meta({ id: 'SecondFactorOff' });
export const ClosedOperator = z.object({ operator: Operator, revokedKeys: z.array(z.string()), keptKeys: z.array(z.string()).meta({ description: 'Rotate these: the operator may know them.' }) }).meta({ id: 'ClosedOperator' });
