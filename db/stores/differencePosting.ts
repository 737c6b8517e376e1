import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import { type Holding, takeBack } from '../../domain/restatement/takeBack.ts';
import { type ExactSum, exactSum } from '../../domain/reports/exactSum.ts';
import type { Tx } from '../connection.ts';
import { copyCell, copyIn } from '../copy.ts';
import type { JournalKind } from '../ledger/kinds.ts';
import { type JournalDraft, postJournals } from '../ledger/journals.ts';
import { allotIds } from './allotIds.ts';

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
interface NewAccrual { id: string; seq: string; owner: LinkOwner; journalKey: string; amount: ExactSum }
interface Movement { journalKey: string; from: 'pending' | 'held' | 'available'; userId: string; amount: ExactSum }

/**
 * Posts differences in sets: a link's positive ones form one new accrual with its own window; negative ones are taken from
 * the pending accruals that hold the line, then from held ones, then from available (product.md "Restatement"). Writes
 * accruals, entries and journals together. Returns the new accruals by link.
 */
export async function postDifferences(tx: Tx, context: PostingContext, changes: readonly LineChange[]): Promise<Map<string, { id: string; seq: string }>> {
  const posting = new DifferencePosting(tx, context);
  await posting.add(changes);
  return posting.end();
}

/** The same in parts, for more changes than should be in memory at once; a line must not come twice. Nothing but the whole is posted. */
export class DifferencePosting {
  readonly #tx: Tx;
  readonly #context: PostingContext;
  readonly #owners = new Map<string, LinkOwner>();
  readonly #accruals = new Map<string, NewAccrual>();
  readonly #journals = new Map<string, JournalDraft>();
  readonly #movements = new Map<string, Movement>();

  constructor(tx: Tx, context: PostingContext) {
    this.#tx = tx;
    this.#context = context;
  }

