import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { type Answer, call } from '../../payouts/rails/sandbox-http.ts';
import { verifyStandardWebhook } from '../../payouts/rails/standard-webhooks.ts';
import type { IdentityData, LookUpAnswer, ProviderEvent, SubmitAnswer, VerificationProvider } from './provider.ts';

export interface SandboxVerificationConfig {
  /** Where `scripts/sandbox-verification.ts` listens. */
  url: string;
  secret: string;
  timeoutMs?: number;
}

const code = z.string().regex(/^[A-Z0-9_]{1,60}$/);
const Found = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }), z.object({ state: z.literal('approved') }),
  z.object({ state: z.literal('rejected'), code }), z.object({ state: z.literal('ask_again'), code }),
]);
const Event = z.object({ type: z.literal('verification.decided'), data: z.object({ reference: z.string().max(100) }) });

/** The adapter of the sandbox provider: PUT by reference, so that the same submission twice is one. */
export function sandboxVerification(config: SandboxVerificationConfig): VerificationProvider {
  const base = `${config.url.replace(/\/$/, '')}/v1/cases/`;
  const timeoutMs = config.timeoutMs ?? 5000;
  const authorization = `Bearer ${sandboxVerificationKey(config.secret, 'calls').toString('hex')}`;
  const ask = (reference: string, init: RequestInit, signal: AbortSignal): Promise<Answer> => call(base + encodeURIComponent(reference), { ...init, headers: { authorization, 'content-type': 'application/json' } }, timeoutMs, signal);
  return {
    id: 'sandbox',
    async submit(reference: string, data: IdentityData, signal: AbortSignal): Promise<SubmitAnswer> {
      const answer = await ask(reference, { method: 'PUT', body: JSON.stringify(data) }, signal);
      if (answer.kind === 'none') return { kind: 'unknown', code: 'NO_ANSWER' };
      if (answer.status === 200 || answer.status === 201) return { kind: 'accepted' };
      return answer.status === 422 ? { kind: 'refused', code: 'DATA_REFUSED' } : { kind: 'unknown', code: `HTTP_${answer.status}` };
    },
    async lookUp(reference: string, signal: AbortSignal): Promise<LookUpAnswer> {
      const answer = await ask(reference, { method: 'GET' }, signal);
      if (answer.kind === 'none') return { kind: 'unknown', code: 'NO_ANSWER' };
      if (answer.status === 404) return { kind: 'not_found' };
      const found = answer.status === 200 ? Found.safeParse(answer.json) : null;
      if (!found?.success) return { kind: 'unknown', code: found === null ? `HTTP_${answer.status}` : 'UNREADABLE' };
      const { state, ...rest } = found.data;
      return { kind: state, ...rest } as LookUpAnswer;
    },
    verifyEvent(headers, rawBody: Buffer, asOf: Date): ProviderEvent {
      const eventId = signedEventId(headers, rawBody, sandboxVerificationKey(config.secret, 'webhooks'), asOf);
      const event = Event.safeParse(parsed(rawBody));
      if (!event.success) throw new Problem('VERIFICATION_EVENT_MALFORMED', 'The event is signed, but it is not one of a verification.', { status: 400 });
      return { eventId, reference: event.data.data.reference };
    },
  };
}

/** One configured secret, one key for each purpose. */
export function sandboxVerificationKey(secret: string, purpose: 'calls' | 'webhooks'): Buffer {
  return createHmac('sha256', secret).update(`sandbox-verification ${purpose}`).digest();
}

function signedEventId(headers: Readonly<Record<string, string | string[] | undefined>>, rawBody: Buffer, key: Buffer, asOf: Date): string {
  try {
    return verifyStandardWebhook(headers, rawBody, key, asOf);
  } catch (error) {
    if (error instanceof Problem) throw new Problem(error.code.replace(/^RAIL_/, 'VERIFICATION_'), error.message.replace('the rail', 'the provider'), { status: error.status });
    throw error;
  }
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}
