import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { parseEnvironment, ProcessEnvironment, PublicEnvironment, required, SourceEnvironment, TwoPeopleEnvironment, WebhookEnvironment, whole } from '../db/config.ts';
import { type MailConfig, mailConfig, MailEnvironment } from '../db/mailConfig.ts';
import { type MasterKeys, PersonalDataEnvironment, readMasterKeys } from '../db/personal/masterKeys.ts';
import { Problem } from '../domain/problem.ts';
import { railTaskQueue, TASK_QUEUES } from '../workflows/contracts.ts';
import { RailEnvironment, railSettings, type RailSettings } from './payouts/rails/configured.ts';
import { VerificationEnvironment, type VerificationSettings } from './verification/configured.ts';
import type { ScheduleConfig } from './schedules.ts';

/** What a worker reads besides what every process does. */
export const WorkerEnvironment = z.object({
  TASK_QUEUES: z.string().optional().transform((text) => text?.split(',').map((name) => name.trim()).filter(Boolean))
    .describe('Task queues that this worker serves, separated by commas. Not set: all of them.'),
  WORKFLOW_BUNDLE: z.string().optional().describe('A prebuilt workflow bundle; without one the worker bundles `workflows/` when it starts.'),
  MAX_CACHED_WORKFLOWS: whole(500, 10, 100_000).describe('Workflows that one worker keeps in memory.'),
  DNS_SERVERS: z.string().optional().transform((text) => text?.split(',').map((server) => server.trim()).filter(Boolean))
    .refine((servers) => servers?.every((server) => isIP(server.replace(/^\[(.*)\](:\d+)?$/, '$1')) !== 0 || isIPv4(server.replace(/:\d{1,5}$/, ''))) ?? true, 'must be addresses (with a port: `192.0.2.1:53`, `[2001:db8::1]:53`)')
    .describe('Name servers that are asked for the DKIM keys of mailed reports, separated by commas. Not set: those of the machine.'),
  WORKER_HEALTH_PORT: z.coerce.number().int().min(1).max(65_535).optional().describe('Port on which a worker answers `/healthz` (it works) and `/readyz` (Postgres and Temporal can be reached). Not set: none.'),
  WORKER_HEALTH_HOST: z.string().default('127.0.0.1').describe('Address of that port.'),
});

/** When things happen by themselves; read where the Schedules are made. */
export const ScheduleEnvironment = z.object({
  PAYOUT_RUN_CRON: z.string().regex(/^\S+( \S+){4}$/, 'must be a cron line of five fields').default('0 9 * * 1').describe('When the payout run is due: a cron line, always UTC. At most one run a week.'),
  SWEEP_EVERY: z.string().regex(/^\d+ ?(s|m|h|minutes?|hours?)$/, 'must be a duration such as 1 hour').default('1 hour').describe('How often what the tables say should run is started again.'),
});

export interface WorkerConfig {
  databaseUrl: string;
  poolSize: number;
  logLevel: z.infer<typeof ProcessEnvironment>['LOG_LEVEL'];
  /** Null: every queue. */
  taskQueues: readonly string[] | null;
  workflowBundle: string | null;
  maxCachedWorkflows: number;
  /** Whether reports and payout runs over a limit wait for a second operator. */
  twoPeople: boolean;
  rails: RailSettings;
  verification: VerificationSettings;
  /** Null: no health port. */
  health: { host: string; port: number } | null;
  masterKeys: MasterKeys;
  webhooksAllowPrivate: boolean;
  sourcesAllowPrivate: boolean;
  /** Null: those of the machine. */
  dnsServers: readonly string[] | null;
  mail: MailConfig;
  /** Where links in mails lead. */
  publicUrl: string;
}

/** Throws `Problem` CONFIG_INVALID, CONFIG_MISSING or TASK_QUEUE_UNKNOWN. */
export function readWorkerConfig(env: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const e = parseEnvironment(z.object({ ...ProcessEnvironment.shape, ...WorkerEnvironment.shape, ...RailEnvironment.shape, ...VerificationEnvironment.shape, ...PersonalDataEnvironment.shape, ...WebhookEnvironment.shape, ...SourceEnvironment.shape, ...TwoPeopleEnvironment.shape, ...PublicEnvironment.shape, ...MailEnvironment.shape }), env);
  const known = [...Object.values<string>(TASK_QUEUES), ...e.RAILS.map(railTaskQueue)];
  const unknown = e.TASK_QUEUES?.find((queue) => !known.includes(queue));
  if (unknown !== undefined) throw new Problem('TASK_QUEUE_UNKNOWN', `TASK_QUEUES names "${unknown}"; there are ${known.join(', ')}.`);
  return {
    databaseUrl: required('DATABASE_APP_URL', e.DATABASE_APP_URL), poolSize: e.DATABASE_POOL_SIZE, logLevel: e.LOG_LEVEL,
    taskQueues: e.TASK_QUEUES ?? null, workflowBundle: e.WORKFLOW_BUNDLE ?? null, maxCachedWorkflows: e.MAX_CACHED_WORKFLOWS,
    twoPeople: e.TWO_PEOPLE === 'on',
    rails: railSettings(e),
    verification: { VERIFICATION_PROVIDER: e.VERIFICATION_PROVIDER, SANDBOX_VERIFICATION_URL: e.SANDBOX_VERIFICATION_URL, SANDBOX_VERIFICATION_SECRET: e.SANDBOX_VERIFICATION_SECRET, SCREENING_LIST_FILE: e.SCREENING_LIST_FILE },
    health: e.WORKER_HEALTH_PORT === undefined ? null : { host: e.WORKER_HEALTH_HOST, port: e.WORKER_HEALTH_PORT },
    masterKeys: readMasterKeys(e), webhooksAllowPrivate: e.WEBHOOKS_ALLOW_PRIVATE, sourcesAllowPrivate: e.SOURCES_ALLOW_PRIVATE, dnsServers: e.DNS_SERVERS ?? null, mail: mailConfig(e, env['NODE_ENV']), publicUrl: e.PUBLIC_URL,
  };
}

/** Throws `Problem` CONFIG_INVALID. */
export function readScheduleConfig(env: NodeJS.ProcessEnv = process.env): ScheduleConfig {
  const e = parseEnvironment(ScheduleEnvironment, env);
  return { payoutRun: { cronExpressions: [e.PAYOUT_RUN_CRON] }, sweepEvery: e.SWEEP_EVERY };
}
