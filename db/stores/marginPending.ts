import { Decimal } from '../../domain/decimal.ts';
import { cutToMargin } from '../../domain/funding/margin.ts';
import type { Tx } from '../connection.ts';
import { notify } from './notifications.ts';
import type { ReportWork } from './reportWork.ts';

/** An account whose whole cashback of a report version exceeds the commission of its paid lines; USD, `links` of the account. */
export interface Exceeding { links: Iterable<string>; cashback: string; commission: string }

interface Pending { n: string; id: string; holds: string; onHold: boolean; lifted: boolean }

/**
 * Tells operators, once a report version, that it lowered the commission under cashback that earlier versions posted and that still pends. Such accruals keep the judgement of the version
 * that posted them (docs/decisions/margin.md); who looks at them may hold them. `held`: accruals that this version holds.
 */
export async function tellOfLoweredMargin(tx: Tx, report: ReportWork, accounts: readonly Exceeding[], held: ReadonlySet<string>): Promise<void> {
  const [accrualId] = await pendingBeyondMargin(tx, report.periodId, accounts, held);
  if (accrualId === undefined) return;
  await notify(tx, [{ eventId: `margin-lowered:${report.id}`, userId: null, kind: 'margin_lowered', facts: { reportId: report.id, brokerId: report.brokerId, accrualId }, at: report.postedAt! }]);
}

/** Pending accruals of the period, newest first, for as long as what of the account is not on hold exceeds the commission; without those whose margin hold an operator has lifted. */
export async function pendingBeyondMargin(tx: Tx, periodId: string, accounts: readonly Exceeding[], held: ReadonlySet<string>): Promise<string[]> {
  if (accounts.length === 0) return [];
  const { rows } = await tx.client.query<Pending>(
    `SELECT g.n, a.id, CASE WHEN a.state = 'held' THEN a.held_amount ELSE a.amount - a.taken_back END AS holds,
       a.state = 'held' OR EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL) AS "onHold",
       EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.reason = 'MARGIN_EXCEEDED' AND h.released_at IS NOT NULL) AS lifted
     FROM unnest($2::text[]) WITH ORDINALITY AS g (link, n) JOIN account_link k ON k.id = g.link JOIN account_link o ON o.trading_account_id = k.trading_account_id
     JOIN accrual a ON a.account_link_id = o.id AND a.report_no IN (SELECT r.no FROM report r WHERE r.period_id = $1) AND a.state IN ('pending', 'held')
     ORDER BY a.seq DESC`, [periodId, accounts.map(({ links }) => [...links][0]!)]);
  const found: string[] = [];
  const stands = ({ id, onHold }: Pending): boolean => onHold || held.has(id);
  for (const [n, { cashback, commission }] of accounts.entries()) {
    const own = rows.filter((row) => row.n === String(n + 1));
    let loose = own.filter(stands).reduce((left, { holds }) => left.minus(holds), new Decimal(cashback));
    for (const accrual of own) {
      if (stands(accrual) || accrual.lifted) continue;
      if (!cutToMargin(loose.toFixed(), '0', commission).exceeded) break;
      loose = loose.minus(accrual.holds);
      found.push(accrual.id);
    }
  }
  return found;
}
