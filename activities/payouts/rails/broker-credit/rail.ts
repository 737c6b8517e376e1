import type { LookUpOutcome, SubmitOutcome } from '../../../../domain/payouts/outcomes.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { AttemptHandle, CommittedAttempt, LastLook, Rail, RailRecordEntry } from '../rail.ts';
import { call } from '../sandbox-http.ts';
import { readPage, readSubmit } from './answers.ts';
import { idOf, iso, judgeOperations, type Listing, pagesOf, readListing, type PageReader } from './operations.ts';
import { brokerGuarantees, brokerRailBase, type BrokerTerms } from './order.ts';
import { earlierKeys, keyOf, payoutOf, referenceOf } from './reference.ts';

/** How far before an attempt's preparation its reference is searched for: it costs little, and a clock that is behind hides nothing. */
const SEARCH_BACK_MS = 86_400_000;
/** The same for the references of a payout's earlier attempts. */
const EARLIER_BACK_MS = 30 * SEARCH_BACK_MS;

export interface BrokerHttpConfig extends BrokerTerms {
  /** The back office, e.g. https://backoffice.broker.example/partner. */
  url: string;
  /** Sent as a bearer token. */
  token: string;
  timeoutMs?: number;
  /**
   * The broker has given its word that a credit is booked within so many seconds of its sending or never, and that its lists hold everything booked before their own `asOf`. Null: it
   * has not, and a credit that is found nowhere stays unknown until an operator has proof.
   */
  nonExecutionAfterSeconds: number | null;
  /** How far the broker's clock may be from ours (default 60). */
  clockToleranceSeconds?: number;
  pageSize?: number;
  /** Our clock, to judge the broker's; milliseconds. */
  now?: () => number;
}

/**
 * Credits trading accounts through a broker's back office by HTTP. The broker deduplicates nothing, so a reference is sent once; on doubt the account's operations are searched for it,
 * and then everything that was ever credited by us (it may stand on another account), before anybody may conclude that it was not executed.
 */
