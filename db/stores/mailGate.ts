import { needsSecond } from '../../domain/changes/policy.ts';
import { ID_PREFIXES } from '../../domain/ids.ts';
import type { Tx } from '../connection.ts';
import { getPolicy } from './approvalPolicies.ts';
import { type Change, requestChange } from './changes.ts';
import { mailOf } from './mailVerdicts.ts';
import type { ReportWork } from './reportWork.ts';

/*
 * A mail that no signature of its sender's speaks for could be anybody's, so two people must agree to it (docs/decisions/mail-reports.md):
 * whoever handed it in and another, or where a mailbox or a drop brought it, two who decide about it one after the other.
 */

/** @returns null where the report is no mail, is aligned, or has been agreed to. `earned`: USD of new credits. `at`: ISO instant. */
export async function askAboutMail(tx: Tx, report: ReportWork, earned: string, at: string): Promise<Change | null> {
  const { isMail, by, origin, dkim } = await mailOf(tx, report.id);
  if (!isMail || dkim?.verdict === 'aligned' || (await agreed(tx, report.id))) return null;
  const policy = await getPolicy(tx.db, 'unaligned_mail');
  if (!needsSecond(policy)) return null;
  const { verdict = 'unknown', from = null, domain = null, why = 'Nobody has asked for its signatures.' } = dkim ?? {};
  return requestChange(tx, policy, {
    kind: 'unaligned_mail', subject: { type: 'report', id: report.id }, by, at,
    payload: { brokerId: report.brokerId, fileName: report.fileName, origin, dkim: verdict, senderDomain: from, signedBy: domain, why, lines: report.lines, lots: report.lots, earned, vouchedBy: brought(by) ? null : by },
  });
}

/** After the first of two has agreed to a mail that nobody handed in: the second is asked, and the first is not he. Null where he was the second, or none is needed any more. */
export async function askSecondAboutMail(tx: Tx, change: Change, decision: { by: string; at: string }): Promise<Change | null> {
  if (change.kind !== 'unaligned_mail' || !brought(change.requestedBy)) return null;
  const policy = await getPolicy(tx.db, change.kind);
  return requestChange(tx, policy, { kind: change.kind, subject: change.subject, by: decision.by, at: decision.at, payload: { ...change.payload, vouchedBy: decision.by } });
}

/** It came by itself: nobody put his name to it. */
const brought = (by: string): boolean => by.startsWith('system:') || by.startsWith(`${ID_PREFIXES.source}_`);

async function agreed(tx: Tx, reportId: string): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "SELECT FROM change WHERE kind = 'unaligned_mail' AND subject_type = 'report' AND subject_id = $1 AND state = 'approved' AND requested_by !~ '^(system:|src_)'", [reportId]);
  return rowCount !== 0;
}
