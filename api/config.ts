import { z } from 'zod';
import { Problem } from '../domain/problem.ts';

const whole = (fallback: number, min: number, max: number) => z.coerce.number().int().min(min).max(max).default(fallback);

/** What the API reads from the environment; every key has a default. Sizes in bytes, times in milliseconds. */
export const ApiEnvironment = z.object({
  PORT: whole(3000, 0, 65_535),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Largest JSON body. */
  API_BODY_LIMIT: whole(1_048_576, 1_024, 100_000_000),
  /** Largest report file. */
  API_REPORT_LIMIT: whole(536_870_912, 1_024, 10_000_000_000),
  /** Requests per minute and address; more are answered with 429. */
  API_RATE_LIMIT: whole(1_200, 1, 10_000_000),
  /** Above this delay of the event loop requests are answered with 503; 0 switches it off. */
  API_MAX_EVENT_LOOP_DELAY: whole(2_000, 0, 60_000),
  /** Believe X-Forwarded-For: only behind a proxy that sets it. */
  API_TRUST_PROXY: z.stringbool().default(false),
});

export interface ApiConfig {
  port: number;
  host: string;
  logLevel: z.infer<typeof ApiEnvironment>['LOG_LEVEL'];
  bodyLimit: number;
  reportLimit: number;
  rateLimitPerMinute: number;
  maxEventLoopDelay: number;
  trustProxy: boolean;
}

/** Reads and checks the environment once. Throws CONFIG_INVALID naming every variable that is wrong. */
export function readApiConfig(env: NodeJS.ProcessEnv = process.env): ApiConfig {
  const parsed = ApiEnvironment.safeParse(env);
  if (!parsed.success) throw new Problem('CONFIG_INVALID', `The environment is wrong: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
  const e = parsed.data;
  return {
    port: e.PORT, host: e.HOST, logLevel: e.LOG_LEVEL, bodyLimit: e.API_BODY_LIMIT, reportLimit: e.API_REPORT_LIMIT,
    rateLimitPerMinute: e.API_RATE_LIMIT, maxEventLoopDelay: e.API_MAX_EVENT_LOOP_DELAY, trustProxy: e.API_TRUST_PROXY,
  };
}
