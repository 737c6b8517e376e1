import { Decimal, plain, sum } from '../decimal.ts';
import { overRoom, type Rooms } from '../funding/exposure.ts';
import type { GateDecision } from '../verification/gate.ts';
import { type FxRate, PAR, type Quote, quoteAt, type QuoteTerms } from './quote.ts';
import type { MemberDecision } from './runStates.ts';

/** An available balance, USD; negative after a clawback. */
export interface AvailableBalance { brokerId: string; programme: 'cashback' | 'partner'; amount: string }

/** What is true of a member when his payout is planned, read under locks. Amounts are decimal strings in USD. */
export interface MemberFacts {
  active: boolean;
  /** His available total when the run was frozen: a run never pays more than was frozen (and approved). */
  frozen: string;
  balances: readonly AvailableBalance[];
  /** The methodology's payout minimum. */
  minimum: string;
  hasMethod: boolean;
  /** The method's terms; null where its rail is not configured or refuses the destination. */
  rail: QuoteTerms | null;
  /** What 1 USD is worth there; null: nobody knows now. Missing: paid in USD. */
  rate?: FxRate | null;
  /** What of the gate (`gateReasons`) stands first in his way; null: nothing. */
  blockedBy: GateDecision | null;
  /** How much more of each broker's money may be reserved before the broker pays us; a broker that is not named has no limit. */
  rooms?: Rooms;
}

export type MemberPlan =
  /** `withheld`: balances that wait for their broker's payment; left out where none does. */
  | { decision: 'planned'; amount: string; quote: Quote; sources: AvailableBalance[]; withheld?: AvailableBalance[] }
  | { decision: 'broker_funding'; withheld: AvailableBalance[] }
  | { decision: Exclude<MemberDecision, 'planned' | 'to_pay' | 'broker_funding'> };

/**
 * What a run does about one member (product.md "Payout"): total over brokers and programmes, negative balances included,
 * is at least the minimum; the amount is converted, cut to the rail's precision and the rest carried; it is taken from the largest
 * positive balances first, so a balance below zero is respected and never touched. What would come from a broker is taken whole or, where it does not fit
 * into the broker's room, left out whole, and the rest is paid as if it were not there (docs/decisions/exposure-limit.md).
 */
export function planMember(facts: MemberFacts): MemberPlan {
  const rooms = facts.rooms ?? new Map<string, string>();
  const withheld: AvailableBalance[] = [];
  for (let balances = facts.balances; ;) {
    const plan = planWhole({ ...facts, balances });
    if (plan.decision !== 'planned') return withheld.length === 0 ? plan : { decision: 'broker_funding', withheld };
    const over = overRoom(plan.sources, rooms);
    if (over === null) return withheld.length === 0 ? plan : { ...plan, withheld };
    const waits = (balance: AvailableBalance): boolean => balance.brokerId === over && new Decimal(balance.amount).gt(0);
    withheld.push(...balances.filter(waits));
    balances = balances.filter((balance) => !waits(balance));
  }
}

/** The same where no broker has a limit. */
function planWhole(facts: MemberFacts): MemberPlan {
  const total = sum(facts.balances.map((balance) => balance.amount));
  const claimed = Decimal.min(total, facts.frozen);
  if (claimed.lt(facts.minimum)) return { decision: 'changed_since' };
  if (!facts.active) return { decision: 'suspended' };
  if (!facts.hasMethod) return { decision: 'no_method' };
  if (facts.rail === null) return { decision: 'rail_unavailable' };
  const rate = facts.rate === undefined ? PAR : facts.rate;
  if (rate === null) return { decision: facts.blockedBy ?? 'rate_unavailable' };
  const quote = quoteAt(facts.rail, plain(claimed), rate);
  if (quote === null) return { decision: 'below_minimum' };
  if (facts.blockedBy !== null) return { decision: facts.blockedBy };
  return { decision: 'planned', amount: quote.amount, quote, sources: takeFrom(facts.balances, new Decimal(quote.amount)) };
}

/** Parts of `amount` from the largest positive balances first; ties by broker and programme, so that a repeat is the same. */
function takeFrom(balances: readonly AvailableBalance[], amount: Decimal): AvailableBalance[] {
  const order = balances.map((balance) => ({ ...balance, left: new Decimal(balance.amount) })).filter((balance) => balance.left.gt(0))
    .sort((a, b) => b.left.comparedTo(a.left) || (a.brokerId < b.brokerId ? -1 : a.brokerId > b.brokerId ? 1 : a.programme < b.programme ? -1 : 1));
  const parts: AvailableBalance[] = [];
  let missing = amount;
  for (const { brokerId, programme, left } of order) {
    if (missing.lte(0)) break;
    const part = Decimal.min(left, missing);
    parts.push({ brokerId, programme, amount: plain(part) });
    missing = missing.minus(part);
  }
  return parts;
}

/** Splits what came back of a payout over its sources, in their order, each up to what was taken from it. */
export function giveBack(sources: readonly AvailableBalance[], amount: string): AvailableBalance[] {
  return takeFrom(sources, Decimal.min(sum(sources.map((source) => source.amount)), amount));
}
