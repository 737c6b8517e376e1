import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import { type Holding, takeBack } from '../../domain/restatement/takeBack.ts';
import type { Tx } from '../connection.ts';
import type { JournalKind } from '../ledger/kinds.ts';
import { type JournalDraft, postJournals } from '../ledger/journals.ts';

/** A signed USD change that one line makes to what its key has earned, for one link. */
export interface LineChange {
  earningId: string;
  reportNo: string;
  rowNumber: number;
  accountLinkId: string;
  change: string;
  /** A negative money adjustment is named as such in the ledger; any other take-back is a difference or a clawback. */
  adjustment: boolean;
}

export interface PostingContext {
  brokerId: string;
  periodId: string;
  reportNo: string;
  /** The instant of posting (the workflow's clock) and when new accruals become available; ISO. */
  postedAt: string;
  clearsAt: string;
  /** Makes journal keys unique among the steps that post for one report: `lines`, `reversals:12`, `vanished:3`. */
  step: string;
}

interface LinkOwner { id: string; userId: string; tradingAccountId: string }
interface EntryRow { earningId: string; reportNo: string; rowNumber: number; accrualSeq: string | null; amount: string; journalKey: string }

/**
 * Posts differences in sets: a link's positive ones form one new accrual with its own window; negative ones are taken from
 * the pending accruals that hold the line, then from held ones, then from available (product.md "Restatement"). Writes
 * accruals, entries and journals together. Returns the new accruals by link.
 */
export async function postDifferences(tx: Tx, context: PostingContext, changes: readonly LineChange[]): Promise<Map<string, { id: string; seq: string }>> {
  const owners = await linkOwners(tx, [...new Set(changes.map((c) => c.accountLinkId))]);
  const plus = changes.filter((c) => new Decimal(c.change).gt(0));
  const minus = changes.filter((c) => new Decimal(c.change).lt(0));
  const accruals = await insertAccruals(tx, context, owners, plus);
  const holdings = await lockHoldings(tx, minus.map((c) => c.earningId));
  const entries: EntryRow[] = [];
  const journals = new Map<string, JournalDraft>();
  const totals = new Map<string, Decimal>();
  const key = (link: string, what: string): string => `report:${context.reportNo}:${context.step}:${link}:${what}`;

  const move = (change: LineChange, kind: JournalKind, what: string, from: 'pending' | 'held' | 'available', amount: Decimal, accrualSeq: string | null): void => {
    const journalKey = key(change.accountLinkId, what);
    const owner = owners.get(change.accountLinkId)!;
    const accrual = accruals.get(change.accountLinkId);
    if (!journals.has(journalKey)) {
      journals.set(journalKey, { key: journalKey, kind, effectiveAt: context.postedAt, cause: kind === 'accrual_posted' ? { type: 'accrual', id: accrual!.id } : { type: 'report', id: context.reportNo }, postings: [] });
    }
    const account = `${journalKey}\n${from}\n${owner.userId}`;
    totals.set(account, (totals.get(account) ?? new Decimal(0)).plus(amount));
    entries.push({ earningId: change.earningId, reportNo: change.reportNo, rowNumber: change.rowNumber, accrualSeq, amount: plain(amount), journalKey });
  };

  for (const change of plus) move(change, 'accrual_posted', 'posted', 'pending', new Decimal(change.change), accruals.get(change.accountLinkId)!.seq);
  for (const change of minus) {
    const own = holdings.byEarning.get(change.earningId)?.filter((h) => h.accountLinkId === change.accountLinkId) ?? [];
    for (const part of takeBack(plain(new Decimal(change.change).neg()), own.map((h) => holdings.capped(h)))) {
      if (part.from === 'held') holdings.heldLeft.set(part.accrualSeq!, holdings.heldLeft.get(part.accrualSeq!)!.minus(part.amount));
      const kind: JournalKind = part.from === 'available' ? (change.adjustment ? 'negative_adjustment' : 'clawback') : 'difference';
      move(change, kind, kind, part.from, new Decimal(part.amount).neg(), part.accrualSeq);
    }
  }
  for (const [account, amount] of totals) {
    const [journalKey, from, userId] = account.split('\n') as [string, 'pending' | 'held' | 'available', string];
    journals.get(journalKey)!.postings.push(
      { account: { kind: from, userId, brokerId: context.brokerId, programme: 'cashback' }, amount: plain(amount) },
      { account: { kind: 'cashback_expense', brokerId: context.brokerId }, amount: plain(amount.neg()) });
  }
  await postJournals(tx, [...journals.values()]);
  await insertEntries(tx, entries);
  await takeFromAccruals(tx, context.reportNo, entries.filter((e) => e.accrualSeq !== null && e.amount.startsWith('-')));
  return accruals;
}

async function linkOwners(tx: Tx, linkIds: readonly string[]): Promise<Map<string, LinkOwner>> {
  const found = await tx.client.query<LinkOwner>('SELECT id, user_id AS "userId", trading_account_id AS "tradingAccountId" FROM account_link WHERE id = ANY($1)', [linkIds]);
  return new Map(found.rows.map((owner) => [owner.id, owner]));
}

