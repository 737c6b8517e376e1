import { cutToMargin } from '../../domain/funding/margin.ts';
import { newId } from '../../domain/ids.ts';
import { type ExactSum, exactSum } from '../../domain/reports/exactSum.ts';
import type { Tx } from '../connection.ts';
import { notify } from './notifications.ts';
import { isSummedElsewhere, type LineToPost } from './earnings.ts';
import { tellOfLoweredMargin } from './marginPending.ts';
import { reportFileProfile } from './reports.ts';
import type { ReportWork } from './reportWork.ts';

interface AccountSum { cashback: ExactSum; commission: ExactSum; links: Set<string> }
type Paid = Pick<LineToPost, 'tradingAccountId' | 'accountLinkId'>;

/** Cashback and commission of the paid lines of each account in a report version. The first row of an aggregate must come before its others, or with them. */
export class MarginSums {
  readonly #accounts = new Map<string, AccountSum>();
  /** Aggregates that are paid: their other rows only add commission. */
  readonly #paid = new Map<string, Paid>();

  add(lines: readonly LineToPost[]): void {
    for (const line of lines) {
      if (isSummedElsewhere(line) || line.outcome !== 'paid' || line.tradingAccountId === null || line.kind === 'adjustment' || line.before?.reversed) continue;
      this.#count(line, line);
      if (line.kind === 'aggregate') this.#paid.set(line.key, line);
    }
    for (const line of lines) {
      const paid = isSummedElsewhere(line) ? this.#paid.get(line.key) : undefined;
      if (paid !== undefined) this.#count(paid, line);
    }
  }

  #count(paid: Paid, line: LineToPost): void {
    let account = this.#accounts.get(paid.tradingAccountId!);
    if (account === undefined) this.#accounts.set(paid.tradingAccountId!, (account = { cashback: exactSum(), commission: exactSum(), links: new Set() }));
    account.cashback.add(line.amount);
    if (line.commission !== null) account.commission.add(line.commission);
    account.links.add(paid.accountLinkId!);
  }

  *exceeding(): Generator<{ links: Iterable<string>; cashback: string; commission: string }> {
    for (const { cashback, commission, links } of this.#accounts.values()) {
      const [gives, gets] = [cashback.total(), commission.total()];
      if (cutToMargin(gives, '0', gets).exceeded) yield { links, cashback: gives, commission: gets };
    }
  }
}

/**
 * Holds the new accruals of an account whose whole cashback of this report version exceeds the commission that the broker
 * reports for its paid lines (product.md "Calculation"). Not judged where the profile has no commission column; money
 * adjustments and tickets that were reversed do not count on either side. Earlier accruals keep their judgement; operators are told (docs/decisions/margin.md).
 */
export async function holdExceedingMargin(tx: Tx, report: ReportWork, lines: readonly LineToPost[], accruals: ReadonlyMap<string, { id: string }>): Promise<void> {
  const sums = new MarginSums();
  sums.add(lines);
  await holdExceeding(tx, report, sums, accruals);
}

/** The same by sums that were made part by part. */
export async function holdExceeding(tx: Tx, report: ReportWork, sums: MarginSums, accruals: ReadonlyMap<string, { id: string }>): Promise<void> {
  const profile = await reportFileProfile(tx, report.profileId);
  if (profile.columns.commission === undefined) return;
  const held: { id: string; accrualId: string; note: string }[] = [];
  const exceeding = [...sums.exceeding()];
  for (const { links, cashback, commission } of exceeding) {
    for (const link of links) {
      const accrual = accruals.get(link);
      if (accrual) held.push({ id: newId('hold'), accrualId: accrual.id, note: `Cashback ${cashback} USD exceeds the reported commission ${commission} USD.` });
    }
  }
  await tellOfLoweredMargin(tx, report, exceeding, new Set(held.map((h) => h.accrualId)));
  if (held.length === 0) return;
  await tx.client.query(
    `INSERT INTO hold (id, accrual_id, reason, note, placed_by, placed_at) SELECT g.id, g.accrual, 'MARGIN_EXCEEDED', g.note, 'system', $4
     FROM unnest($1::text[], $2::text[], $3::text[]) AS g(id, accrual, note)`,
    [held.map((h) => h.id), held.map((h) => h.accrualId), held.map((h) => h.note), report.postedAt]);
  const owners = await tx.client.query<{ id: string; user_id: string }>('SELECT id, user_id FROM accrual WHERE id = ANY ($1)', [held.map((h) => h.accrualId)]);
  const userOf = new Map(owners.rows.map((row) => [row.id, row.user_id]));
  await notify(tx, held.map((h) => ({
    eventId: `hold:${h.id}:placed`, userId: userOf.get(h.accrualId)!, kind: 'accrual_held', facts: { holdId: h.id, accrualId: h.accrualId, reason: 'MARGIN_EXCEEDED' }, at: report.postedAt!,
  })));
}
