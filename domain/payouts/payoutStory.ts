import { Decimal, plain } from '../decimal.ts';
import type { RailGuarantees } from './guarantees.ts';
import { inUsd } from './quote.ts';
import { type PartFacts, returnStatus, returnStory, type ReturnStory } from './returnStory.ts';
import type { PayoutState } from './states.ts';

/** What is stored of a payout and its latest attempt, as far as it is told. Amounts decimal strings, instants ISO. */
export interface PayoutFacts {
  state: PayoutState; payAmount: string; payCurrency: string; railReference: string | null; detail: string | null;
  settledUsd: string | null; settledRate: string | null; networkFee: string | null; executedAt: string | null;
}
/** `facts`: what the rail keeps of the attempt. */
export interface SendTimes { firstSentAt: string | null; lastSentAt: string | null; facts?: Readonly<Record<string, string>>; /** It leaves with a file that was not handed over, or of which that is in doubt. Missing: neither. */ file?: 'waits' | 'in_doubt' }
/** `amount`: USD that it takes, the payee's fee included. */
export interface QuoteFacts { amount: string; rate: string; rateSource: string; quotedAt: string; validUntil: string | null; fee: string; feeBearer: 'company' | 'payee' }

/** What a user is told of his payout besides its amount. */
export interface PayoutStory {
  /** In a sentence. */
  status: string;
  /** What the rail calls the payment; null: it has no name yet. `explorer`: where anybody can look at it. */
  reference: { name: string; value: string; explorer: string | null } | null;
  /** ISO instant; null: not sent yet, or settled. */
  expectedArrival: string | null;
  /** At which rate (`rate`) it was ordered (units of `payCurrency` for 1 USD); null of payouts from before there were quotes. */
  quote: QuoteFacts | null;
  /** At which it was settled. `difference`: USD that the rail took more (above zero) or less than the quote had said; the company bears it. */
  settled: { usd: string; rate: string; difference: string } | null;
  network: string | null;
  networkFee: string | null;
  /** Null: nothing came back. */
  returned: ReturnStory | null;
}

const STATUS: Readonly<Record<PayoutState, string>> = {
  reserved: 'Your payout is prepared; nothing has left yet.',
  submitting: 'Your payout is being sent.',
  submitted: 'Your payout was sent, and is under way to you.',
  unknown: 'Your payout was sent, and whether it arrived is not known yet. We ask until it is; it is never sent a second time meanwhile, your money is safe either way, and you need not do anything.',
  paid: 'Your payout was paid.',
  failed: 'Your payout could not be made; the money is back on your balance and is paid with the next run.',
  returned: 'Your payout came back; what came back is on your balance. Look whether your payout method is still right.',
};

/** A rail's condition: payouts of it are open, and no worker has it. */
export const RAIL_NOT_CONFIGURED = 'RAIL_NOT_CONFIGURED';

/** Why nothing is sent by a rail: operators have stopped it, or no worker has it (any more), so that it is not even asked. */
export type Held = 'stopped' | 'not_configured';

const STOPPED = 'Your payout is prepared, and payouts of this kind are stopped for the moment. Nothing has left; it goes on by itself.';
const NOT_SENT = 'Your payout is prepared, and payouts of this kind cannot be made for the moment. Nothing has left; we know of it, and it goes on by itself.';
const WAITS_IN_FILE = 'Your payout is prepared, and leaves with the next file of payments. Nothing has left yet.';
const HANDED_OVER = 'Your payout was handed over to be paid.';
const NOT_ASKED = 'Your payout was sent, and for the moment we cannot ask whether it arrived. We know of it and ask as soon as we can; it is never sent a second time meanwhile, your money is safe either way, and you need not do anything.';

/**
 * What the payee is told of a payout's or an attempt's detail. While the outcome is still to come, what has a code in front is for operators: what the company's wallet has and lacks, what
 * a broker says of our account. So is, always, what follows with a code (that a bank booked it twice), and that operators have decided, and by which statement or letter (details from before it was left out).
 */
