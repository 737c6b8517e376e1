import { z } from 'zod';
import { idIn, Instant, text } from './common.ts';
import { timeQuery } from './paging.ts';

const outcome = z.enum(['done', 'asked', 'refused']).meta({ description: '`asked`: it was sent to whoever decides, or waits for a second operator; `refused`: it was asked for and not allowed.' });
const value = z.unknown().meta({ description: 'What of the subject mattered; personal and secret values are `•`.', examples: [{ status: 'active' }] });

export const AuditEntry = z.object({
  id: z.string().meta({ examples: ['aud_4711'] }), at: Instant,
  actor: z.object({
    kind: z.enum(['api_key', 'session', 'system', 'nobody']), id: z.string().meta({ description: 'The key, session or program that acted.', examples: ['key_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }),
    principalId: z.string().meta({ description: 'The person behind it; of a key without one the key itself.', examples: ['psn_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }), role: z.string().nullable().meta({ examples: ['compliance'] }),
  }),
  operation: z.string().meta({ description: "The API's operationId, or what a workflow or program did.", examples: ['changeUser'] }),
  subject: z.object({ type: z.string().meta({ examples: ['user'] }), id: z.string().meta({ examples: ['usr_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }) }),
  userId: z.string().nullable().meta({ description: 'Whose affairs it concerns.' }), outcome, reason: z.string().nullable().meta({ examples: ['Asked by the user'] }), before: value, after: value,
  requestId: z.string().nullable().meta({ examples: ['req_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }), network: z.string().nullable().meta({ description: "The caller's network, not his address.", examples: ['203.0.113.0/24'] }),
}).meta({ id: 'AuditEntry' });

export const AuditQuery = {
  principalId: text(100).optional().meta({ description: 'Who acted.' }), operation: text(100).optional(), subjectType: text(60).optional(), subjectId: text(100).optional(),
  userId: idIn('usr').optional(), role: text(60).optional(), outcome: outcome.optional(), ...timeQuery('done'),
};
