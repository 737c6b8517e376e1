import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { withTransaction } from '../../db/connection.ts';
import { canonical } from '../../db/ledger/draft.ts';
import { postJournals, type JournalDraft } from '../../db/ledger/journals.ts';
import { resolveAccounts } from '../../db/ledger/resolve.ts';
import { seconds } from './figures.ts';

export const SHAPES = ['distinct accounts', '2,000 accounts', 'one hot account'] as const;
export type Shape = (typeof SHAPES)[number];
const ACCOUNTS: Record<Shape, number> = { 'distinct accounts': 50_000, '2,000 accounts': 2_000, 'one hot account': 1 };

/** A report's accruals as they are posted: expense of one broker → pending of a user. */
function draft(batch: number, i: number, accounts: number): JournalDraft {
  const id = `acr_${String(batch).padStart(8, '0')}${String(i).padStart(24, '0')}`;
  const amount = `${1 + (i % 90)}.${String(10_000 + (i % 89_999))}`;
  return {
    key: `accrual:${id}:posted`, kind: 'accrual_posted', effectiveAt: '2026-11-16T10:00:00.000Z', cause: { type: 'accrual', id },
    postings: [
      { account: { kind: 'cashback_expense', brokerId: 'bench' }, amount: `-${amount}` },
      { account: { kind: 'pending', userId: `usr_${String(i % accounts).padStart(32, '0')}`, brokerId: 'bench', programme: 'cashback' }, amount },
    ],
  };
}

export class Bulk {
  readonly journals = 50_000;
  private readonly app: pg.Pool;
  private readonly owner: pg.Pool;
  private batch = 0;
  private copied = 0;
  private ids = new Map<string, string>();

  constructor(app: pg.Pool, owner: pg.Pool) {
    this.app = app;
    this.owner = owner;
  }

  /** Tables for the limit, and every account opened, so that neither side pays for it later. */
  async prepare(): Promise<void> {
    for (const table of ['journal', 'posting']) await this.owner.query(`CREATE TABLE copied_${table} (LIKE ${table} INCLUDING INDEXES); GRANT ALL ON copied_${table} TO cashback_app`);
    const all = Array.from({ length: ACCOUNTS['distinct accounts'] }, (_, i) => canonical(draft(0, i, ACCOUNTS['distinct accounts'])));
    this.ids = await withTransaction(this.app, (tx) => resolveAccounts(tx.client, all));
    await this.owner.query('VACUUM ANALYZE');
  }

  /** Journals a second of one transaction that posts a batch with every guard on. */
  async post(shape: Shape): Promise<number> {
    const drafts = this.drafts(shape);
    await this.owner.query('CHECKPOINT');
    return this.journals / await seconds(() => withTransaction(this.app, (tx) => postJournals(tx, drafts)));
  }

  /** Journals a second of one transaction that copies the same rows, made ready before, into bare tables. */
  async copy(shape: Shape): Promise<number> {
    const journals: string[] = [];
    const postings: string[] = [];
    const recordedAt = new Date().toISOString();
    for (const d of this.drafts(shape)) {
      const j = canonical(d);
      const id = ++this.copied;
      journals.push(`${id}\t${j.kind}\t${j.effectiveAt}\t${recordedAt}\t${j.key}\t\\\\x${j.hash}\t${j.causeType}\t${j.causeId}\n`);
      j.codes.forEach((code, i) => postings.push(`${id}\t${this.ids.get(`${code} USD`)}\t${i + 1}\tUSD\t${j.amounts[i]}\n`));
    }
    const chunks = [journals, postings].map((rows) => Array.from({ length: Math.ceil(rows.length / 250) }, (_, i) => rows.slice(i * 250, (i + 1) * 250).join('')));
    await this.owner.query('CHECKPOINT');
    return this.journals / await seconds(() => withTransaction(this.app, async ({ client }) => {
      await pipeline(Readable.from(chunks[0]!), client.query(copyFrom('COPY copied_journal (id, kind, effective_at, recorded_at, idempotency_key, payload_hash, cause_type, cause_id) FROM STDIN')));
      await pipeline(Readable.from(chunks[1]!), client.query(copyFrom('COPY copied_posting (journal_id, account_id, line, currency, amount) FROM STDIN')));
    }));
  }

  private drafts(shape: Shape): JournalDraft[] {
    const batch = ++this.batch;
    return Array.from({ length: this.journals }, (_, i) => draft(batch, i, ACCOUNTS[shape]));
  }
}
