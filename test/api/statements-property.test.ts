import { parse } from 'csv-parse/sync';
import { beforeAll, expect, test } from 'vitest';
import type { AccountRef } from '../../db/ledger/accounts.ts';
import { postJournal, type JournalDraft, type JournalKind } from '../../db/ledger/journals.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { seedBase, seedUser } from '../../scripts/chaos/seed.ts';
import { testApi, type TestApi } from './support.ts';
import fc from '../support/properties.ts';

type State = 'pending' | 'available' | 'held' | 'reserved' | 'paid';
type Part = { brokerId: 'alpha' | 'beta'; programme: 'cashback' | 'partner' };
interface Happened { at: string; part: string; kind: JournalKind; moved: Partial<Record<State, string>> }

const STATES: readonly State[] = ['pending', 'available', 'held', 'reserved', 'paid'];
const PARTS: readonly Part[] = [{ brokerId: 'alpha', programme: 'cashback' }, { brokerId: 'alpha', programme: 'partner' }, { brokerId: 'beta', programme: 'cashback' }];
/** Each kind as the ledger moves it: from one state of the user's money (or from outside, null) to another. */
const MOVES: readonly [kind: JournalKind, from: State | null, to: State | null][] = [
  ['accrual_posted', null, 'pending'], ['accrual_posted', null, 'pending'], ['accrual_cleared', 'pending', 'available'], ['accrual_cleared', 'pending', 'available'], ['difference', 'pending', null],
  ['clawback', 'available', null], ['negative_adjustment', 'available', null], ['accrual_held', 'available', 'held'], ['accrual_released', 'held', 'available'],
  ['payout_reserved', 'available', 'reserved'], ['payout_paid', 'reserved', null], ['payout_released', 'reserved', 'available'], ['payout_returned', null, 'available'], ['payout_fee', 'reserved', null],
];
/** From November to February, so that it goes over a year's end; a few hundred instants, so that some coincide with a period's ends. */
const instant = fc.integer({ min: 0, max: 240 }).map((step) => new Date(Date.UTC(2026, 10, 1, step * 12)).toISOString());
const step = fc.record({ move: fc.nat(MOVES.length - 1), part: fc.nat(PARTS.length - 1), at: instant, units: fc.integer({ min: 1, max: 99_999 }), places: fc.integer({ min: 0, max: 8 }) });

let api: TestApi;
let runs = 0;
beforeAll(async () => {
  api = await testApi();
  await seedBase(api.pool, ['alpha', 'beta']);
});

const total = (amounts: Iterable<string | undefined>): string => plain([...amounts].reduce((sum, amount) => sum.plus(amount ?? '0'), new Decimal(0)));
const add = (...many: Partial<Record<State, string>>[]): Record<State, string> => Object.fromEntries(STATES.map((state) => [state, total(many.map((money) => money[state]))])) as Record<State, string>;
const name = (part: { brokerId: string; programme: string }): string => `${part.brokerId}/${part.programme}`;

/** Posts what the ledger takes and answers it: what would overdraw an account is refused and left out. */
async function post(userId: string, run: number, steps: readonly { move: number; part: number; at: string; units: number; places: number }[]): Promise<Happened[]> {
  const happened: Happened[] = [];
  for (const [no, { move, part, at, units, places }] of steps.entries()) {
    const [kind, from, to] = MOVES[move]!;
    const { brokerId, programme } = PARTS[part]!;
    const amount = plain(new Decimal(units).div(new Decimal(10).pow(places)));
    const outside: AccountRef = kind === 'payout_fee' ? { kind: 'fees' } : kind.startsWith('payout') ? { kind: 'rail_clearing', rail: 'sandbox' } : { kind: programme === 'partner' ? 'partner_expense' : 'cashback_expense', brokerId };
    const account = (state: State | null): AccountRef => (state === null || state === 'paid' ? outside : { kind: state, userId, brokerId, programme });
    const draft: JournalDraft = { key: `run${run}:${no}`, kind, effectiveAt: at, cause: { type: 'test', id: `step${no}` }, postings: [{ account: account(from), amount: `-${amount}` }, { account: account(to), amount }] };
    const refused = await postJournal(api.pool, draft).then(() => false, (error: { code: string }) => error.code === 'LEDGER_OVERDRAWN' || Promise.reject(error));
    if (refused) continue;
    const paid = kind === 'payout_paid' ? { paid: amount } : kind === 'payout_returned' ? { paid: `-${amount}` } : {};
    happened.push({ at, part: name({ brokerId, programme }), kind, moved: { ...(from === null ? {} : { [from]: `-${amount}` }), ...(to === null ? {} : { [to]: amount }), ...paid } });
  }
  return happened;
}