  async add(changes: readonly LineChange[]): Promise<void> {
    await this.#know(changes);
    const minus = changes.filter((c) => c.change.startsWith('-'));
    const entries: EntryRow[] = [];
    for (const change of changes) {
      if (change.change.startsWith('-')) continue;
      const accrual = this.#accruals.get(change.accountLinkId)!;
      accrual.amount.add(change.change);
      entries.push({ earningId: change.earningId, reportNo: change.reportNo, rowNumber: change.rowNumber, accrualSeq: accrual.seq, amount: change.change, journalKey: accrual.journalKey });
    }
    if (minus.length > 0) entries.push(...await this.#takeBack(minus));
    await copyEntries(this.#tx, entries);
    await takeFromAccruals(this.#tx, this.#context.reportNo, entries.filter((e) => e.accrualSeq !== null && e.amount.startsWith('-')));
  }

  /** Writes the accruals and the journals of everything that was added. Returns the new accruals by link. */
  async end(): Promise<Map<string, { id: string; seq: string }>> {
    await insertAccruals(this.#tx, this.#context, this.#accruals);
    for (const [accountLinkId, { id, owner, amount }] of this.#accruals) this.#move(accountLinkId, 'accrual_posted', 'posted', 'pending', owner.userId, amount.total(), { type: 'accrual', id });
    for (const { journalKey, from, userId, amount } of this.#movements.values()) {
      const total = amount.total();
      this.#journals.get(journalKey)!.postings.push(
        { account: { kind: from, userId, brokerId: this.#context.brokerId, programme: 'cashback' }, amount: total },
        { account: { kind: 'cashback_expense', brokerId: this.#context.brokerId }, amount: plain(new Decimal(total).neg()) });
    }
    await postJournals(this.#tx, [...this.#journals.values()]);
    return new Map([...this.#accruals].map(([link, { id, seq }]) => [link, { id, seq }]));
  }

  /** Owners of links that are new here, and an accrual to come for each that is credited. */
  async #know(changes: readonly LineChange[]): Promise<void> {
    const unknown = new Set<string>();
    const credited = new Set<string>();
    for (const { accountLinkId, change } of changes) {
      if (!this.#owners.has(accountLinkId)) unknown.add(accountLinkId);
      if (!change.startsWith('-') && !this.#accruals.has(accountLinkId)) credited.add(accountLinkId);
    }
    if (unknown.size > 0) for (const owner of await linkOwners(this.#tx, [...unknown])) this.#owners.set(owner.id, owner);
    const seqs = await allotIds(this.#tx, 'accrual_seq_seq', credited.size);
    for (const link of credited) {
      this.#accruals.set(link, { id: newId('accrual'), seq: String(seqs.shift()), owner: this.#owners.get(link)!, journalKey: this.#key(link, 'posted'), amount: exactSum() });
    }
  }

  async #takeBack(minus: readonly LineChange[]): Promise<EntryRow[]> {
    const holdings = await lockHoldings(this.#tx, minus.map((c) => c.earningId));
    const entries: EntryRow[] = [];
    for (const change of minus) {
      const own = holdings.byEarning.get(change.earningId)?.filter((h) => h.accountLinkId === change.accountLinkId) ?? [];
      for (const part of takeBack(plain(new Decimal(change.change).neg()), own.map((h) => holdings.capped(h)))) {
        if (part.from === 'held') holdings.heldLeft.set(part.accrualSeq!, holdings.heldLeft.get(part.accrualSeq!)!.minus(part.amount));
        const kind: JournalKind = part.from === 'available' ? (change.adjustment ? 'negative_adjustment' : 'clawback') : 'difference';
        const amount = plain(new Decimal(part.amount).neg());
        const journalKey = this.#move(change.accountLinkId, kind, kind, part.from, this.#owners.get(change.accountLinkId)!.userId, amount, { type: 'report', id: this.#context.reportNo });
        entries.push({ earningId: change.earningId, reportNo: change.reportNo, rowNumber: change.rowNumber, accrualSeq: part.accrualSeq, amount, journalKey });
      }
    }
    return entries;
  }

  #key(link: string, what: string): string {
    return `report:${this.#context.reportNo}:${this.#context.step}:${link}:${what}`;
  }

  #move(link: string, kind: JournalKind, what: string, from: Movement['from'], userId: string, amount: string, cause: JournalDraft['cause']): string {
    const journalKey = this.#key(link, what);
    if (!this.#journals.has(journalKey)) this.#journals.set(journalKey, { key: journalKey, kind, effectiveAt: this.#context.postedAt, cause, postings: [] });
    const name = `${journalKey}\n${from}\n${userId}`;
    let movement = this.#movements.get(name);
    if (movement === undefined) this.#movements.set(name, (movement = { journalKey, from, userId, amount: exactSum() }));
    movement.amount.add(amount);
    return journalKey;
  }
}

interface EntryRow { earningId: string; reportNo: string; rowNumber: number; accrualSeq: string | null; amount: string; journalKey: string }

async function linkOwners(tx: Tx, linkIds: readonly string[]): Promise<LinkOwner[]> {
  return (await tx.client.query<LinkOwner>('SELECT id, user_id AS "userId", trading_account_id AS "tradingAccountId" FROM account_link WHERE id = ANY($1)', [linkIds])).rows;
}

async function insertAccruals(tx: Tx, context: PostingContext, accruals: ReadonlyMap<string, NewAccrual>): Promise<void> {
  if (accruals.size === 0) return;
  const rows = [...accruals.values()];
  await tx.client.query(
    `INSERT INTO accrual (report_no, period_id, broker_id, posted_at, clears_at, state, id, seq, user_id, trading_account_id, account_link_id, amount, revision)
     OVERRIDING SYSTEM VALUE
     SELECT $1::bigint, $2, $3, $4::timestamptz, $5::timestamptz, 'pending', g.*,
            (SELECT coalesce(max(a.revision), 0) + 1 FROM accrual a WHERE a.report_no = $1 AND a.account_link_id = g.link)
     FROM unnest($6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::numeric[]) AS g(id, seq, user_id, account, link, amount)`,
    [context.reportNo, context.periodId, context.brokerId, context.postedAt, context.clearsAt, rows.map((a) => a.id), rows.map((a) => a.seq),
      rows.map((a) => a.owner.userId), rows.map((a) => a.owner.tradingAccountId), [...accruals.keys()], rows.map((a) => a.amount.total())]);
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

async function copyEntries(tx: Tx, entries: readonly EntryRow[]): Promise<void> {
  if (entries.length === 0) return;
  let text = '';
  for (const e of entries) text += `${e.earningId}\t${e.reportNo}\t${e.rowNumber}\t${e.accrualSeq ?? '\\N'}\t${e.amount}\t${copyCell(e.journalKey)}\n`;
  await copyIn(tx.client, 'earning_entry (earning_id, report_no, row_number, accrual_seq, amount, journal_key)', [text]);
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
