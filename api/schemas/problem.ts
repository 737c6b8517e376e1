import { z } from 'zod';

/** Every error's body (RFC 9457). */
export const ProblemBody = z.object({
  type: z.string().meta({ examples: ['urn:cashback:problem:LINK_CLAIMED'] }),
  title: z.string(),
  status: z.int(),
  code: z.string().meta({ description: 'Stable: decide by this.', examples: ['LINK_CLAIMED'] }),
  detail: z.string().meta({ description: 'What is wrong and what to do, for people.' }),
  instance: z.string().meta({ description: 'Id of the request, as in our logs.', examples: ['req_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e'] }),
  at: z.record(z.string(), z.union([z.string(), z.number()])).optional().meta({ description: 'Where: field, or file, line and column.' }),
  facts: z.record(z.string(), z.unknown()).optional(),
  errors: z.array(z.object({ in: z.string(), path: z.string(), message: z.string() })).optional(),
}).meta({ id: 'Problem', description: 'application/problem+json' });
