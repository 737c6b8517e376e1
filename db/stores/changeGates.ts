import type { ChangeEnd } from '../../domain/changes/states.ts';
import { needsSecond } from '../../domain/changes/policy.ts';
import type { Tx } from '../connection.ts';
import { getPolicy } from './approvalPolicies.ts';
import { type Change, endChange, keepResult, type NewChange, requestChange } from './changes.ts';
import { askSecondAboutMail } from './mailGate.ts';
import { moveRun } from './payoutRuns.ts';

/*
 * A report or a payout run over its limit has stopped and waits in its row; deciding the change moves that row in the same
 * transaction. It stands here and not with the API's appliers, because a change also expires, and that is a worker's act.
 */

/** Asks for a second operator where the policy wants one; null: it may go on at once. */
export async function askAtGate(tx: Tx, change: NewChange & { amount: string }): Promise<Change | null> {
  const policy = await getPolicy(tx.db, change.kind);
  return needsSecond(policy, change.amount) ? requestChange(tx, policy, change) : null;
}

/** Ends a change that stops a report or a run, and moves that on: approved it goes on, anything else ends it. Throws CHANGE_ENDED. */
export async function endGate(tx: Tx, change: Change, to: ChangeEnd, decision: { by: string; at: string; reason: string | null }): Promise<Change> {
  const done = await endChange(tx, change.id, to, decision);
  const reason = decision.reason ?? WHY[to];
  const next = to === 'approved' ? await askSecondAboutMail(tx, done, decision) : null;
  if (next !== null) return keepResult(tx, change.id, { state: 'waits', changeId: next.id });
  if (change.subject.type === 'payoutRun') {
    await (to === 'approved' ? moveRun(tx, change.subject.id, 'approved', { approvedBy: decision.by }) : moveRun(tx, change.subject.id, 'refused', { refusedBy: decision.by, refusalReason: reason }));
  } else {
    await moveReport(tx, done, to, reason);
  }
  return keepResult(tx, change.id, { state: to === 'approved' ? 'goes_on' : 'refused' });
}

/** The changes by which a second operator has agreed to judge an account's waiting lines again, each up to how many USD, the largest first: those that no replay has used up. */
export async function approvedReplays(tx: Tx, reportId: string, { server, account }: { server: string; account: string }): Promise<{ id: string; amount: string }[]> {
  const { rows } = await tx.client.query<{ id: string; amount: string }>(
    `SELECT c.id, c.amount FROM change c WHERE c.kind = 'report_over_limit' AND c.subject_type = 'report' AND c.subject_id = $1 AND c.state = 'approved'
       AND c.payload->>'server' = $2 AND c.payload->>'account' = $3
       AND NOT EXISTS (SELECT FROM waiting_account w JOIN report r ON r.no = w.report_no WHERE r.id = $1 AND w.server = $2 AND w.account = $3 AND c.id = ANY (w.approvals))
     ORDER BY c.amount DESC`, [reportId, server, account]);
  return rows;
}

const WHY: Record<ChangeEnd, string> = {
  approved: '', rejected: 'Rejected.', failed: 'It could not be applied.', withdrawn: 'Withdrawn by whoever asked for it.', expired: 'No second operator decided in time.',
};

async function moveReport(tx: Tx, change: Change, to: ChangeEnd, reason: string): Promise<void> {
  const last = change.kind === 'report_over_limit';
  if (to === 'approved') {
    // More can be asked of it than this: it is tied out again, which asks about what is left.
    await tx.client.query("UPDATE report SET state = $2 WHERE id = $1 AND state = 'awaiting_approval'", [change.subject.id, last ? 'tied_out' : 'judged']);
    return;
  }
  const refusal = {
    code: 'NOT_APPROVED', message: `${whatOf(change)}, which a second operator must approve, and the change ${change.id} is ${to}: ${reason} Nothing was posted.`, facts: { changeId: change.id, ...(last ? { amount: change.amount } : {}) },
  };
  await tx.client.query("UPDATE report SET state = 'refused', refusal = $2 WHERE id = $1 AND state = 'awaiting_approval'", [change.subject.id, refusal]);
}

function whatOf(change: Change): string {
  if (change.kind === 'unaligned_mail') return 'The report came by mail without an aligned DKIM signature';
  if (change.kind === 'moved_tickets') return 'The report takes over tickets that stand in another period and close outside its own';
  if (change.kind === 'overlapping_lots') return 'The report has lots of accounts and days or months that stand at another level or in another sum as well';
  return change.kind === 'repeated_rows' ? 'The report has lines without a ticket that stand in another period as well' : `The report earns ${change.amount} USD`;
}
