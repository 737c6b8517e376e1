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
  /** They waited for their link; else for something of the broker. */
  readonly linked: boolean;
  constructor(report: ReportWork, waiting: WaitingAccount, earned: string, linked: boolean) {
    super(`the replay of account ${waiting.account} earns ${earned} USD`);
    this.report = report;
    this.waiting = waiting;
    this.earned = earned;
    this.linked = linked;
  }
}

/** Throws `ReplayOverLimit` unless the credits are within the limit (null), or a second operator has agreed to as much by the change that is answered. */
export async function requireReplayApproved(tx: Tx, report: ReportWork, waiting: WaitingAccount, changes: readonly LineChange[], linked: boolean): Promise<string | null> {
  const earned = sum(changes.map(({ change }) => change).filter((change) => new Decimal(change).gt(0)));
  if (!needsSecond(await getPolicy(tx.db, 'report_over_limit'), plain(earned))) return null;
  const approved = await approvedReplay(tx, report.id, waiting);
  if (approved === null || earned.gt(approved.amount)) throw new ReplayOverLimit(report, waiting, plain(earned), linked);
  return approved.id;
}

/**
 * Asks for a second operator. Whoever made the lines count cannot be the one: who asked for the change of symbols, rates, terms or profile
 * that came last, or for lines that waited for their link who verified it, and so chose the account's lot factor. The lines wait on, and
 * are left out until it is decided.
 */
export async function askForReplay(pool: Pool, { report, waiting: { server, account }, earned, linked }: ReplayOverLimit, at: string): Promise<Change | null> {
  return withTransaction(pool, async (tx) => {
    const by = (linked ? null : await lastToTeach(tx, report.brokerId)) ?? (await whoVerified(tx, report.brokerId, server, account));
    const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
    return askAtGate(tx, { kind: 'report_over_limit', subject: { type: 'report', id: report.id }, amount: earned, by: by ?? file!.by, at, payload: { brokerId: report.brokerId, fileName: report.fileName, server, account, earned } });
  });
}

/** By the audit trail, which has an entry of every such change; where a second operator agreed, it names who asked. */
async function lastToTeach(tx: Tx, brokerId: string): Promise<string | null> {
  const { rows } = await tx.client.query<{ by: string }>(
    `SELECT CASE WHEN operation = 'approveChange' THEN before->>'requestedBy' ELSE principal_id END AS by FROM audit_entry
     WHERE subject_type = 'broker' AND subject_id = $1 AND outcome = 'done' AND (operation IN ('putSymbols', 'addRate', 'addTerms', 'addProfile')
       OR operation = 'approveChange' AND after->>'state' = 'approved' AND after->>'kind' IN ('symbols', 'rate', 'terms', 'profile'))
     ORDER BY id DESC LIMIT 1`, [brokerId]);
  return rows[0]?.by ?? null;
}

async function whoVerified(tx: Tx, brokerId: string, server: string, account: string): Promise<string | null> {
  const { rows } = await tx.client.query<{ by: string | null }>(
    `SELECT k.decided_by AS by FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id
     WHERE a.broker_id = $1 AND a.server = $2 AND a.login = $3 AND k.status = 'verified'`, [brokerId, server, account]);
  return rows[0]?.by ?? null;
}
