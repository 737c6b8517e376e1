import type pg from 'pg';
import { withTransaction } from '../../db/connection.ts';
import type { AccountRef } from '../../db/ledger/accounts.ts';
import { postJournal, postJournals, type JournalDraft, type JournalKind } from '../../db/ledger/journals.ts';

const USERS = 2_000;
const SECONDS = 3;

function journal(n: number, kind: JournalKind, from: AccountRef, to: AccountRef, amount = '0.01'): JournalDraft {
  return {
    key: `single:${n}`, kind, effectiveAt: '2026-11-16T10:00:00.000Z', cause: { type: 'bench', id: `single_${n}` },
    postings: [{ account: from, amount: `-${amount}` }, { account: to, amount }],
  };
}

const user = (kind: 'pending' | 'available', n: number): AccountRef => ({ kind, userId: `usr_single${n % USERS}`, brokerId: 'bench', programme: 'cashback' });
const expense: AccountRef = { kind: 'cashback_expense', brokerId: 'bench' };

export class Singles {
  private readonly app: pg.Pool;
  private readonly owner: pg.Pool;
  private n = 0;

  constructor(app: pg.Pool, owner: pg.Pool) {
    this.app = app;
    this.owner = owner;
  }

  async prepare(): Promise<void> {
    await this.owner.query('CREATE TABLE probe (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text NOT NULL); GRANT ALL ON probe TO cashback_app');
    const fund = Array.from({ length: USERS }, () => journal(this.n, 'accrual_posted', expense, user('pending', this.n++), '1000000'));
    await withTransaction(this.app, (tx) => postJournals(tx, fund));
    await this.owner.query('VACUUM ANALYZE');
  }

  /** 1-row durable commits a second on one connection: the limit. */
  commits(): Promise<number> {
    return this.rate(1, (client) => client.query({ name: 'probe', text: 'INSERT INTO probe (v) VALUES ($1)', values: ['x'] }));
  }

  /** Clears from pending to available of one user after the other. */
  posts(connections: number): Promise<number> {
    return this.rate(connections, (client) => {
      const n = this.n++;
      return postJournal(client, journal(n, 'accrual_cleared', user('pending', n), user('available', n)));
    });
  }

  /** Accruals, all at the cost of one broker: every post moves the same expense account. */
  sharedPosts(connections: number): Promise<number> {
    return this.rate(connections, (client) => {
      const n = this.n++;
      return postJournal(client, journal(n, 'accrual_posted', expense, user('pending', n)));
    });
  }

  private async rate(connections: number, once: (client: pg.PoolClient) => Promise<unknown>): Promise<number> {
    await this.owner.query('CHECKPOINT');
    const clients = await Promise.all(Array.from({ length: connections }, () => this.app.connect()));
    try {
      for (const client of clients) for (let i = 0; i < 20; i++) await once(client);
      let done = 0;
      const from = performance.now();
      const until = from + SECONDS * 1_000;
      await Promise.all(clients.map(async (client) => {
        for (; performance.now() < until; done++) await once(client);
      }));
      return done / ((performance.now() - from) / 1_000);
    } finally {
      for (const client of clients) client.release();
    }
  }
}
