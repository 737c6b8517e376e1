import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { loadBrokerContext } from '../../db/stores/brokerContext.ts';
import { newestClasses, type StandingLine } from '../../db/stores/accountLines.ts';
import { approvedReplays } from '../../db/stores/changeGates.ts';
import type { Change } from '../../db/stores/changes.ts';
import { lockBrokerPosting, lockReport } from '../../db/stores/reportWork.ts';
import { fixTiers } from '../../db/stores/userTiers.ts';
import { accountsToTry, keepAccountTried, keepReportTried, knownOf, nextLinkedAccount, type ReportToTry, reportsToTry, unknownsOf, type WaitingAccount } from '../../db/stores/waitingLines.ts';
import { mayBeJudged } from '../../domain/eligibility/waiting.ts';
import { type AccountAgain, judgeAgain } from './judgeAgain.ts';
import { periodMethodology } from './judgeReport.ts';
import { postAgain } from './postAgain.ts';
import { askForReplay, ReplayOverLimit, requireReplayApproved } from './replayApproval.ts';

/** Accounts a page: each is a transaction of its own, so a page that is cut short loses nothing. */
const PAGE_ACCOUNTS = 100;

/** The report whose accruals are to be started, and for which accounts a second operator was asked. */
export interface Replayed { reportId: string; changes: Change[] }

/**
 * Judges again, as new entries, lines that waited and can be judged now (product.md "Eligibility"): for their link to be verified, for
 * their symbol, class, rate or account type to be known; at the rate and terms of their trade date and the period's fixed methodology and
 * tiers, with an accrual window of their own from `asOf` (ISO instant). One page of accounts of one report version; null when nothing in
 * the period is left to try. Lines that are still unknown wait on and are not tried again until something of the broker changes. Above
 * the limit of reports a second operator is asked first; `approval` null: nobody is.
 */
export async function replayWaiting(pool: Pool, periodId: string, asOf: string, approval: 'asked' | null = null, page = PAGE_ACCOUNTS): Promise<Replayed | null> {
  const linked = await nextLinkedAccount(pool, periodId);
  if (linked !== null) return { reportId: linked.reportId, changes: await replayAccount(pool, linked, null, asOf, approval) };
  for (const report of await reportsToTry(pool, periodId)) {
    const accounts = await candidates(pool, report, page);
    if (accounts.length === 0) {
      await keepReportTried(pool, report);
      continue;
    }
    const changes: Change[] = [];
    for (const account of accounts) changes.push(...await replayAccount(pool, account, report.knowledgeNo, asOf, approval));
    return { reportId: report.reportId, changes };
  }
  return null;
}

/** Accounts with lines whose symbol, class or type somebody has named meanwhile: the others need not be looked at. */
async function candidates(pool: Pool, report: ReportToTry, page: number): Promise<WaitingAccount[]> {
  return withTransaction(pool, async (tx) => {
    const { rows: [read] } = await tx.client.query<{ profile_id: string }>('SELECT profile_id FROM report WHERE id = $1', [report.reportId]);
    const broker = await loadBrokerContext(tx, report, '1');
    const classes = await newestClasses(tx, read!.profile_id);
    const keys = (await unknownsOf(tx, report)).filter((unknown) => mayBeJudged(unknown, broker, classes)).map(({ key }) => key);
    return keys.length === 0 ? [] : accountsToTry(tx, report, keys, page);
  });
}

/** One account in one transaction; `tried` is the number of what was known, null for lines that waited for their link. */
async function replayAccount(pool: Pool, waiting: WaitingAccount, tried: string | null, asOf: string, approval: 'asked' | null): Promise<Change[]> {
  try {
    await withTransaction(pool, async (tx) => {
      const report = await lockReport(tx, waiting.reportId);
      await lockBrokerPosting(tx, report.brokerId);
      // Before anything is loaded: what is learned from here on makes the lines be tried once more.
      const known = await knownOf(tx, report.brokerId, waiting);
      const methodology = await periodMethodology(tx, report);
      await fixTiers(tx, report, methodology, true);
      const again = await judgeAgain(tx, report, waiting);
      const approved = await approvedReplays(tx, report.id, waiting);
      if (again.changed.length > 0) {
        await postAgain(tx, report, again, methodology, asOf, async (changes) => {
          if (approval !== null) await requireReplayApproved(tx, report, waiting, changes, { linked: tried === null, known, approved });
        });
      }
      // An approval is of what it was asked for: it is used up, needed or not, and passes no other lines.
      await keepAccountTried(tx, waiting, { ...known, knowledgeNo: tried === null ? '0' : known.knowledgeNo, problem: withoutEnd(again), approvals: approved.map(({ id }) => id) });
    });
    return [];
  } catch (error) {
    if (!(error instanceof ReplayOverLimit)) throw error;
    const change = await askForReplay(pool, error, asOf);
    return change === null ? [] : [change];
  }
}

/** Lines that no link mends: the account is left as tried, and the others of the period go on. Null: none. */
function withoutEnd({ changed, rest }: AccountAgain): string | null {
  const still = (reason: string | null, { statusReason }: StandingLine): boolean => reason === 'LINK_NOT_VERIFIED' && statusReason === reason;
  const lines = changed.filter(({ line, was }) => still(line.reason, was)).length + rest.filter((line) => still(line.now.reason, line)).length;
  return lines === 0 ? null : `The broker profile gives ${lines === 1 ? 'one line' : `${lines} lines`} of the account the reason LINK_NOT_VERIFIED by their status, which no link mends.`;
}
