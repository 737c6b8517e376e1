import type { LineFacts } from '../../domain/eligibility/context.ts';
import type { Outcome } from '../../domain/eligibility/reasons.ts';
import type { Tx } from '../connection.ts';
import type { WaitingAccount } from './waitingLines.ts';

/** A line as it stands: its latest outcome, and whether it waits. */
export interface StandingLine extends LineFacts {
  now: { outcome: Outcome; reason: string | null; key: string | null; lots: string; amount: string; accountLinkId: string | null; userId: string | null };
  /** The earning's key by which it waits to be judged again; null where it does not, or where another line has its key by now. */
  waitsAs: string | null;
  /** It is what counts of its key. */
  stands: boolean;
  /** Its ticket was reversed before this report was posted. */
  reversedBefore: boolean;
}

/**
 * All lines of one account in a report version that were judged themselves, in file order: a line without a ticket is known by how often
 * it stands in the file, an aggregate by all its rows.
 */
export async function accountLines(tx: Tx, { reportNo, server, account }: Pick<WaitingAccount, 'reportNo' | 'server' | 'account'>): Promise<StandingLine[]> {
  const found = await tx.client.query<Omit<StandingLine, 'openTime' | 'closeTime' | 'periodStart'> & { openTime: Date | null; closeTime: Date | null; periodStart: Date | null }>(
    `SELECT l.row_number AS "rowNumber", l.kind, l.malformed, l.content_hash AS "contentHash", l.server, l.account, l.ticket, l.symbol, l.class_text AS "classText", l.class, l.bucket, l.lots,
            l.open_time AS "openTime", l.close_time AS "closeTime", l.period_start AS "periodStart", l.points, l.commission, l.amount, l.status_reason AS "statusReason",
            jsonb_build_object('outcome', o.outcome, 'reason', o.reason, 'key', o.key, 'lots', o.lots::text, 'amount', o.amount::text, 'accountLinkId', b.account_link_id, 'userId', b.user_id) AS now,
            CASE WHEN e.outcome = 'quarantined' AND e.reason <> 'MALFORMED' OR e.reason = 'LINK_NOT_VERIFIED' OR e.outcome = 'ignored' AND l.kind = 'adjustment' AND NOT e.taken_back THEN e.key END AS "waitsAs",
            e.id IS NOT NULL AS stands, coalesce(e.reversed_by_report_no < l.report_no, false) AS "reversedBefore"
     FROM report_line l JOIN report r ON r.no = l.report_no
     JOIN line_outcome first ON first.report_no = l.report_no AND first.row_number = l.row_number AND first.revision = 1
     CROSS JOIN LATERAL (SELECT * FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number ORDER BY o.revision DESC LIMIT 1) o
     LEFT JOIN calculation_basis b ON b.id = o.basis_id
     LEFT JOIN earning e ON e.broker_id = r.broker_id AND e.key = o.key AND e.report_no = l.report_no AND e.row_number = l.row_number
     WHERE l.report_no = $1 AND l.server = $2 AND l.account = $3 AND first.reason IS DISTINCT FROM 'DUPLICATE' AND first.reason IS DISTINCT FROM 'SUPERSEDED'
     ORDER BY l.row_number`, [reportNo, server, account]);
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
  return found.rows.map((row) => ({ ...row, openTime: iso(row.openTime), closeTime: iso(row.closeTime), periodStart: iso(row.periodStart) }));
}

/** What the newest version of the profile that read a report makes of a class text. */
export async function newestClasses(tx: Tx, profileId: string): Promise<Map<string, string>> {
  const found = await tx.client.query<{ classes: Record<string, string> | null }>(
    `SELECT coalesce(v.profile->'classes', v.profile->'attachment'->'classes') AS classes FROM profile_version v
     JOIN profile_version own ON own.broker_id = v.broker_id AND own.name = v.name WHERE own.id = $1 ORDER BY v.version DESC LIMIT 1`, [profileId]);
  return new Map(Object.entries(found.rows[0]?.classes ?? {}).map(([text, name]) => [text.trim(), name]));
}

/** A key under which lines waited is known by another now (a class text that was mapped): it speaks of nothing any more. */
export async function retireEarnings(tx: Tx, brokerId: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.client.query("UPDATE earning SET outcome = 'ignored', reason = NULL, lots = 0, taken_back = true WHERE broker_id = $1 AND key = ANY ($2) AND earned = 0", [brokerId, keys]);
}
