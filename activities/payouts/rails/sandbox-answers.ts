import { z } from 'zod';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';
import { Problem } from '../../../domain/problem.ts';
import type { RailEvent, RailRecordEntry } from './rail.ts';
import type { Answer } from './sandbox-http.ts';

/*
 * What the sandbox rail says, read strictly: whatever is not word for word an answer about *this* key is unknown.
 */
const amount = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/);
const instant = z.iso.datetime();
const rejected = z.object({ status: z.literal('rejected'), idempotencyKey: z.string(), code: z.string(), reason: z.string(), retryable: z.boolean() });
const taken = z.object({ status: z.enum(['accepted', 'executed']), idempotencyKey: z.string(), reference: z.string() });
const payment = z.object({ idempotencyKey: z.string(), reference: z.string(), amount, currency: z.string(), fee: amount });
const state = z.discriminatedUnion('status', [
  rejected,
  payment.extend({ status: z.literal('accepted') }),
  payment.extend({ status: z.literal('executed'), executedAt: instant }),
  payment.extend({ status: z.literal('returned'), executedAt: instant, returnedAt: instant, returnedAmount: amount, code: z.string(), reason: z.string() }),
]);
const refusal = z.object({ error: z.object({ code: z.string(), reason: z.string() }) });
const recordPage = z.object({
  entries: z.array(z.object({
    sequence: z.int(), kind: z.enum(['executed', 'returned']), at: instant, key: z.string(), payoutId: z.string(), reference: z.string(),
    amount, currency: z.string(), destination: z.record(z.string(), z.string()),
  })),
  next: z.int().nullable(),
});
const eventBody = z.object({ type: z.string(), timestamp: instant, data: z.object({ reference: z.string().nullable(), key: z.string() }) });

/** Seconds before the same bytes are tried again where the rail named none. */
const RETRY_SECONDS = 5;

export function readSubmit(answer: Answer, key: string): SubmitOutcome {
  if (answer.kind === 'none') {
    return answer.notSent ? { kind: 'deferred', code: 'RAIL_UNREACHABLE', reason: answer.detail, retryAfterSeconds: RETRY_SECONDS } : { kind: 'unknown', detail: answer.detail };
  }
  const refused = refusal.safeParse(answer.json);
  // Documented as "this request was not considered"; every other error status says nothing about the payment.
  if (refused.success && (answer.status === 429 || answer.status === 401)) {
    return { kind: 'deferred', code: refused.data.error.code, reason: refused.data.error.reason, retryAfterSeconds: answer.retryAfterSeconds ?? RETRY_SECONDS };
  }
  if (answer.status !== 200 && answer.status !== 202) return { kind: 'unknown', detail: `the rail answered ${answer.status}${refused.success ? ` ${refused.data.error.code}` : ''}` };
  const body = z.union([rejected, taken]).safeParse(answer.json);
  if (!body.success || body.data.idempotencyKey !== key) return { kind: 'unknown', detail: `the rail answered ${answer.status} with something unreadable` };
  if (body.data.status === 'rejected') return { kind: 'rejected', code: body.data.code, reason: body.data.reason, retryable: body.data.retryable };
  return { kind: 'accepted', railReference: body.data.reference };
}

export function readLookUp(answer: Answer, key: string): LookUpOutcome {
  if (answer.kind === 'none') return { kind: 'unknown', detail: answer.detail };
  const refused = refusal.safeParse(answer.json);
  if (answer.status === 404 && refused.success && refused.data.error.code === 'NOT_FOUND') return { kind: 'not_found' };
  const body = state.safeParse(answer.json);
  if (answer.status !== 200 || !body.success || body.data.idempotencyKey !== key) {
    return { kind: 'unknown', detail: `the rail answered the look-up with ${answer.status}${refused.success ? ` ${refused.data.error.code}` : ''}` };
  }
  const { data } = body;
  if (data.status === 'rejected') return { kind: 'rejected', code: data.code, reason: data.reason, retryable: data.retryable };
  if (data.status === 'accepted') return { kind: 'pending', railReference: data.reference };
  const execution = { railReference: data.reference, executedAt: data.executedAt, amount: data.amount, currency: data.currency, fee: data.fee };
  if (data.status === 'executed') return { kind: 'executed', ...execution };
  return { kind: 'returned', ...execution, returnedAt: data.returnedAt, returnedAmount: data.returnedAmount, code: data.code, reason: data.reason };
}

/** A page of the rail's record. Throws `Problem` RAIL_UNREACHABLE (503) if it cannot be had or read. */
export function readPage(answer: Answer): { entries: RailRecordEntry[]; next: number | null } {
  const body = answer.kind === 'answer' && answer.status === 200 ? recordPage.safeParse(answer.json) : null;
  if (!body?.success) {
    const detail = answer.kind === 'none' ? answer.detail : `it answered ${answer.status}`;
    throw new Problem('RAIL_UNREACHABLE', `The sandbox rail's record cannot be read: ${detail}. Try again when the rail is up.`, { status: 503 });
  }
  return {
    next: body.data.next,
    entries: body.data.entries.map(({ key, reference, sequence, ...entry }) => ({ ...entry, sequence: String(sequence), idempotencyKey: key, railReference: reference })),
  };
}

/** Reads an event whose signature was checked. Throws `Problem` RAIL_EVENT_MALFORMED (400). */
export function readEvent(eventId: string, rawBody: Buffer): RailEvent {
  let json: unknown;
  try {
    json = JSON.parse(rawBody.toString('utf8'));
  } catch {
    json = undefined;
  }
  const body = eventBody.safeParse(json);
  if (!body.success) throw new Problem('RAIL_EVENT_MALFORMED', 'The event is signed but cannot be read: it needs type, timestamp and data with reference and key.', { status: 400 });
  const what = z.enum(['accepted', 'executed', 'rejected', 'returned']).safeParse(body.data.type.replace(/^payment\./, ''));
  return { eventId, type: what.success ? what.data : 'other', occurredAt: body.data.timestamp, idempotencyKey: body.data.data.key, railReference: body.data.data.reference };
}
