import type { Pool } from 'pg';
import { z } from 'zod';
import { Problem } from '../../../../domain/problem.ts';
import { localFolders } from '../bank/localFolders.ts';
import { sftpFolders } from '../bank/sftpFolders.ts';
import type { OpenFolders } from '../files/handOver.ts';
import { type FxSettings, fxRates } from '../fx/settings.ts';
import type { Rail } from '../rail.ts';
import { brokerBatchRail } from './batch.ts';
import { type BrokerTerms, railIdOf } from './order.ts';
import { brokerCreditRail } from './rail.ts';
import { SHORTEST_REFERENCE } from './reference.ts';

const amount = z.string().regex(/^\d{1,12}(\.\d{1,8})?$/, 'must be a decimal text');
const seconds = (most: number) => z.int().min(1).max(most);
const common = {
  broker: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'must be the id of a broker'),
  servers: z.array(z.string().min(1)).default([]),
  currency: z.string().regex(/^[A-Z]{3,5}$/).default('USD'), precision: z.int().min(0).max(8).optional(), minimum: amount.default('1'), maximum: amount.nullable().default(null),
  referenceLength: z.int().min(SHORTEST_REFERENCE).max(255).default(64),
};
const http = z.strictObject({
  ...common, way: z.literal('http'), url: z.url({ protocol: /^https?$/ }), nonExecutionAfterSeconds: seconds(604_800).nullable().default(null), clockToleranceSeconds: z.int().min(0).max(3_600).default(60),
  settlesWithinSeconds: seconds(604_800).default(3_600), callsPerSecond: z.number().positive().max(1_000).default(5), timeoutMs: z.int().min(100).max(30_000).default(10_000),
});
const files = z.strictObject({
  ...common, way: z.literal('files'), out: z.string().min(1), in: z.string().min(1), hostKey: z.string().startsWith('SHA256:').optional(), comment: z.string().min(1).max(60).default('Cashback'),
  settlesWithinSeconds: seconds(2_592_000).default(259_200), most: z.int().min(1).max(10_000).default(1_000),
});
/** Decimals of a currency of countries; null: it is none, and its own affair. */
function placesOf(currency: string): number | null {
  return Intl.supportedValuesOf('currency').includes(currency) ? new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? null : null;
}
const brokers = z.array(z.discriminatedUnion('way', [http, files]).refine(({ currency, precision }) => (precision ?? 0) <= (placesOf(currency) ?? 8), { path: ['precision'], error: 'must not be more decimals than the currency has' }));
type Broker = z.infer<typeof brokers>[number];

/** A variable whose value is JSON; one that cannot be read is named without being repeated. */
const json = <T extends z.ZodType>(schema: T) => z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}).pipe(schema).optional();

/** The brokers' variables. */
export const BrokerCreditEnvironment = z.object({
  BROKER_CREDIT_BROKERS: json(brokers).describe('Brokers at which trading accounts are credited, as a JSON list (README "Broker credit"); RAILS names each as `broker-credit-<broker>`.'),
  BROKER_CREDIT_SECRETS: json(z.record(z.string(), z.string().min(8))).describe('By broker its bearer token, or the password or private key of its SFTP user: a JSON object.'),
});
export type BrokerCreditSettings = z.infer<typeof BrokerCreditEnvironment>;

/** Whether RAILS means a broker by this name. */
export const isBrokerCredit = (rail: string): boolean => rail.startsWith(railIdOf(''));

/** The rail of one broker. Throws `Problem` CONFIG_MISSING or CONFIG_INVALID. */
export function brokerCreditFromSettings(rail: string, settings: BrokerCreditSettings & FxSettings, { pool }: { pool: Pool }): Rail {
  const named = (settings.BROKER_CREDIT_BROKERS ?? []).filter(({ broker }) => railIdOf(broker) === rail);
  const [broker] = named;
  if (!broker) throw new Problem('CONFIG_MISSING', `RAILS names ${rail}, and BROKER_CREDIT_BROKERS has no broker "${rail.slice(railIdOf('').length)}".`);
  if (named.length > 1) throw new Problem('CONFIG_INVALID', `BROKER_CREDIT_BROKERS names the broker ${broker.broker} twice.`);
  const { servers, currency, precision, minimum, maximum, referenceLength, settlesWithinSeconds } = broker;
  const terms: BrokerTerms = { brokerId: broker.broker, servers, currency, precision: precision ?? placesOf(currency) ?? 2, minimum, maximum, referenceLength, settlesWithinSeconds, rates: fxRates(settings, { pool }) };
  const secret = (): string => settings.BROKER_CREDIT_SECRETS?.[broker.broker] ?? missing(broker);
  if (broker.way === 'files') return brokerBatchRail({ ...terms, pool, comment: broker.comment, most: broker.most, folders: foldersOf(broker, secret) });
  const { url, nonExecutionAfterSeconds, clockToleranceSeconds, callsPerSecond, timeoutMs } = broker;
  return brokerCreditRail({ ...terms, url, token: secret(), nonExecutionAfterSeconds, clockToleranceSeconds, callsPerSecond, timeoutMs });
}

function missing({ broker }: Broker): never {
  throw new Problem('CONFIG_MISSING', `BROKER_CREDIT_SECRETS has no secret for the broker ${broker}.`);
}

function foldersOf(broker: Extract<Broker, { way: 'files' }>, secret: () => string): OpenFolders {
  const remote = [broker.out, broker.in].filter((where) => where.startsWith('sftp://')).map((where) => new URL(where));
  if (remote.length === 0) return async () => localFolders(broker.out, broker.in);
  const [outgoing, incoming] = remote;
  if (outgoing === undefined || incoming === undefined || outgoing.host !== incoming.host || outgoing.username !== incoming.username || broker.hostKey === undefined) {
    throw new Problem('CONFIG_INVALID', `"out" and "in" of the broker ${broker.broker} must both be folders, or both be on one SFTP server with one user, whose "hostKey" is named.`);
  }
  const server = { host: outgoing.hostname, port: outgoing.port === '' ? 22 : Number(outgoing.port), user: decodeURIComponent(outgoing.username), secret: secret(), hostKey: broker.hostKey };
  return (signal) => sftpFolders({ ...server, outgoing: decodeURIComponent(outgoing.pathname), incoming: decodeURIComponent(incoming.pathname) }, signal);
}