async function insertAccruals(tx: Tx, context: PostingContext, owners: ReadonlyMap<string, LinkOwner>, plus: readonly LineChange[]): Promise<Map<string, { id: string; seq: string }>> {
  const amounts = new Map<string, Decimal>();
  for (const change of plus) amounts.set(change.accountLinkId, (amounts.get(change.accountLinkId) ?? new Decimal(0)).plus(change.change));
  if (amounts.size === 0) return new Map();
  const links = [...amounts.keys()];
  const inserted = await tx.client.query<{ id: string; seq: string; link: string }>(
    `INSERT INTO accrual (report_no, period_id, broker_id, posted_at, clears_at, state, id, user_id, trading_account_id, account_link_id, amount, revision)
     SELECT $1::bigint, $2, $3, $4::timestamptz, $5::timestamptz, 'pending', g.*,
            (SELECT coalesce(max(a.revision), 0) + 1 FROM accrual a WHERE a.report_no = $1 AND a.account_link_id = g.link)
     FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::numeric[]) AS g(id, user_id, account, link, amount)
     RETURNING id, seq, account_link_id AS link`,
    [context.reportNo, context.periodId, context.brokerId, context.postedAt, context.clearsAt, links.map(() => newId('accrual')),
      links.map((l) => owners.get(l)!.userId), links.map((l) => owners.get(l)!.tradingAccountId), links, links.map((l) => plain(amounts.get(l)!))]);
  return new Map(inserted.rows.map((row) => [row.link, { id: row.id, seq: row.seq }]));
}

type LinkHolding = Holding & { accountLinkId: string };

interface Holdings {
  byEarning: Map<string, LinkHolding[]>;
  /** What still stands on the held balance, by accrual: a held accrual may have been partly paid out before the hold. */
  heldLeft: Map<string, Decimal>;
  capped(holding: LinkHolding): Holding;
}

/** What pending and held accruals hold of each earning. All that ever held it are locked first, so that none clears or is put on hold meanwhile. */
async function lockHoldings(tx: Tx, earningIds: readonly string[]): Promise<Holdings> {
  const byEarning = new Map<string, LinkHolding[]>();
  const heldLeft = new Map<string, Decimal>();
  const capped = (holding: LinkHolding): Holding => (holding.state === 'held' ? { ...holding, holds: plain(Decimal.min(holding.holds, heldLeft.get(holding.accrualSeq)!)) } : holding);
  if (earningIds.length === 0) return { byEarning, heldLeft, capped };
  const locked = await tx.client.query<{ seq: string; held: string }>(
    `SELECT seq, held_amount AS held FROM accrual
     WHERE state <> 'reversed' AND seq IN (SELECT accrual_seq FROM earning_entry WHERE earning_id = ANY($1)) ORDER BY seq FOR UPDATE`, [earningIds]);
  for (const row of locked.rows) heldLeft.set(row.seq, new Decimal(row.held));
  const found = await tx.client.query<{ earning: string; seq: string; state: 'pending' | 'held'; link: string; holds: string }>(
    `SELECT n.earning_id AS earning, a.seq, a.state, a.account_link_id AS link, sum(n.amount) AS holds
     FROM earning_entry n JOIN accrual a ON a.seq = n.accrual_seq AND a.state IN ('pending', 'held')
     WHERE n.earning_id = ANY($1) GROUP BY n.earning_id, a.seq, a.state, a.account_link_id HAVING sum(n.amount) > 0`, [earningIds]);
  for (const row of found.rows) {
    const list = byEarning.get(row.earning) ?? [];
    list.push({ accrualSeq: row.seq, state: row.state, holds: row.holds, accountLinkId: row.link });
    byEarning.set(row.earning, list);
  }
  return { byEarning, heldLeft, capped };
}

async function insertEntries(tx: Tx, entries: readonly EntryRow[]): Promise<void> {
  await tx.client.query(
    `INSERT INTO earning_entry (earning_id, report_no, row_number, accrual_seq, amount, journal_key)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::numeric[], $6::text[])`,
    [entries.map((e) => e.earningId), entries.map((e) => e.reportNo), entries.map((e) => e.rowNumber), entries.map((e) => e.accrualSeq), entries.map((e) => e.amount), entries.map((e) => e.journalKey)]);
}

/** An accrual from which everything was taken back is reversed: nothing is left to clear. */
async function takeFromAccruals(tx: Tx, reportNo: string, taken: readonly EntryRow[]): Promise<void> {
  if (taken.length === 0) return;
  const bySeq = new Map<string, string[]>();
  for (const entry of taken) bySeq.set(entry.accrualSeq!, [...(bySeq.get(entry.accrualSeq!) ?? []), entry.amount]);
  await tx.client.query(
    `UPDATE accrual a SET taken_back = a.taken_back + t.amount, held_amount = CASE WHEN a.state = 'held' THEN a.held_amount - t.amount ELSE 0 END,
       state = CASE WHEN a.taken_back + t.amount = a.amount THEN 'reversed' ELSE a.state END,
       reversed_by_report_no = CASE WHEN a.taken_back + t.amount = a.amount THEN $3::bigint END
     FROM unnest($1::bigint[], $2::numeric[]) AS t(seq, amount) WHERE a.seq = t.seq`,
    [[...bySeq.keys()], [...bySeq.values()].map((amounts) => plain(sum(amounts).neg())), reportNo]);
}
