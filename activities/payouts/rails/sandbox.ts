import { createHash, createHmac } from 'node:crypto';
import { BALANCE_PLACES, Decimal, plain } from '../../../domain/decimal.ts';
import { PAR } from '../../../domain/payouts/quote.ts';
import type { RailGuarantees } from '../../../domain/payouts/guarantees.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';
import { Problem } from '../../../domain/problem.ts';
import type { AttemptHandle, CommittedAttempt, Destination, DestinationCheck, LastLook, PayoutInstruction, PreparedAttempt, Rail, RailEvent, RailRecordEntry } from './rail.ts';
import { readEvent, readLookUp, readPage, readSubmit } from './sandbox-answers.ts';
import { call } from './sandbox-http.ts';
import { verifyStandardWebhook } from './standard-webhooks.ts';

export interface SandboxRailConfig {
  id?: string;
  /** Where `scripts/sandbox-rail.ts` listens, e.g. http://127.0.0.1:4010. */
  url: string;
  secret: string;
  timeoutMs?: number;
  /** Must not exceed the rail's own window (`--key-window`, default 7 days). */
  keyWindowSeconds?: number;
  minimum?: string;
  maximum?: string | null;
  settlesWithinSeconds?: number;
  /** Entries asked for at once when the rail's record is read (default 500, the rail gives at most 1000). */
  recordPageSize?: number;
}

/** The adapter of the sandbox rail: HTTP, one signed canonical JSON body a payment, whole cents of USD, keys honoured for a window. */
export function sandboxRail(config: SandboxRailConfig): Rail {
  const base = config.url.replace(/\/$/, '');
  const timeoutMs = config.timeoutMs ?? 5000;
  const token = purposeKey(config.secret, 'look-ups').toString('hex');
  const guarantees: RailGuarantees = {
    honoursKeysForSeconds: config.keyWindowSeconds ?? 7 * 86_400,
    // A request may still be under way when a look-up finds nothing, and may be executed after it.
    provesNonExecution: 'never',
    finalOn: 'executed', settlesWithinSeconds: config.settlesWithinSeconds ?? 60, canReturn: true,
    minimum: config.minimum ?? '10', maximum: config.maximum ?? null, fee: '0', feeBearer: 'company', precision: 2, currencies: ['USD'], mode: 'single',
  };
  const get = (path: string, signal: AbortSignal) => call(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } }, timeoutMs, signal);

  return {
    id: config.id ?? 'sandbox',
    guarantees,
    payeeField: 'holderName',
    validateDestination,
    currencyOf: () => 'USD',
    rate: async () => PAR,
    async prepare(instruction: PayoutInstruction): Promise<PreparedAttempt> {
      const order = orderOf(instruction, guarantees);
      const signature = createHmac('sha256', purposeKey(config.secret, 'requests')).update(canonicalJson(order)).digest('base64');
      const bytes = Buffer.from(canonicalJson({ ...order, signature }), 'utf8');
      return { bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: null, expiresAt: null, facts: {} };
    },
    async submit(attempt: CommittedAttempt, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome> {
      const late = await lastLook?.() ?? null;
      if (late !== null) return late;
      const headers = { 'content-type': 'application/json', 'idempotency-key': attempt.idempotencyKey };
      return readSubmit(await call(`${base}/v1/payments`, { method: 'POST', headers, body: new Uint8Array(attempt.bytes) }, timeoutMs, signal), attempt.idempotencyKey);
    },
    async lookUp(attempt: AttemptHandle, signal: AbortSignal): Promise<LookUpOutcome> {
      return readLookUp(await get(`/v1/payments/by-key/${encodeURIComponent(attempt.idempotencyKey)}`, signal), attempt.idempotencyKey);
    },
    verifyEvent(headers, rawBody: Buffer, asOf: Date): RailEvent {
      const eventId = verifyStandardWebhook(headers, rawBody, purposeKey(config.secret, 'webhooks'), asOf);
      return readEvent(eventId, rawBody);
    },
    async *record(from: string | null, to: string | null, signal: AbortSignal): AsyncIterable<RailRecordEntry> {
      for (let after: number | null = 0; after !== null;) {
        const page = readPage(await get(`/v1/record?after=${after}&limit=${config.recordPageSize ?? 500}`, signal));
        for (const entry of page.entries) if ((from === null || entry.at >= from) && (to === null || entry.at < to)) yield entry;
        after = page.next;
      }
    },
  };
}

/** One configured secret, one key for each purpose: a leaked look-up token signs no payment. */
export function purposeKey(secret: string, purpose: 'requests' | 'look-ups' | 'webhooks'): Buffer {
  return createHmac('sha256', secret).update(`sandbox-rail ${purpose}`).digest();
}

/** JSON with sorted keys and no blanks: the same order always gives the same bytes. */
export function canonicalJson(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, (_key, part: unknown) => (
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part
  ));
}

function validateDestination(destination: Destination): DestinationCheck {
  const account = destination['account']?.trim() ?? '';
  if (!/^[A-Za-z0-9_-]{3,64}$/.test(account)) {
    return { ok: false, code: 'DESTINATION_REFUSED', field: 'account', reason: 'The account must be 3 to 64 letters, digits, hyphens or underscores.' };
  }
  const foreign = Object.keys(destination).find((field) => field !== 'account' && field !== 'holderName');
  if (foreign !== undefined) return { ok: false, code: 'DESTINATION_REFUSED', field: foreign, reason: 'The sandbox rail takes the fields account and holderName only.' };
  const holderName = destination['holderName']?.trim();
  return { ok: true, destination: { account, ...(holderName ? { holderName } : {}) }, shown: `sandbox account …${account.slice(-4)}` };
}

function orderOf(instruction: PayoutInstruction, guarantees: RailGuarantees): Record<string, unknown> {
  const check = validateDestination(instruction.destination);
  if (!check.ok) throw new Problem(check.code, check.reason, { at: { field: check.field } });
  if (!guarantees.currencies.includes(instruction.currency)) throw new Problem('RAIL_CURRENCY_REFUSED', `The sandbox rail pays ${guarantees.currencies.join(', ')}, not ${instruction.currency}.`, { at: { field: 'currency' } });
  const amount = /^\d{1,15}(\.\d{1,8})?$/.test(instruction.amount) ? new Decimal(instruction.amount) : null;
  if (amount === null || amount.isZero() || amount.decimalPlaces() > Math.min(guarantees.precision, BALANCE_PLACES)) {
    throw new Problem('RAIL_AMOUNT_REFUSED', `The sandbox rail pays positive amounts of at most ${guarantees.precision} decimals, not "${instruction.amount}"; cut the amount and carry the rest.`, { at: { field: 'amount' } });
  }
  return { idempotencyKey: instruction.idempotencyKey, payoutId: instruction.payoutId, amount: plain(amount), currency: instruction.currency, destination: check.destination };
}
