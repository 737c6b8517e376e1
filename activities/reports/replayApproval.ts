import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { askAtGate } from '../../db/stores/changeGates.ts';
import type { Change } from '../../db/stores/changes.ts';
import type { LineChange } from '../../db/stores/differencePosting.ts';
import type { ReportWork } from '../../db/stores/reportWork.ts';
import type { Known, WaitingAccount } from '../../db/stores/waitingLines.ts';
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
  readonly known: Known;
  constructor(report: ReportWork, waiting: WaitingAccount, earned: string, linked: boolean, known: Known) {
    super(`the replay of account ${waiting.account} earns ${earned} USD`);
    this.report = report;
    this.waiting = waiting;
    this.earned = earned;
    this.linked = linked;
    this.known = known;
  }
}

/** How a replay came about: for the link (`linked`) or something of the broker, by what was known, and with which approvals. */
export interface ReplayCause { linked: boolean; known: Known; approved: readonly { amount: string }[] }

/** Throws `ReplayOverLimit` unless the credits are within the limit, or a second operator has agreed to as much. */
export async function requireReplayApproved(tx: Tx, report: ReportWork, waiting: WaitingAccount, changes: readonly LineChange[], { linked, known, approved }: ReplayCause): Promise<void> {
  const earned = sum(changes.map(({ change }) => change).filter((change) => new Decimal(change).gt(0)));
  if (!needsSecond(await getPolicy(tx.db, 'report_over_limit'), plain(earned))) return;
  if (!approved.some(({ amount }) => earned.lte(amount))) throw new ReplayOverLimit(report, waiting, plain(earned), linked, known);
}

/**
 * Asks for a second operator. Whoever made the lines count cannot be the one: who asked for the change of symbols, rates, terms or profile
 * that came last, or for lines that waited for their link who verified it, and so chose the account's lot factor. The lines wait on, and
 * are left out until it is decided; after a refusal until something changes by which they are judged, so what was known is kept with the question.
 */
export async function askForReplay(pool: Pool, { report, waiting: { server, account }, earned, linked, known }: ReplayOverLimit, at: string): Promise<Change | null> {
  return withTransaction(pool, async (tx) => {
    const by = (linked ? null : await lastToTeach(tx, report.brokerId)) ?? (await whoVerified(tx, report.brokerId, server, account));
    const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
    return askAtGate(tx, { kind: 'report_over_limit', subject: { type: 'report', id: report.id }, amount: earned, by: by ?? file!.by, at, payload: { brokerId: report.brokerId, fileName: report.fileName, server, account, earned, waitedFor: linked ? 'link' : 'knowledge', ...known } });
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
