import { newId } from '../../domain/ids.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { screeningDates, SCREENING_TERMS } from '../../domain/verification/screenings.ts';
import { daysAfter, VERIFICATION_TERMS } from '../../domain/verification/terms.ts';

/** `screenedUntil`: how long the earlier system's screening counts; default as one of `at`. `by`, `reason`: who took it over and why; no personal data. */
export interface TakenOver { userIds: readonly string[]; at: string; by: string; reason: string; screenedUntil?: string }

/** Users that an earlier system has verified and screened, in three statements; who has a verification here keeps it. Their data can be given later. */
export async function recordVerified(source: SqlSource, { userIds, at, by, reason, screenedUntil }: TakenOver): Promise<void> {
  const sql = sqlOf(source);
  const dates = screeningDates(at, SCREENING_TERMS);
  const until = screenedUntil ?? dates.freshUntil;
  await sql.query(
    `INSERT INTO user_profile (user_id, documents, verification, screening, screened_version, screen_again_at, screen_again_with_money_at, screened_until, changed_at)
     SELECT u, 'accepted', 'approved', 'clear', 1, $3, $3, $3, $2 FROM unnest($1::text[]) AS u
     ON CONFLICT (user_id) DO UPDATE SET documents = excluded.documents, verification = excluded.verification, screening = excluded.screening, screened_version = user_profile.version,
       screen_again_at = excluded.screen_again_at, screen_again_with_money_at = excluded.screen_again_with_money_at, screened_until = excluded.screened_until
     WHERE NOT EXISTS (SELECT FROM verification v WHERE v.user_id = user_profile.user_id)`, [userIds, at, until]);
  await sql.query(
    `INSERT INTO verification (id, user_id, state, profile_version, requested_at, turn_since, expires_at, code, decided_at, decided_by)
     SELECT v.id, v.user_id, 'approved', 1, $3, $3, $4, $6, $3, $5 FROM unnest($1::text[], $2::text[]) AS v (id, user_id)
     WHERE NOT EXISTS (SELECT FROM verification o WHERE o.user_id = v.user_id)`,
    [userIds.map(() => newId('verification')), userIds, at, daysAfter(at, VERIFICATION_TERMS.userDays), by, reason]);
  await sql.query(
    `INSERT INTO screening (id, user_id, reason, state, profile_version, list, list_version, at)
     SELECT s.id, s.user_id, 'first_payout', 'clear', 1, 'taken over', $4, $3 FROM unnest($1::text[], $2::text[]) AS s (id, user_id)
     WHERE NOT EXISTS (SELECT FROM screening o WHERE o.user_id = s.user_id)`, [userIds.map(() => newId('screening')), userIds, at, reason]);
}