export function brokerCreditRail(config: BrokerHttpConfig): Rail {
  const base = config.url.replace(/\/+$/, '');
  const timeoutMs = config.timeoutMs ?? 10_000;
  const toleranceMs = (config.clockToleranceSeconds ?? 60) * 1000;
  const guarantees = {
    ...brokerGuarantees(config), mode: 'single' as const,
    provesNonExecution: config.nonExecutionAfterSeconds === null ? 'never' as const : { secondsAfterLastSend: config.nonExecutionAfterSeconds },
  };
  const now = config.now ?? Date.now;
  const headers = { authorization: `Bearer ${config.token}` };
  const list = (path: string, query: Record<string, string>, signal: AbortSignal): PageReader => async (cursor) => {
    const search = new URLSearchParams({ ...query, limit: String(config.pageSize ?? 500), ...(cursor === null ? {} : { cursor }) });
    return readPage(await call(`${base}${path}?${search.toString()}`, { headers }, timeoutMs, signal));
  };
  const reference = (attempt: AttemptHandle): string => attempt.facts['reference'] ?? referenceOf(attempt.idempotencyKey, config.referenceLength);

  const account = ({ destination: { server = '', account: login = '' } }: AttemptHandle): string => `/accounts/${encodeURIComponent(server)}/${encodeURIComponent(login)}/operations`;
  const daysBefore = ({ preparedAt }: AttemptHandle, ms: number): string => new Date(Date.parse(preparedAt) - toleranceMs - ms).toISOString();

  /** Should an earlier attempt of the payout have been credited after all, against what the broker promised, then this one is not sent. */
  async function creditedBefore(attempt: CommittedAttempt, signal: AbortSignal): Promise<SubmitOutcome | null> {
    const earlier = earlierKeys(attempt.idempotencyKey).map((key) => ({ key, reference: referenceOf(key, config.referenceLength) }));
    if (earlier.length === 0) return null;
    const own = await readListing(list(account(attempt), { since: daysBefore(attempt, EARLIER_BACK_MS) }, signal));
    const found = earlier.find(({ reference }) => judgeOperations(own.operations, reference) !== null);
    if (found !== undefined) return { kind: 'deferred', code: 'CREDITED_BEFORE', reason: `the account has an operation of ${found.reference}, an earlier attempt that was taken for not executed; that one is asked about instead`, retryAfterSeconds: 3600, executedBefore: found.key };
    return own.complete ? null : { kind: 'deferred', code: 'RAIL_UNREACHABLE', reason: `the account's operations cannot be read before sending again: ${own.detail}`, retryAfterSeconds: 60 };
  }

  return {
    ...brokerRailBase(config, guarantees, JSON.stringify),
    async submit(attempt: CommittedAttempt, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome> {
      const before = await creditedBefore(attempt, signal) ?? await lastLook?.() ?? null;
      if (before !== null) return before;
      const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: new Uint8Array(attempt.bytes) };
      return readSubmit(await call(`${base}/credits`, init, timeoutMs, signal), reference(attempt));
    },
    async lookUp(attempt: AttemptHandle, signal: AbortSignal): Promise<LookUpOutcome> {
      const ours = reference(attempt);
      const since = daysBefore(attempt, SEARCH_BACK_MS);
      const delayMs = (config.nonExecutionAfterSeconds ?? config.settlesWithinSeconds) * 1000;
      const neededTo = attempt.lastSentAt === null ? -Infinity : Date.parse(attempt.lastSentAt) + delayMs + toleranceMs;

      const own = await readListing(list(account(attempt), { since }, signal));
      const found = judgeOperations(own.operations, ours) ?? short(own, neededTo, now() + toleranceMs);
      if (found !== null) return found;
      const all = await readListing(list('/operations', { from: since }, signal));
      const elsewhere = judgeOperations(all.operations, ours);
      if (elsewhere === null) return short(all, neededTo, now() + toleranceMs) ?? { kind: 'not_found' };
      return elsewhere.kind === 'unknown' ? elsewhere : { kind: 'unknown', detail: `CREDITED_ELSEWHERE: the broker booked ${ours} on another account than ordered` };
    },
    async *record(from: string | null, to: string | null, signal: AbortSignal): AsyncIterable<RailRecordEntry> {
      const pages = pagesOf(list('/operations', { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) }, signal));
      for (let next = await pages.next(); ; next = await pages.next()) {
        if (next.done) {
          if (next.value !== null) throw unreachable(config.brokerId, next.value);
          return;
        }
        const { operations, asOf } = next.value;
        // A copy that is older than what is asked for would show what it lacks as not executed.
        if (to !== null && asOf < Math.min(Date.parse(to), now())) throw unreachable(config.brokerId, `its list is as of ${new Date(asOf).toISOString()}`);
        for (const operation of operations) {
          const at = iso(operation.at);
          if ((operation.kind !== 'credit' && operation.kind !== 'reversal') || (from !== null && at < from) || (to !== null && at >= to)) continue;
          const { operationId, amount, currency, server, account } = operation;
          const idempotencyKey = operation.reference === null ? null : keyOf(operation.reference);
          yield {
            sequence: idOf(operation), kind: operation.kind === 'credit' ? 'executed' : 'returned', at, idempotencyKey, payoutId: payoutOf(idempotencyKey),
            railReference: operationId, amount, currency, destination: { server, account },
          };
        }
      }
    },
  };
}

/** Why a list that shows nothing is no proof yet; null: it holds everything up to the instant that is needed. */
function short(listing: Listing, neededTo: number, latest: number): LookUpOutcome | null {
  if (!listing.complete) return { kind: 'unknown', detail: `the operations cannot be read to their end: ${listing.detail}` };
  if (listing.asOf > latest && neededTo !== -Infinity) return { kind: 'unknown', detail: `the operations are as of ${new Date(listing.asOf).toISOString()}, which is yet to come: the broker's clock is ahead, so its list proves nothing` };
  if (listing.asOf >= neededTo) return null;
  return { kind: 'unknown', detail: `nothing in the operations as of ${new Date(listing.asOf).toISOString()}; they are asked for again until ${new Date(neededTo).toISOString()}` };
}

const unreachable = (brokerId: string, detail: string): Problem =>
  new Problem('RAIL_UNREACHABLE', `The operations at ${brokerId} cannot be read to their end: ${detail}. Try again later.`, { status: 503 });
