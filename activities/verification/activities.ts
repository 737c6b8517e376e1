import { type Tx, withTransaction } from '../../db/connection.ts';
import { recordAudit, system } from '../../db/stores/audit.ts';
import { decidedNotice } from '../../db/stores/decideVerification.ts';
import { notify } from '../../db/stores/notifications.ts';
import { readDocuments } from '../../db/stores/submitVerification.ts';
import { readProfile } from '../../db/stores/userProfiles.ts';
import { countVerificationLook, countVerificationReminder, getVerification, markVerificationSent, markVerificationUnsent, moveVerification, type Verification } from '../../db/stores/verifications.ts';
import { remindersDue } from '../../domain/ownership/terms.ts';
import type { VerificationState } from '../../domain/verification/states.ts';
import { daysAfter, VERIFICATION_TERMS, type VerificationTerms } from '../../domain/verification/terms.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { type LookUpAnswer, referenceOf, type VerificationProvider } from './providers/provider.ts';

/** What the workflow knows of the row: states, counts and instants. */
export interface VerificationView { state: VerificationState; turnSince: string; expiresAt: string; remindersSent: number; submission: number; sent: boolean; looks: number }

const view = ({ state, turnSince, expiresAt, remindersSent, submission, sentAt, looks }: Verification): VerificationView => ({ state, turnSince, expiresAt, remindersSent, submission, sent: sentAt !== null, looks });

export interface VerificationDependencies extends Pick<Dependencies, 'pool' | 'personal'> { provider: VerificationProvider; terms?: VerificationTerms }

/**
 * The steps of one verification. `asOf`: the workflow's time, ISO. Each re-reads the row under its lock and can be repeated. Personal data is
 * read here, sent to the provider, and in no argument, answer or error of an activity.
 */
export function createVerificationActivities({ pool, personal, provider, terms = VERIFICATION_TERMS }: VerificationDependencies) {
  const locked = (id: string, work: (tx: Tx, row: Verification) => Promise<void>): Promise<VerificationView> => withTransaction(pool, async (tx) => {
    await work(tx, await getVerification(tx, id, true));
    return view(await getVerification(tx, id));
  });
  const said = (id: string, submission: number, answer: LookUpAnswer, asOf: string): Promise<VerificationView> => locked(id, async (tx, row) => {
    if (row.submission !== submission || row.state !== 'submitted') return;
    switch (answer.kind) {
      case 'approved': case 'rejected': {
        const code = answer.kind === 'rejected' ? answer.code : 'PROVIDER';
        await moveVerification(tx, id, answer.kind, { at: asOf, by: `provider:${provider.id}`, code, submission });
        await notify(tx, [decidedNotice(row, answer.kind, asOf, answer.kind === 'rejected' ? code : undefined)]);
        return audit(tx, row, answer.kind, code, asOf);
      }
      case 'ask_again':
        await moveVerification(tx, id, 'asked_again', { at: asOf, until: daysAfter(asOf, terms.userDays), code: answer.code, submission });
        await notify(tx, [{ eventId: `verification:${id}:again:${submission}`, userId: row.userId, kind: 'verification_again', facts: { verificationId: id, reason: answer.code }, at: asOf }]);
        return audit(tx, row, 'asked_again', answer.code, asOf);
      case 'not_found': await markVerificationUnsent(tx, id, submission); break;
      case 'pending': case 'unknown': break;
    }
    await countVerificationLook(tx, id);
  });

  return {
    loadVerification: (input: { verificationId: string }): Promise<VerificationView> => refusing(async () => view(await getVerification(pool, input.verificationId))),

    /** Sends what the user submitted, under a reference that makes a repetition harmless, and notes that it was sent. */
    sendVerification: (input: { verificationId: string; asOf: string }): Promise<VerificationView> => refusing(() => alive(async (signal) => {
      const row = await getVerification(pool, input.verificationId);
      if (row.state !== 'submitted' || row.sentAt !== null) return view(row);
      const [profile, documents] = [await readProfile(pool, personal, row.userId), await readDocuments(pool, personal, row)];
      // Erased or changed meanwhile: the change has ended this verification, or is about to.
      if (!profile?.identity || documents === null || profile.state.version !== row.profileVersion) return locked(row.id, (tx) => countVerificationLook(tx, row.id));
      const answer = await provider.submit(referenceOf(row.id, row.submission), { ...profile.identity, documents }, signal);
      if (answer.kind === 'refused') return said(row.id, row.submission, { kind: 'ask_again', code: answer.code }, input.asOf);
      return locked(row.id, (tx) => (answer.kind === 'accepted' ? markVerificationSent(tx, row.id, row.submission, input.asOf) : countVerificationLook(tx, row.id)));
    })),

    /** Asks the provider and does what it says. */
    lookUpVerification: (input: { verificationId: string; asOf: string }): Promise<VerificationView> => refusing(() => alive(async (signal) => {
      const row = await getVerification(pool, input.verificationId);
      if (row.state !== 'submitted' || row.sentAt === null) return view(row);
      return said(row.id, row.submission, await provider.lookUp(referenceOf(row.id, row.submission), signal), input.asOf);
    })),

    /** Reminds the user while it is his turn. After a gap only the last reminder that is due is sent. */
    remindVerification: (input: { verificationId: string; remindAfterHours: number[]; asOf: string }): Promise<VerificationView> => refusing(() => locked(input.verificationId, async (tx, row) => {
      const number = remindersDue(row.turnSince, input.remindAfterHours, input.asOf);
      if (!(await countVerificationReminder(tx, row.id, number))) return;
      await notify(tx, [{
        eventId: `verification:${row.id}:reminder:${row.submission}:${number}`, userId: row.userId, kind: 'verification_reminder', at: input.asOf,
        facts: { verificationId: row.id, number: String(number), expiresAt: row.expiresAt },
      }]);
    })),

    /** Ends one whose time is over: the user was silent, or the provider, which operators are told. */
    expireVerification: (input: { verificationId: string; asOf: string }): Promise<VerificationView> => refusing(() => locked(input.verificationId, async (tx, row) => {
      if (input.asOf < row.expiresAt) return;
      const code = row.state === 'submitted' ? 'PROVIDER_SILENT' : 'USER_SILENT';
      if (!(await moveVerification(tx, row.id, 'expired', { at: input.asOf, code }))) return;
      await audit(tx, row, 'expired', code, input.asOf);
      await notify(tx, [
        { eventId: `verification:${row.id}:expired`, userId: row.userId, kind: 'verification_expired', facts: { verificationId: row.id, reason: code }, at: input.asOf },
      ]);
      if (row.state === 'submitted') await notify(tx, [{ eventId: `verification:${row.id}:silent`, userId: null, kind: 'verification_needs_review', facts: { verificationId: row.id, userId: row.userId, reason: code }, at: input.asOf }]);
    })),
  };
}

function audit(tx: Tx, row: Verification, state: VerificationState, code: string, at: string): Promise<void> {
  return recordAudit(tx, { at, actor: system('verification'), operation: 'verificationMoved', subject: { type: 'verification', id: row.id }, userId: row.userId, before: { state: row.state }, after: { state, reasonCode: code } });
}
