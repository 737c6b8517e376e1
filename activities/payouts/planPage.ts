import { newId } from '../../domain/ids.ts';
import { roomsAfter } from '../../domain/funding/exposure.ts';
import { planMember } from '../../domain/payouts/plan.ts';
import type { Quote, QuoteTerms } from '../../domain/payouts/quote.ts';
import type { MemberDecision } from '../../domain/payouts/runStates.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { type JournalDraft, postJournals } from '../../db/ledger/journals.ts';
import { noticesOfBlocked, noticesOfFunding } from '../../db/stores/blockedPayouts.ts';
import { insertWithheld, lockRooms, moveExposure, type Withheld } from '../../db/stores/exposure.ts';
import { requestOwnerships } from '../../db/stores/ownership.ts';
import { type Candidate, insertPayouts, lockCandidates, type NewPayout } from '../../db/stores/payoutPlanning.ts';
import { insertQuotes } from '../../db/stores/payoutQuotes.ts';
import { methodologyInForce } from '../../db/stores/methodologies.ts';
import { decideMembers, getRun, membersPage, type RunMember } from '../../db/stores/payoutRuns.ts';
import { withDestinations } from '../../db/stores/sealedFields.ts';
import { requestVerifications } from '../../db/stores/verifications.ts';
import { GATE_DECISIONS, type GateDecision } from '../../domain/verification/gate.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { startRequestedOwnerships } from '../ownership/start.ts';
import { startRequestedVerifications, startScreening } from '../verification/start.ts';
import { noteRates, ratesFor } from './planRates.ts';
import type { RailRegistry } from './rails/registry.ts';
import type { PayoutSettings } from './settings.ts';

export interface PlanPageInput { runId: string; after: string; limit: number; asOf: string }
export interface PlannedPage { next: string | null; planned: number; total: string }

/**
 * Plans the payouts of one page of members: re-reads what decides under locks, writes payouts with their sources, reserves
 * the money and asks for missing verification and ownership, all in one transaction. A repeat finds the members decided and plans nothing.
 */
export function createPlanningActivities(deps: Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>, settings: PayoutSettings) {
  const { pool, client } = deps;
  return {
    planPage: (input: PlanPageInput): Promise<PlannedPage> => refusing(() => alive(async (signal) => {
      const page = await withTransaction(pool, (tx) => plan(tx, deps, settings, input, signal));
      // After the commit, and again on a repeat: the requests of this page carry this very instant.
      await startRequestedOwnerships(pool, client, page.of('ownership_missing'), input.asOf, settings);
      await startRequestedVerifications(pool, client, page.of('verification_missing'), input.asOf, settings);
      if (page.of('screening_due').length > 0) await startScreening(client);
      return page.result;
    })),
  };
}

/** `of`: the members of whom this is not settled, among whatever else is not. */
interface Page { result: PlannedPage; of(reason: GateDecision): string[] }

