import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decimal, plain } from '../../domain/decimal.ts';
import { withTransaction } from '../../db/connection.ts';
import { accountCode } from '../../db/ledger/accounts.ts';
import { postJournal, postJournals, type JournalDraft } from '../../db/ledger/journals.ts';
import { JOURNAL_KINDS } from '../../db/ledger/kinds.ts';
import { clawback, cleared, ledgerFixture, move, paid, posted, released, reserved, returned, user, type LedgerFixture } from './fixture.ts';
import fc from '../support/properties.ts';

let f: LedgerFixture;
beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());

const movements = [posted, cleared, reserved, paid, returned, released, clawback,
  (key: string, u: string, m: string) => move(key, 'accrual_held', m, user('available', u), user('held', u)),
  (key: string, u: string, m: string) => move(key, 'accrual_released', m, user('held', u), user('available', u))];

/** The rules again, as plainly as they can be said: what db/ledger must agree with. */
class Model {
  readonly balances = new Map<string, Decimal>();
  readonly payloads = new Map<string, string>();

  /** Applies a whole batch or nothing; answers the refusal's code or 'posted'. */
  apply(drafts: readonly JournalDraft[]): string {
    const balances = new Map(this.balances);
    const payloads = new Map(this.payloads);
    const fresh: JournalDraft[] = [];
    for (const draft of drafts) {
      const payload = JSON.stringify([draft.kind, draft.postings]);
      const known = payloads.get(draft.key);
      if (known !== undefined && known !== payload) return 'IDEMPOTENCY_PAYLOAD_DIFFERS';
      if (known === undefined) fresh.push(draft);
      payloads.set(draft.key, payload);
    }
    for (const draft of fresh) {
      for (const { account, amount } of draft.postings) {
        const after = (balances.get(accountCode(account)) ?? new Decimal(0)).plus(amount);
        const floor = 'userId' in account && !(account.kind === 'available' && 'overdraws' in JOURNAL_KINDS[draft.kind]);
        if (floor && amount.startsWith('-') && after.isNegative() && !after.isZero()) return 'LEDGER_OVERDRAWN';
        balances.set(accountCode(account), after);
      }
    }
    this.balances.clear();
    for (const [code, amount] of balances) this.balances.set(code, amount);
    for (const [key, payload] of payloads) this.payloads.set(key, payload);
    return 'posted';
  }
}

const step = fc.record({ movement: fc.nat(movements.length - 1), user: fc.nat(2), units: fc.integer({ min: 1, max: 9_000_000_00 }), places: fc.integer({ min: 0, max: 8 }), key: fc.nat(60) });

test('any sequence of batches and single posts ends where an independent model says, with the same refusals', async () => {
  let scope = 0;
  await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 }), async (batches) => {
    const run = `run${++scope}`;
    const model = new Model();
    for (const batch of batches) {
      const drafts = batch.map((s) => {
        // Keys collide on purpose: sometimes with the same payload, sometimes not.
        const amount = plain(new Decimal(s.units % (s.key < 20 ? 3 : 1_000) + 1).div(new Decimal(10).pow(s.places)));
        return { ...movements[s.movement]!(`${run}:${s.key}`, `usr_${run}_${s.user}`, amount), cause: { type: 'test', id: run } };
      });
      const post = drafts.length === 1 ? postJournal(f.app, drafts[0]!) : withTransaction(f.app, (tx) => postJournals(tx, drafts));
      const outcome = await post.then(() => 'posted', (error: { code: string }) => error.code);
      expect(outcome).toBe(model.apply(drafts));
    }
    const { rows } = await f.app.query<{ code: string; amount: string }>('SELECT code, amount FROM account_balance WHERE user_id LIKE $1', [`usr\\_${run}\\_%`]);
    const got = rows.map((r) => [r.code, plain(new Decimal(r.amount))]).filter(([, a]) => a !== '0').sort();
    const expected = [...model.balances].filter(([code]) => code.includes('usr_')).map(([code, a]) => [code, plain(a)]).filter(([, a]) => a !== '0').sort();
    expect(got).toEqual(expected);
  }), { numRuns: 60 });
  const { rows } = await f.app.query('SELECT currency, sum(amount) AS total FROM balance GROUP BY currency');
  expect(rows).toEqual([{ currency: 'USD', total: expect.stringMatching(/^0(\.0+)?$/) }]);
});
