import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { approvedReplay, askAtGate } from '../../db/stores/changeGates.ts';
import type { Change } from '../../db/stores/changes.ts';
import type { LineChange } from '../../db/stores/differencePosting.ts';
import type { ReportWork } from '../../db/stores/reportWork.ts';
import type { WaitingAccount } from '../../db/stores/waitingLines.ts';
import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { needsSecond } from '../../domain/changes/policy.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';

/** Thrown out of a replay that would credit more than the limit of reports, so that nothing of it stays. */
export class ReplayOverLimit extends Error {
  readonly report: ReportWork;
  readonly waiting: WaitingAccount;
  readonly earned: string;
  constructor(report: ReportWork, waiting: WaitingAccount, earned: string) {
    super(`the replay of account ${waiting.account} earns ${earned} USD`);
    this.report = report;
    this.waiting = waiting;
    this.earned = earned;
  }
}

/** Throws `ReplayOverLimit` unless the credits are within the limit, or a second operator has agreed to as much. */
export async function requireReplayApproved(tx: Tx, report: ReportWork, waiting: WaitingAccount, changes: readonly LineChange[]): Promise<void> {
  const earned = sum(changes.map(({ change }) => change).filter((change) => new Decimal(change).gt(0)));
  if (!needsSecond(await getPolicy(tx.db, 'report_over_limit'), plain(earned))) return;
  const approved = await approvedReplay(tx, report.id, waiting);
  if (approved === null || earned.gt(approved)) throw new ReplayOverLimit(report, waiting, plain(earned));
}

/**
 * Asks for a second operator; whoever verified the link, and so chose the account's lot factor, cannot be the one. The lines wait on, and
 * are left out until it is decided.
 */
export async function askForReplay(pool: Pool, { report, waiting: { server, account }, earned }: ReplayOverLimit, at: string): Promise<Change | null> {
  return withTransaction(pool, async (tx) => {
    const { rows: [cause] } = await tx.client.query<{ by: string }>(
      `SELECT coalesce((SELECT k.decided_by FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id
         WHERE a.broker_id = r.broker_id AND a.server = $2 AND a.login = $3 AND k.status = 'verified'), r.received_by) AS by FROM report r WHERE r.id = $1`, [report.id, server, account]);
    return askAtGate(tx, { kind: 'report_over_limit', subject: { type: 'report', id: report.id }, amount: earned, by: cause!.by, at, payload: { brokerId: report.brokerId, fileName: report.fileName, server, account, earned } });
  });
}
