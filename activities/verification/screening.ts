import { withTransaction } from '../../db/connection.ts';
import { recordAudit, system } from '../../db/stores/audit.ts';
import { notify } from '../../db/stores/notifications.ts';
import { answerScreening, clearedEntries, openScreening, usersToScreen } from '../../db/stores/screenings.ts';
import { readProfile } from '../../db/stores/userProfiles.ts';
import { getVerification } from '../../db/stores/verifications.ts';
import { SCREENING_TERMS, type ScreeningTerms } from '../../domain/verification/screenings.ts';
import { alive } from '../alive.ts';
import { concurrently } from '../concurrently.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import type { ScreeningList } from './lists/list.ts';

export interface ScreeningDependencies extends Pick<Dependencies, 'pool' | 'personal'> { list: ScreeningList; screeningTerms?: ScreeningTerms }
export interface ScreenedPage { next: string | null; screened: number; hits: number; unanswered: number }
const AT_ONCE = 4;

/** Looks users up in the list. `asOf`: the workflow's time, ISO. Names are read here and are in no argument, answer or error. */
export function createScreeningActivities({ pool, personal, list, screeningTerms: terms = SCREENING_TERMS }: ScreeningDependencies) {
  /** What came of it; null: there was nothing to do. */
  const screen = async (userId: string, asOf: string, signal: AbortSignal): Promise<'clear' | 'hit' | 'pending' | null> => {
    const opened = await withTransaction(pool, async (tx) => ({ screening: await openScreening(tx, userId, asOf), profile: await readProfile(tx, personal, userId) }));
    if (opened.screening === null || !opened.profile?.identity) return null;
    const { screening, profile: { identity, state: { version } } } = opened;
    const answer = await list.match(identity, signal);
    if (answer.kind === 'unavailable') return 'pending';
    return withTransaction(pool, async (tx) => {
      const cleared = await clearedEntries(tx, userId, version);
      const entry = answer.entries.find((one) => !cleared.includes(one)) ?? null;
      if (!(await answerScreening(tx, screening.id, version, { list: list.id, listVersion: answer.listVersion, entry }, asOf, terms))) return 'pending';
      if (entry === null) return 'clear';
      await notify(tx, [{ eventId: `screening:${screening.id}:hit`, userId: null, kind: 'screening_hit', facts: { screeningId: screening.id, userId, reason: screening.reason }, at: asOf }]);
      await recordAudit(tx, { at: asOf, actor: system('screening'), operation: 'screeningHit', subject: { type: 'screening', id: screening.id }, userId, after: { state: 'hit', list: list.id, entry } });
      return 'hit';
    });
  };

  return {
    /** The user of an approved verification: before his first payout, or after a change. A list that does not answer is asked by the daily screening. */
    screenVerified: (input: { verificationId: string; asOf: string }): Promise<{ screening: 'clear' | 'hit' | 'pending' | null }> => refusing(() => alive(async (signal) => {
      const { userId, state } = await getVerification(pool, input.verificationId);
      return { screening: state === 'approved' ? await screen(userId, input.asOf, signal) : null };
    })),

    /** Those of a page of users who are due. */
    screenPage: (input: { after: string; limit: number; asOf: string }): Promise<ScreenedPage> => refusing(() => alive(async (signal) => {
      const users = await usersToScreen(pool, { asOf: input.asOf, listVersion: await list.version(signal), after: input.after, limit: input.limit });
      const page = { screened: 0, hits: 0, unanswered: 0 };
      await concurrently(users, AT_ONCE, async (userId) => {
        const result = await screen(userId, input.asOf, signal);
        if (result === 'pending') page.unanswered++;
        else if (result !== null) page.screened++;
        if (result === 'hit') page.hits++;
      });
      return { ...page, next: users.length < input.limit ? null : users[users.length - 1]! };
    })),
  };
}
