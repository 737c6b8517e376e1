import { Decimal } from '../../domain/decimal.ts';
import type { AvailableBalance } from '../../domain/payouts/plan.ts';
import type { NewReturn, ReturnCorrection } from '../../domain/payouts/returns.ts';
import type { Settlement } from '../../domain/payouts/settlement.ts';
import type { AccountRef } from '../../db/ledger/accounts.ts';
import type { JournalDraft } from '../../db/ledger/journals.ts';

type Of = Readonly<{ id: string; userId: string; rail: string }>;
type Parts = readonly AvailableBalance[];
type Posting = JournalDraft['postings'][number];

const draft = ({ id }: Of, what: string, kind: JournalDraft['kind'], effectiveAt: string, postings: readonly Posting[]): JournalDraft => ({
  key: `payout:${id}:${what}`, kind, effectiveAt, cause: { type: 'payout', id }, postings: postings.filter(({ amount }) => !new Decimal(amount).isZero()),
});
const own = ({ userId }: Of, kind: 'reserved' | 'available', { brokerId, programme }: AvailableBalance): AccountRef => ({ kind, userId, brokerId, programme });
const down = (amount: string): string => new Decimal(amount).negated().toFixed();

/** Paid: reserved, less what goes back by `releasedJournal`, → rail clearing, fees and FX. */
export function paidJournal(payout: Of, sources: Parts, back: Parts, { toRail, toFees, fx }: Settlement, asOf: string): JournalDraft {
  const clearing = { kind: 'rail_clearing', rail: payout.rail } as const;
  const left = sources.map((source) => ({ ...source, amount: less(source, back) })).filter(({ amount }) => amount !== '0');
  const out = left.flatMap((source): Posting[] => [{ account: own(payout, 'reserved', source), amount: down(source.amount) }]);
  if (new Decimal(toFees).isZero() && new Decimal(fx).isZero()) {
    return draft(payout, 'paid', 'payout_paid', asOf, left.flatMap((source, i): Posting[] => [out[i]!, { account: clearing, amount: source.amount }]));
  }
  return draft(payout, 'paid', 'payout_paid', asOf, [...out, { account: clearing, amount: toRail }, { account: { kind: 'fees' }, amount: toFees }, { account: { kind: 'fx' }, amount: fx }]);
}

/** Reserved → available: all of a payout that failed (`released`), or what a later quote no longer needed (`rest`). */
export function releasedJournal(payout: Of, what: 'released' | 'rest', sources: Parts, asOf: string): JournalDraft {
  return draft(payout, what, 'payout_released', asOf, sources.flatMap((source): Posting[] => [
    { account: own(payout, 'reserved', source), amount: down(source.amount) }, { account: own(payout, 'available', source), amount: source.amount }]));
}

/** What the rail charged the company for the payment. */
export function feeJournal(payout: Of, fee: string, asOf: string): JournalDraft {
  return draft(payout, 'rail-fee', 'payout_fee', asOf, [{ account: { kind: 'fees' }, amount: down(fee) }, { account: { kind: 'rail_cash', rail: payout.rail }, amount: fee }]);
}

/** A part came back, or all: rail clearing, as it was credited, → available, at the quote; FX bears the difference; what the way back cost stays with the rail. */
export function returnedJournal(payout: Of, sources: Parts, { part, fromRail, fx }: Pick<NewReturn, 'part' | 'fromRail' | 'fx'>, asOf: string): JournalDraft {
  const clearing = { kind: 'rail_clearing', rail: payout.rail } as const;
  const what = part === 'returned' ? part : `returned:${part}`;
  if (new Decimal(fx).isZero()) {
    return draft(payout, what, 'payout_returned', asOf, sources.flatMap((source): Posting[] => [{ account: clearing, amount: down(source.amount) }, { account: own(payout, 'available', source), amount: source.amount }]));
  }
  return draft(payout, what, 'payout_returned', asOf, [
    { account: clearing, amount: down(fromRail) }, { account: { kind: 'fx' }, amount: fx }, ...sources.map((source) => ({ account: own(payout, 'available', source), amount: source.amount }))]);
}

/** What the bank credited for a part more (above zero) or less than was posted for it before that was known: rail clearing ↔ FX. */
export function creditedJournal(payout: Of, { part, difference }: Pick<ReturnCorrection, 'part' | 'difference'>, asOf: string): JournalDraft {
  return draft(payout, `credited:${part}`, 'payout_returned', asOf, [{ account: { kind: 'rail_clearing', rail: payout.rail }, amount: down(difference) }, { account: { kind: 'fx' }, amount: difference }]);
}

function less({ brokerId, programme, amount }: AvailableBalance, back: Parts): string {
  const part = back.find((one) => one.brokerId === brokerId && one.programme === programme);
  return new Decimal(amount).minus(part?.amount ?? 0).toFixed();
}
