import { z } from 'zod';
import { mailConfig, MailEnvironment } from '../db/mailConfig.ts';
import { parseEnvironment, ProcessEnvironment, SourceEnvironment, TwoPeopleEnvironment, PublicEnvironment, WebhookEnvironment, whole } from '../db/config.ts';

/** What the API reads from the environment besides what every process does. Sizes in bytes, times in milliseconds. */
export const ApiEnvironment = z.object({
  PORT: whole(3000, 0, 65_535).describe('Port of the API; `npm start` takes another free one where the default is in use.'),
  HOST: z.string().default('127.0.0.1').describe('Address the API listens on.'),
  API_BODY_LIMIT: whole(1_048_576, 1_024, 100_000_000).describe('Largest JSON body, bytes.'),
  API_REPORT_LIMIT: whole(536_870_912, 1_024, 10_000_000_000).describe('Largest report file, bytes.'),
  API_RATE_LIMIT: whole(1_200, 1, 10_000_000).describe('Requests per minute and address; more are answered with 429.'),
  API_SIGN_IN_RATE_LIMIT: whole(20, 1, 10_000_000).describe('Requests per minute and address to each route that takes a password, a code or a mail address.'),
  PAYOUT_COOL_DOWN_HOURS: whole(48, 0, 720).describe('Hours after its confirmation in which a payout method is not used yet; payouts go where they went before.'),
  API_MAX_EVENT_LOOP_DELAY: whole(2_000, 0, 60_000).describe('Milliseconds; above this delay of the event loop requests are answered with 503; 0 switches it off.'),
  API_TRUST_PROXY: z.stringbool().default(false).describe('Believe the last address in X-Forwarded-For: only behind one proxy, which sets or extends it.'),
});

export interface ApiConfig {
  port: number;
  host: string;
  logLevel: z.infer<typeof ProcessEnvironment>['LOG_LEVEL'];
  bodyLimit: number;
  reportLimit: number;
  rateLimitPerMinute: number;
  signInRateLimitPerMinute: number;
  /** Where people reach the product, e.g. `https://app.example.org`. */
  publicUrl: string;
  /** Hours from a payout method's confirmation to its use. */
  coolDownHours: number;
  maxEventLoopDelay: number;
  trustProxy: boolean;
  webhooksAllowPrivate: boolean;
  sourcesAllowPrivate: boolean;
  /** Whether /dev/mails shows every mail to everybody. */
  showMails: boolean;
  /** Whether changes wait for a second operator. */
  twoPeople: boolean;
}

/** Reads and checks the environment once. Throws CONFIG_INVALID naming every variable that is wrong. */
export function readApiConfig(env: NodeJS.ProcessEnv = process.env): ApiConfig {
  const e = parseEnvironment(z.object({ ...ApiEnvironment.shape, ...WebhookEnvironment.shape, ...SourceEnvironment.shape, ...TwoPeopleEnvironment.shape, ...PublicEnvironment.shape, ...MailEnvironment.shape, LOG_LEVEL: ProcessEnvironment.shape.LOG_LEVEL }), env);
  return {
    port: e.PORT, host: e.HOST, logLevel: e.LOG_LEVEL, bodyLimit: e.API_BODY_LIMIT, reportLimit: e.API_REPORT_LIMIT,
    rateLimitPerMinute: e.API_RATE_LIMIT, signInRateLimitPerMinute: e.API_SIGN_IN_RATE_LIMIT, publicUrl: e.PUBLIC_URL, coolDownHours: e.PAYOUT_COOL_DOWN_HOURS, maxEventLoopDelay: e.API_MAX_EVENT_LOOP_DELAY, trustProxy: e.API_TRUST_PROXY, webhooksAllowPrivate: e.WEBHOOKS_ALLOW_PRIVATE, sourcesAllowPrivate: e.SOURCES_ALLOW_PRIVATE, showMails: mailConfig(e, env['NODE_ENV']).transport === 'development', twoPeople: e.TWO_PEOPLE === 'on',
  };
}
