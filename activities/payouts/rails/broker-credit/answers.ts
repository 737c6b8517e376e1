import { z } from 'zod';
import type { SubmitOutcome } from '../../../../domain/payouts/outcomes.ts';
import type { Answer } from '../sandbox-http.ts';

/*
 * What a broker's back office says, read strictly: whatever is not word for word an answer about *this* reference is unknown.
 */
const amount = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/);
const instant = z.iso.datetime({ offset: true });
const name = z.string().min(1).max(128);
const executed = z.object({ status: z.literal('executed'), reference: z.string(), operationId: name, at: instant });
const accepted = z.object({ status: z.literal('accepted'), reference: z.string() });
const refusal = z.object({ error: z.object({ code: z.string().max(64), reason: z.string().max(500) }), reference: z.string().optional() });
const operation = z.object({
  operationId: name, kind: z.string(), reference: z.string().nullable(), server: z.string(), account: z.string(), amount, currency: z.string(), at: instant,
  /** Of a reversal: the operation that it takes back. */
  reverses: z.string().nullable(),
});
const page = z.object({ asOf: instant, next: z.string().min(1).nullable(), operations: z.array(operation) });

export type Operation = z.infer<typeof operation>;
export type Page = z.infer<typeof page>;

/** Seconds before the same bytes are tried again where the broker named none, and where our wallet at the broker has to be filled first. */
const RETRY_SECONDS = 5;
const WALLET_SECONDS = 900;

/** Final words about an account or an order; anything else with a status of an error says nothing about the credit. */
const REJECTIONS: readonly string[] = ['ACCOUNT_UNKNOWN', 'ACCOUNT_CLOSED', 'ACCOUNT_ARCHIVED', 'ACCOUNT_WRONG', 'CURRENCY_WRONG', 'AMOUNT_REFUSED'];
export const isRejection = (code: string): boolean => REJECTIONS.includes(code);

export function readSubmit(answer: Answer, reference: string): SubmitOutcome {
  if (answer.kind === 'none') {
    return answer.notSent ? { kind: 'deferred', code: 'RAIL_UNREACHABLE', reason: answer.detail, retryAfterSeconds: RETRY_SECONDS } : { kind: 'unknown', detail: answer.detail };
  }
  const { status } = answer;
  const refused = refusal.safeParse(answer.json);
  if (refused.success) {
    const { error: { code, reason } } = refused.data;
    const ours = refused.data.reference === reference;
    // Documented as "this request was not considered".
    if ((status === 429 && code === 'RATE_LIMITED') || (status === 401 && code === 'UNAUTHORIZED')) return { kind: 'deferred', code, reason, retryAfterSeconds: answer.retryAfterSeconds ?? RETRY_SECONDS };
    if (status === 409 && code === 'WALLET_SHORT' && ours) return { kind: 'deferred', code, reason, retryAfterSeconds: answer.retryAfterSeconds ?? WALLET_SECONDS };
    if (status === 422 && isRejection(code) && ours) return { kind: 'rejected', code, reason, retryable: false };
    return { kind: 'unknown', detail: `the broker answered ${status} ${code}` };
  }
  const done = status === 200 || status === 201 ? executed.safeParse(answer.json) : null;
  if (done?.success && done.data.reference === reference) return { kind: 'accepted', railReference: done.data.operationId };
  const taken = status === 202 ? accepted.safeParse(answer.json) : null;
  if (taken?.success && taken.data.reference === reference) return { kind: 'accepted', railReference: null };
  return { kind: 'unknown', detail: `the broker answered ${status} with something unreadable` };
}

/** A page of operations, or why there is none. */
export function readPage(answer: Answer): Page | string {
  if (answer.kind === 'none') return answer.detail;
  const body = answer.status === 200 ? page.safeParse(answer.json) : null;
  return body?.success ? body.data : `the broker answered ${answer.status}${answer.status === 200 ? ' with something unreadable' : ''}`;
}