test('whatever was posted: opening and entries make the closing, which is the next opening; JSON, CSV, year and balances agree with each other and with a model', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), fc.tuple(instant, instant, instant), fc.integer({ min: 1, max: 9 }), async (steps, ends, limit) => {
    const run = ++runs;
    const { userId } = await seedUser(api.pool, { available: { alpha: '0' } });
    const key = await api.key('trader', { userId });
    const get = async (path: string) => {
      const response = await api.call('GET', `/v1/users/${userId}/${path}`, { key });
      expect([path, response.statusCode]).toEqual([path, 200]);
      return response;
    };
    const happened = await post(userId, run, steps);
    const [a, b, c] = [...new Set([...ends].sort())];
    const expected = (part: string, until: string | undefined): Record<State, string> => add(...happened.filter((h) => h.part === part && (until === undefined || h.at < until)).map((h) => h.moved));

    for (const [from, to] of [[undefined, a], [a, b], [b, c], [c, undefined]] as const) {
      if (from === undefined && to === undefined) continue;
      const query = new URLSearchParams({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }).toString();
      const first = (await get(`statement?${query}&limit=${limit}`)).json();
      const items = [...first.items];
      for (let { nextCursor } = first; nextCursor !== null;) {
        const page = (await get(`statement?${query}&limit=${limit}&cursor=${nextCursor}`)).json();
        items.push(...page.items);
        ({ nextCursor } = page);
      }
      const movements = items.flatMap((entry: { movements: { state: State; brokerId: string; programme: string; amount: string }[] }) => entry.movements);
      for (const part of first.parts) {
        expect(part.opening).toEqual(from === undefined ? add() : expected(name(part), from));
        expect(part.closing).toEqual(expected(name(part), to));
        expect(part.change).toEqual(add(...movements.filter((m) => name(m) === name(part)).map((m) => ({ [m.state]: m.amount }))));
        expect(part.closing).toEqual(add(part.opening, part.change));
      }
      expect(items).toHaveLength(happened.filter((h) => (from === undefined || h.at >= from) && (to === undefined || h.at < to)).length);
      expect(items.map((entry: { effectiveAt: string; journalId: string }) => `${entry.effectiveAt} ${entry.journalId.padStart(9)}`)).toEqual(items.map((entry: { effectiveAt: string; journalId: string }) => `${entry.effectiveAt} ${entry.journalId.padStart(9)}`).sort());

      const rows: Record<string, string>[] = parse((await get(`statement.csv?${query}`)).body, { bom: true, columns: true });
      const cells = (row: Record<string, string>): Record<State, string> => add(Object.fromEntries(STATES.map((state) => [state, row[state] || '0'])));
      for (const record of ['opening', 'closing'] as const) {
        expect(rows.filter((row) => row['record'] === record).map((row) => [name(row as never), cells(row)])).toEqual(first.parts.map((part: Part & Record<typeof record, object>) => [name(part), part[record]]));
      }
      expect(rows.filter((row) => row['record'] === 'entry').map((row) => [row['journalId'], cells(row)]))
        .toEqual(items.map((entry: { journalId: string; movements: { state: State; amount: string }[] }) => [entry.journalId, add(...entry.movements.map((m) => ({ [m.state]: m.amount })))]));
    }

    const all = (await get('statement?limit=200')).json();
    const balances = (await get('balances')).json();
    const moved = new Map(all.parts.map((part: Part & { closing: object }) => [name(part), part.closing]));
    for (const { brokerId, programme, currency: _, ...states } of balances.parts) expect(moved.get(name({ brokerId, programme })) ?? add()).toEqual(states);
    if (all.totals.length > 0) expect(all.totals[0].closing).toEqual(balances.total);

    let closing = new Map<string, string>();
    for (const year of ['2026', '2027']) {
      const summary = (await get(`earnings/${year}`)).json();
      for (const part of summary.parts) {
        const own = happened.filter((h) => h.part === name(part) && h.at.startsWith(year));
        const out = (...kinds: JournalKind[]): string => total(own.filter((h) => kinds.includes(h.kind)).flatMap((h) => [h.moved.pending, h.moved.available, h.moved.held, h.moved.reserved]));
        const figures = {
          earned: out('accrual_posted'), takenBack: total([`0`, plain(new Decimal(out('difference', 'clawback', 'negative_adjustment')).neg())]), net: out('accrual_posted', 'difference', 'clawback', 'negative_adjustment'),
          paidOut: plain(new Decimal(out('payout_paid')).neg()), returned: out('payout_returned'), fees: plain(new Decimal(out('payout_fee')).neg()),
        };
        expect(part.figures).toEqual(figures);
        expect(part.opening).toBe(closing.get(name(part)) ?? '0');
        expect(part.closing).toBe(plain(new Decimal(part.opening).plus(figures.net).minus(figures.paidOut).plus(figures.returned).minus(figures.fees)));
        const months = summary.months.filter((month: Part) => name(month) === name(part));
        for (const figure of Object.keys(figures) as (keyof typeof figures)[]) expect([figure, total(months.map((month: { figures: typeof figures }) => month.figures[figure]))]).toEqual([figure, figures[figure]]);
      }
      closing = new Map(summary.parts.map((part: Part & { closing: string }) => [name(part), part.closing]));
      for (const figure of ['earned', 'takenBack', 'paidOut'] as const) expect(total(summary.parts.map((part: { figures: Record<string, string> }) => part.figures[figure]))).toBe(summary.totals[0]?.figures[figure] ?? '0');
    }
  }), { numRuns: 25 });
});
