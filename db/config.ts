import { z } from 'zod';
import { Problem } from '../domain/problem.ts';
import { withSecretFiles } from './secretFiles.ts';

/** A whole number of the environment, with its default and bounds. */
export const whole = (fallback: number, min: number, max: number) => z.coerce.number().int().min(min).max(max).default(fallback);

/** What every process of the product reads from the environment. */
export const ProcessEnvironment = z.object({
  DATABASE_APP_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional()
    .describe('Postgres as the role `cashback_app`, which owns no table. Needed by a worker or an API run by itself; `npm start` works it out.'),
  DATABASE_POOL_SIZE: whole(10, 1, 1_000).describe('Most Postgres connections that one process holds.'),
  TEMPORAL_ADDRESS: z.string().optional().describe('Temporal, `host:port`. Not set: `npm start` runs a local dev server with its UI. TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_… and TEMPORAL_PROFILE work as in every Temporal SDK.'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').describe('Least level that is logged (JSON lines, without personal data).'),
});

/** Where people reach us: the API judges by it where a request comes from, the worker puts it into mails. */
export const PublicEnvironment = z.object({
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000').describe('Address under which people reach the product: links in mails, and the origin that sessions are taken from.'),
});

/** Where brokers' sources may lead; checked when one is added and at every look. */
export const SourceEnvironment = z.object({
  SOURCES_ALLOW_PRIVATE: z.stringbool().default(false).describe("Brokers' sources (API, SFTP, S3, mailbox) may also be reached by http and at addresses of private networks: for development, or where a broker is reached through one."),
});

/** What the API refuses to register and the worker refuses to send to. */
export const WebhookEnvironment = z.object({
  WEBHOOKS_ALLOW_PRIVATE: z.stringbool().default(false).describe('Webhooks may also go to http addresses and into private networks: for development only.'),
});

/** Read by the API, which asks for second operators, and the worker, whose reports and runs wait for them. */
export const TwoPeopleEnvironment = z.object({
  TWO_PEOPLE: z.enum(['on', 'off']).default('on').describe('`off`: an installation with one operator; nothing waits for a second one, and `/healthz` and `/readyz` say so.'),
});

/**
 * Reads and checks the environment once; a variable that is set to nothing counts as not set, and `NAME_FILE` names a file with
 * NAME's value. Throws `Problem` CONFIG_INVALID naming every variable that is wrong.
 */
export function parseEnvironment<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv): z.infer<T> {
  const named = schema instanceof z.ZodObject ? withSecretFiles(Object.keys(schema.shape), env) : env;
  const set = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`);
    throw new Problem('CONFIG_INVALID', `The environment is wrong: ${faults.join('; ')}. The README lists every variable.`);
  }
  return parsed.data;
}

/** The variable, or `Problem` CONFIG_MISSING for a process that cannot work without it. */
export function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new Problem('CONFIG_MISSING', `${name} is not set; this process cannot work without it. The README lists every variable.`);
  return value;
}
