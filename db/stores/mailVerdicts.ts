import type { MailVerdict } from '../../domain/reports/mailVerdict.ts';
import type { BrokerProfile, MailProfile } from '../../domain/reports/profile.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** A mailed report that nobody has asked DKIM about. */
export interface UnjudgedMail { profile: MailProfile; fileName: string; /** ISO instant. */ receivedAt: string }

/** Null where the report is no mail, is further on, or has its verdict. */
export async function unjudgedMail(source: SqlSource, reportId: string): Promise<UnjudgedMail | null> {
  const { rows: [row] } = await sqlOf(source).query<{ profile: BrokerProfile; fileName: string; receivedAt: Date }>(
    `SELECT v.profile, r.file_name AS "fileName", r.received_at AS "receivedAt" FROM report r JOIN profile_version v ON v.id = r.profile_id
     WHERE r.id = $1 AND r.state = 'received' AND v.profile->>'format' = 'eml' AND NOT coalesce(r.facts, '{}') ? 'dkim'`, [reportId]);
  return row === undefined || row.profile.format !== 'eml' ? null : { profile: row.profile, fileName: row.fileName, receivedAt: row.receivedAt.toISOString() };
}

/** Kept once, beside how the report came (`facts.dkim`); of two at once the first one's stays. */
export async function keepVerdict(source: SqlSource, reportId: string, verdict: MailVerdict & { note?: string }): Promise<void> {
  await sqlOf(source).query("UPDATE report SET facts = coalesce(facts, '{}') || jsonb_build_object('dkim', $2::jsonb) WHERE id = $1 AND NOT coalesce(facts, '{}') ? 'dkim'", [reportId, JSON.stringify(verdict)]);
}

/** Whether a report is a mail, who handed it in, and what DKIM said; a mail without a verdict has none that speaks for it. */
export async function mailOf(source: SqlSource, reportId: string): Promise<{ isMail: boolean; by: string; origin: string; dkim: MailVerdict | null }> {
  const { rows } = await sqlOf(source).query<{ isMail: boolean; by: string; origin: string; dkim: MailVerdict | null }>(
    `SELECT v.profile->>'format' = 'eml' AS "isMail", r.received_by AS by, r.origin, r.facts->'dkim' AS dkim FROM report r JOIN profile_version v ON v.id = r.profile_id WHERE r.id = $1`, [reportId]);
  return rows[0]!;
}