export function detailForPayee(detail: string | null, state: PayoutState): string | null {
  if (detail === null) return null;
  const settled = state === 'paid' || state === 'failed' || state === 'returned';
  if (!settled && CODED.test(detail)) return null;
  return detail.replace(/; [A-Z][A-Z0-9]*_[A-Z0-9_]*: .*$/s, '').replace(/, confirmed by an operator with proof$/, '').replace(/^an operator has proof that it was not executed.*$/s, 'it is proven that it was not executed');
}

const CODED = /^[A-Z][A-Z0-9_]+: /;
type StoryTerms = Pick<RailGuarantees, 'arrivesWithinSeconds' | 'settlesWithinSeconds' | 'reference' | 'network'> & Partial<Pick<RailGuarantees, 'mode'>>;

export function payoutStory(payout: PayoutFacts, sent: SendTimes | null, quote: QuoteFacts | null, rail: StoryTerms | null, held: Held | null = null, parts: readonly PartFacts[] = []): PayoutStory {
  const { state, railReference, detail } = payout;
  const returned = returnStory(payout.payAmount, parts);
  return {
    status: heldStatus(state, held) ?? (returned !== null ? returnStatus(returned, payout.payAmount, payout.payCurrency) : statusOf(state, detail, sent, rail)),
    reference: referenceOf(railReference, sent, rail?.reference),
    expectedArrival: arrival(state, sent, rail),
    quote,
    settled: payout.settledUsd === null || payout.settledRate === null ? null : {
      usd: payout.settledUsd, rate: payout.settledRate, difference: plain(new Decimal(payout.settledUsd).minus(quote === null ? payout.settledUsd : quotedUsd(quote))),
    },
    network: rail?.network ?? null,
    networkFee: payout.networkFee,
    returned,
  };
}

/** A file that lies in a folder is not sent yet, and one that was handed over is under way only by the rail's word. */
function statusOf(state: PayoutState, detail: string | null, sent: SendTimes | null, rail: StoryTerms | null): string {
  if (sent?.file === 'waits' && (state === 'submitting' || state === 'unknown')) return WAITS_IN_FILE;
  const known = detail === null || CODED.test(detail) ? '' : ` What is known: ${detail.replace(/\.$/, '')}.`;
  if (state === 'unknown') return detail === null ? STATUS.unknown : `${STATUS.unknown} What is known: ${detail.replace(/\.$/, '')}.`;
  return state === 'submitted' && rail?.mode === 'batch' ? `${HANDED_OVER}${known}` : STATUS[state];
}

/** What is said instead of where it stands; null: nothing keeps it there. */
function heldStatus(state: PayoutState, held: Held | null): string | null {
  if (held === null || state === 'paid' || state === 'failed' || state === 'returned') return null;
  if (held === 'stopped') return state === 'reserved' ? STOPPED : null;
  return state === 'reserved' ? NOT_SENT : NOT_ASKED;
}

/** USD that the payment alone would have cost by the quote. */
const quotedUsd = ({ amount, rate, fee, feeBearer }: QuoteFacts): Decimal => new Decimal(amount).minus(feeBearer === 'payee' ? inUsd(fee, rate) : 0);

/** Nothing has a name before it was sent. */
function referenceOf(railReference: string | null, sent: SendTimes | null, named: RailGuarantees['reference']): PayoutStory['reference'] {
  const told = named?.fact === undefined || sent?.lastSentAt == null ? null : sent.facts?.[named.fact] ?? null;
  const value = told ?? railReference;
  return value === null ? null : { name: named?.name ?? 'reference', value, explorer: named?.explorer?.replaceAll('{reference}', encodeURIComponent(value)) ?? null };
}

/** Counted from the last instant at which it can have left. */
function arrival(state: PayoutState, sent: SendTimes | null, rail: Pick<RailGuarantees, 'arrivesWithinSeconds' | 'settlesWithinSeconds'> | null): string | null {
  const from = sent?.lastSentAt ?? sent?.firstSentAt ?? null;
  // Nobody knows how long a file waits that was not handed over.
  if (from === null || rail === null || sent?.file !== undefined || !(state === 'submitting' || state === 'submitted' || state === 'unknown')) return null;
  return new Date(Date.parse(from) + (rail.arrivesWithinSeconds ?? rail.settlesWithinSeconds) * 1000).toISOString();
}
