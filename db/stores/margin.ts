import { Decimal, plain } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import type { Tx } from '../connection.ts';
import { notify } from './notifications.ts';
import { isSummedElsewhere, type LineToPost } from './earnings.ts';
import { reportFileProfile } from './reports.ts';
import type { ReportWork } from './reportWork.ts';

/**
 * Holds the new accruals of an account whose whole cashback of this report version exceeds the commission that the broker
 * reports for its paid lines (product.md "Calculation"). Not judged where the profile has no commission column; money
 * adjustments and tickets that were reversed do not count on either side.
 */
export async function holdExceedingMargin(tx: Tx, report: ReportWork, lines: readonly LineToPost[], accruals: ReadonlyMap<string, { id: string }>): Promise<void> {
  if (accruals.size === 0) return;
  const profile = await reportFileProfile(tx, report.profileId);
  if (profile.columns.commission === undefined) return;
  const sums = new Map<string, { cashback: Decimal; commission: Decimal; links: Set<string> }>();
  const firstOf = new Map(lines.filter((line) => !isSummedElsewhere(line)).map((line) => [line.key, line]));
  for (const line of lines) {
    const paid = isSummedElsewhere(line) ? firstOf.get(line.key) : line;
    if (paid?.outcome !== 'paid' || paid.tradingAccountId === null || paid.kind === 'adjustment' || paid.before?.reversed) continue;
    const account = sums.get(paid.tradingAccountId) ?? { cashback: new Decimal(0), commission: new Decimal(0), links: new Set<string>() };
    account.cashback = account.cashback.plus(line.amount);
    account.commission = account.commission.plus(line.commission ?? 0);
    account.links.add(paid.accountLinkId!);
    sums.set(paid.tradingAccountId, account);
  }
  const held: { id: string; accrualId: string; note: string }[] = [];
  for (const { cashback, commission, links } of sums.values()) {
    if (cashback.lte(commission)) continue;
    for (const link of links) {
      const accrual = accruals.get(link);
      if (accrual) held.push({ id: newId('hold'), accrualId: accrual.id, note: `Cashback ${plain(cashback)} USD exceeds the reported commission ${plain(commission)} USD.` });
    }
  }
  await tx.client.query(
    `INSERT INTO hold (id, accrual_id, reason, note, placed_by, placed_at) SELECT g.id, g.accrual, 'MARGIN_EXCEEDED', g.note, 'system', $4
     FROM unnest($1::text[], $2::text[], $3::text[]) AS g(id, accrual, note)`,
    [held.map((h) => h.id), held.map((h) => h.accrualId), held.map((h) => h.note), report.postedAt]);
  if (held.length === 0) return;
  const owners = await tx.client.query<{ id: string; user_id: string }>('SELECT id, user_id FROM accrual WHERE id = ANY ($1)', [held.map((h) => h.accrualId)]);
  const userOf = new Map(owners.rows.map((row) => [row.id, row.user_id]));
  await notify(tx, held.map((h) => ({
    eventId: `hold:${h.id}:placed`, userId: userOf.get(h.accrualId)!, kind: 'accrual_held', facts: { holdId: h.id, accrualId: h.accrualId, reason: 'MARGIN_EXCEEDED' }, at: report.postedAt!,
  })));
}
