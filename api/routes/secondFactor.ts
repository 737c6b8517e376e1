import { renewRecoveryCodes, voidRecoveryCodes } from '../../db/stores/recoveryCodes.ts';
import { enrolTotp, proposeTotp, removeTotp } from '../../db/stores/secondFactors.ts';
import { getPerson, isOperator, lockPerson } from '../../db/stores/persons.ts';
import { revokeSessions, stepUpSession } from '../../db/stores/sessions.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { attempt, personGuard } from '../identity/attempts.ts';
import { limited } from '../identity/limited.ts';
import { passwordIs } from '../identity/passwords.ts';
import { codeWrong } from '../identity/secondFactor.ts';
import { sessionOf } from '../identity/signedIn.ts';
import { tell } from '../identity/tell.ts';
import { newTotpSecret, stepOf, totpUri } from '../identity/totp.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { CodeOnly, PasswordOnly, RecoveryCodes, SecondFactorOff, TotpSecret } from '../schemas/identity.ts';
import { passwordWrong } from './passwords.ts';

/** The second factor: an authenticator app (TOTP), with recovery codes for when it is lost. */
export function secondFactorRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, now } = deps;
  const tag = 'Sign in';
  const secretless = { recoveryCodes: [] };

  app.post('/v1/second-factor', limited(operation('startSecondFactor', {
    tag, summary: 'Get the secret of a new second factor', description: 'It counts once a code of it was sent to `/v1/second-factor/confirm`. Who has one already must have stepped up.', body: PasswordOnly, response: { 200: TotpSecret },
  })), async (request, reply) => {
    const { personId, stepUpUntil } = sessionOf(request);
    const found = await getPerson(pool, personId);
    if (found.totpSecret !== null && (stepUpUntil === null || stepUpUntil <= now())) {
      throw new Problem('STEP_UP_NEEDED', 'Replacing a second factor needs a code of the present one: POST /v1/session/step-up, then this request again.', { status: 403 });
    }
    reply.header('cache-control', 'no-store');
    return attempt(deps, request, { subject: personGuard(personId), who: found, refusals: ['PASSWORD_WRONG'] }, async () => {
      // A session that was left open somewhere must not lock its owner out.
      if (!(await passwordIs(found.passwordHash, request.body.password))) throw passwordWrong();
      return once<{ secret: string | null; uri: string | null }>(deps, request, reply, {
        status: 200,
        kept: () => ({ secret: null, uri: null }),
        effect: async (tx, audit) => {
          const who = await lockPerson(tx, personId);
          audit.subject = { type: 'person', id: who.id };
          audit.after = { pending: true };
          const secret = newTotpSecret();
          await proposeTotp(tx, personal, who.id, secret);
          return { secret, uri: totpUri(secret, (await personal.open(tx, who.id, who.mail)) ?? '') };
        },
      });
    });
  });

  app.post('/v1/second-factor/confirm', limited(operation('confirmSecondFactor', {
    tag, summary: 'Enrol the second factor by its first code', description: 'Answers the recovery codes, once. Ends my other sessions; this one has stepped up.', body: CodeOnly, response: { 200: RecoveryCodes },
  })), async (request, reply) => {
    const { id, personId } = sessionOf(request);
    const found = await getPerson(pool, personId);
    reply.header('cache-control', 'no-store');
    return attempt(deps, request, { subject: personGuard(personId), who: found, refusals: ['CODE_WRONG'] }, () => once<{ recoveryCodes: string[] }>(deps, request, reply, {
      status: 200,
      kept: () => secretless,
      effect: async (tx, audit) => {
        const who = await lockPerson(tx, personId);
        audit.subject = { type: 'person', id: who.id };
        audit.before = { secondFactor: who.totpSecret !== null };
        audit.after = { secondFactor: true };
        const secret = who.totpPending === null ? null : await personal.open(tx, who.id, who.totpPending);
        if (secret === null) throw new Problem('SECOND_FACTOR_NOT_STARTED', 'Ask for a secret first, by POST /v1/second-factor.', { status: 409 });
        const step = stepOf(secret, request.body.code, now());
        if (step === null) throw codeWrong();
        await enrolTotp(tx, who, step, now());
        await revokeSessions(tx, who.id, 'second_factor', now(), id);
        await stepUpSession(tx, id, now());
        await tell(tx, who, 'second_factor_on', {}, now());
        return { recoveryCodes: await renewRecoveryCodes(tx, personal, who.id, now()) };
      },
    }));
  });

  app.post('/v1/second-factor/disable', limited(operation('disableSecondFactor', { tag, summary: 'Do without a second factor', description: 'Not for operators. Sensitive acts need one again.', response: { 200: SecondFactorOff } })), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const who = await lockPerson(tx, sessionOf(request).personId);
        audit.subject = { type: 'person', id: who.id };
        if (isOperator(who.role)) throw new Problem('SECOND_FACTOR_KEPT', 'Operators work with a second factor; it can be replaced, not taken away.', { status: 422 });
        await removeTotp(tx, who.id);
        await voidRecoveryCodes(tx, who.id, now());
        await tell(tx, who, 'second_factor_off', {}, now());
        return { secondFactor: false as const };
      },
    }));

  app.post('/v1/second-factor/recovery-codes', limited(operation('renewRecoveryCodes', { tag, summary: 'Get new recovery codes', description: 'Those before do not work any more.', response: { 200: RecoveryCodes } })), (request, reply) => {
    reply.header('cache-control', 'no-store');
    return once<{ recoveryCodes: string[] }>(deps, request, reply, {
      status: 200,
      kept: () => secretless,
      effect: async (tx, audit) => {
        const who = await lockPerson(tx, sessionOf(request).personId);
        audit.subject = { type: 'person', id: who.id };
        audit.after = { renewed: true };
        return { recoveryCodes: await renewRecoveryCodes(tx, personal, who.id, now()) };
      },
    });
  });
}