async function plan(tx: Tx, { rails, personal }: Pick<Dependencies, 'rails' | 'personal'>, settings: PayoutSettings, input: PlanPageInput, signal: AbortSignal): Promise<Page> {
  const run = await getRun(tx, input.runId);
  const members = await membersPage(tx, input.runId, input.after, input.limit, true);
  const open = members.filter((member) => member.decision === 'to_pay' || isGate(member.decision));
  const next = members.length < input.limit ? null : members[members.length - 1]!.userId;
  if (open.length === 0) return { of: () => [], result: { next, planned: 0, total: '0' } };
  const candidates = await lockCandidates(tx, open.map((member) => member.userId), input.asOf);
  const destinations = await readDestinations(tx, personal, [...candidates.values()]);
  const { rates, missing } = await ratesFor(rails, [...candidates.values()].map((candidate) => rateKey(rails, candidate, destinations.get(candidate.userId))), input.asOf, signal);
  const { payoutMinimum: minimum } = await methodologyInForce(tx.db, run.scheduledAt);
  const decisions: { userId: string; decision: MemberDecision }[] = [];
  const payouts: (NewPayout & { quote: Quote })[] = [];
  const withheld: Withheld[] = [];
  // After the balances, and before anything is decided: what is left of each broker's limit goes to the members in their order.
  let rooms = await lockRooms(tx, [...candidates.values()].flatMap(({ balances }) => balances.map(({ brokerId }) => brokerId)), input.asOf);
  for (const member of open) {
    const candidate = candidates.get(member.userId)!;
    const planned = planMember({
      ...candidate, frozen: member.available, minimum, hasMethod: candidate.method !== null, rail: railTerms(rails, candidate, destinations.get(member.userId)),
      rate: rates.get(rateKey(rails, candidate, destinations.get(member.userId))) ?? null, blockedBy: candidate.blockedBy[0] ?? null, rooms,
    });
    // The approved total was made of payable members: whoever is no longer blocked only since then is paid in the next run.
    const payable = planned.decision === 'planned' || planned.decision === 'broker_funding';
    const decision = payable && isGate(member.decision) ? member.decision : planned.decision;
    decisions.push({ userId: member.userId, decision });
    if (decision !== planned.decision || !payable) continue;
    withheld.push(...(planned.withheld ?? []).map(({ brokerId, amount }) => ({ userId: member.userId, brokerId, amount })));
    if (planned.decision !== 'planned') continue;
    payouts.push(payoutOf(input, member, candidate, planned));
    rooms = roomsAfter(rooms, planned.sources);
  }
  await insertPayouts(tx, payouts);
  await insertQuotes(tx, payouts.map(({ id, quote }) => ({ ...quote, payoutId: id, no: 1, quotedAt: input.asOf })));
  await postJournals(tx, payouts.map(reservation));
  await moveExposure(tx, payouts.flatMap(({ sources }) => sources), 1);
  await insertWithheld(tx, input.runId, withheld);
  await decideMembers(tx, input.runId, decisions);
  const blocked = decisions.filter(({ decision }) => isGate(decision)).map(({ userId }) => candidates.get(userId)!);
  const of = (reason: GateDecision): string[] => blocked.filter(({ blockedBy }) => blockedBy.includes(reason)).map(({ userId }) => userId);
  await requestVerifications(tx, of('verification_missing'), input.asOf, settings.verification);
  await requestOwnerships(tx, of('ownership_missing'), input.asOf, settings.ownership);
  await noticesOfBlocked(tx, blocked, input.asOf);
  await noticesOfFunding(tx, withheld, input.asOf);
  await noteRates(tx, rates, missing, input.asOf);
  return { of, result: { next, planned: payouts.length, total: plain(payouts.reduce((all, payout) => all.plus(payout.amount), new Decimal(0))) } };
}

const isGate = (decision: MemberDecision): decision is GateDecision => (GATE_DECISIONS as readonly string[]).includes(decision);

/** Where each candidate's money would go, read once for the page; the payout keeps it as it is stored. */
async function readDestinations(tx: Tx, personal: Dependencies['personal'], candidates: readonly Candidate[]): Promise<Map<string, Record<string, string>>> {
  const methods = candidates.flatMap(({ userId, method }) => (method === null ? [] : [{ userId, destination: method.destination }]));
  return new Map((await withDestinations(personal, tx, methods)).map(({ userId, destination }) => [userId, destination]));
}

function payoutOf(input: PlanPageInput, member: RunMember, { method }: Candidate, planned: { amount: string; quote: Quote; sources: NewPayout['sources'] }): NewPayout & { quote: Quote } {
  return {
    id: newId('payout'), runId: input.runId, userId: member.userId, methodId: method!.id, rail: method!.rail, destination: method!.destination,
    amount: planned.amount, payAmount: planned.quote.payAmount, payCurrency: planned.quote.payCurrency, plannedAt: input.asOf, sources: planned.sources, quote: planned.quote,
  };
}

function railTerms(rails: RailRegistry, { method }: Candidate, destination: Record<string, string> | undefined): QuoteTerms | null {
  if (method === null || destination === undefined || !rails.ids().includes(method.rail)) return null;
  const rail = rails.get(method.rail);
  return rail.validateDestination(destination).ok ? rail.guarantees : null;
}

const rateKey = (rails: RailRegistry, { method }: Candidate, destination: Record<string, string> | undefined): string =>
  (method === null || destination === undefined || !rails.ids().includes(method.rail) ? '' : `${method.rail} ${rails.get(method.rail).currencyOf(destination)}`);

function reservation(payout: NewPayout): JournalDraft {
  return {
    key: `payout:${payout.id}:reserved`, kind: 'payout_reserved', effectiveAt: payout.plannedAt, cause: { type: 'payout', id: payout.id },
    postings: payout.sources.flatMap(({ brokerId, programme, amount }) => {
      const own = { userId: payout.userId, brokerId, programme };
      return [{ account: { kind: 'available' as const, ...own }, amount: `-${amount}` }, { account: { kind: 'reserved' as const, ...own }, amount }];
    }),
  };
}
