import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type { Pool } from 'pg';
import type { PersonalData } from '../db/personal/personalData.ts';
import { railTaskQueue, TASK_QUEUES } from '../workflows/contracts.ts';
import { createAccrualActivities } from './accruals/activities.ts';
import { createChangeActivities } from './changes/activities.ts';
import { createOutboxActivities } from './notifications/activities.ts';
import { MAIL_SETTINGS, type MailSettings } from './notifications/settings.ts';
import { createOwnershipActivities } from './ownership/activities.ts';
import { createPayoutActivities } from './payouts/activities.ts';
import type { Rail } from './payouts/rails/rail.ts';
import type { RailRegistry } from './payouts/rails/registry.ts';
import { PAYOUT_SETTINGS, type PayoutSettings } from './payouts/settings.ts';
import { createReconcileActivities } from './reconcile/activities.ts';
import { createReportActivities } from './reports/activities.ts';
import { createSourceActivities, type SourceOptions } from './reports/sources/activities.ts';
import { createCalendarActivities } from './reports/calendar/activities.ts';
import type { TxtResolver } from './reports/mail/dns.ts';
import { createPreviewActivities } from './reports/preview/activities.ts';
import { createVerificationActivities } from './verification/activities.ts';
import type { ScreeningList } from './verification/lists/list.ts';
import type { VerificationProvider } from './verification/providers/provider.ts';
import { createScreeningActivities } from './verification/screening.ts';
import { notConfigured } from './verification/notConfigured.ts';
import { createWebhookActivities, type WebhookDependencies } from './webhooks/activities.ts';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  /** A prebuilt bundle, or the path of workflows/index.ts to bundle at start. */
  workflows: { workflowBundle: WorkflowBundleOption } | { workflowsPath: string };
  pool: Pool;
  client: Client;
  rails: RailRegistry;
  personal: PersonalData;
  /** Who verifies users and screens them; without one nobody is verified: whatever is submitted waits. */
  verification?: { provider: VerificationProvider; list: ScreeningList };
  /** Only these queues; null or missing: all. */
  queues?: readonly string[] | null;
  payoutSettings?: PayoutSettings;
  /** Whether reports and payout runs over a limit wait for a second operator; default true. */
  twoPeople?: boolean;
  /** Lines, accruals and periods a page; for tests of paging. */
  reportPages?: { lines?: number; accruals?: number; periods?: number };
  /** Where the DKIM keys of mailed reports are looked up; default: DNS as this machine knows it. */
  mailKeys?: TxtResolver;
  webhooks?: Omit<WebhookDependencies, 'pool' | 'personal'>;
  /** How the brokers' sources are reached. */
  sources?: SourceOptions;
  /** How mails are sent; without it they wait in the outbox. */
  mail?: MailSettings;
  /** Whether the sweep starts the outbox where it does not run; default false. */
  outbox?: boolean;
  /** Extra settings for every worker, e.g. `maxCachedWorkflows`. */
  worker?: Partial<WorkerOptions>;
}

/**
 * Report activities at once, well below the pool's size: one writes by one connection, reads by a second and looks things up by a third, so as
 * many at once as there are connections would wait for each other for ever.
 */
const reportsAtOnce = (pool: Pool): number => Math.max(1, Math.min(4, Math.floor((pool.options.max - 1) / 3)));

/** Each holds a connection only while it stores what it has fetched, and never waits for a second one. */
const SOURCES_AT_ONCE = 8;

/** Accruals that a worker keeps in memory, at half a megabyte each: one sleeps for a week after its start, and to wake it three events are replayed. */
const CACHED_ACCRUALS = 60;

/** How long a worker that is told to stop lets its running activities finish. */
const GRACE = '20s';

/**
 * One worker a task queue: `reports`, `accruals`, `payouts`, `notifications`, `webhooks`, and one a rail, whose queue's rate limit is
 * the rail's. Any number of processes may run them side by side.
 */
export async function createWorkers(options: WorkersOptions): Promise<Worker[]> {
  const { connection, namespace, pool, client, rails } = options;
  const { twoPeople = true } = options;
  const settings: PayoutSettings = { ...(options.payoutSettings ?? PAYOUT_SETTINGS), ...(twoPeople ? {} : { approvalLimit: null }) };
  const payouts = createPayoutActivities({ pool, client, rails, personal: options.personal }, settings);
  const identity = { pool, personal: options.personal, ...(options.verification ?? notConfigured), terms: settings.verification };
  const verification = { ...createVerificationActivities(identity), ...createScreeningActivities(identity) };
  const common: Partial<WorkerOptions> = { connection, namespace, shutdownGraceTime: GRACE, maxCachedWorkflows: 500, ...options.worker };
  const create = (taskQueue: string, activities: object, withWorkflows: boolean, own: Partial<WorkerOptions> = {}): Promise<Worker> =>
    Worker.create({ ...common, ...own, ...(withWorkflows && options.workflows), activities, taskQueue });
  const served: Record<string, () => Promise<Worker>> = {
    [TASK_QUEUES.reports]: () => create(TASK_QUEUES.reports, { ...createReportActivities({ pool, client }, { ...options.reportPages, twoPeople, ...(options.mailKeys && { txt: options.mailKeys }) }), ...createPreviewActivities({ pool }), ...createCalendarActivities({ pool, client }, options.reportPages), ...createReconcileActivities({ pool, client }, settings.ownership, options.outbox) }, true, { maxConcurrentActivityTaskExecutions: reportsAtOnce(pool) }),
    [TASK_QUEUES.sources]: () => create(TASK_QUEUES.sources, createSourceActivities({ pool, client, personal: options.personal }, options.sources), false, { maxConcurrentActivityTaskExecutions: SOURCES_AT_ONCE }),
    [TASK_QUEUES.accruals]: () => create(TASK_QUEUES.accruals, createAccrualActivities({ pool }), true, { maxCachedWorkflows: Math.min(CACHED_ACCRUALS, common.maxCachedWorkflows ?? CACHED_ACCRUALS) }),
    [TASK_QUEUES.notifications]: () => create(TASK_QUEUES.notifications, createOutboxActivities({ pool, client, personal: options.personal }, options.mail ?? MAIL_SETTINGS), true),
    [TASK_QUEUES.webhooks]: () => create(TASK_QUEUES.webhooks, createWebhookActivities({ pool, personal: options.personal, ...options.webhooks }), false),
    [TASK_QUEUES.payouts]: () => create(TASK_QUEUES.payouts, { ...payouts, ...createOwnershipActivities({ pool }), ...verification, ...createChangeActivities({ pool, client }) }, true),
    ...Object.fromEntries(rails.ids().map((rail) => [railTaskQueue(rail), () => create(railTaskQueue(rail), payouts, false, callsOf(rails.get(rail)))])),
  };
  return Promise.all(Object.entries(served).filter(([queue]) => options.queues?.includes(queue) ?? true).map(([, make]) => make()));
}

/** The server keeps the limit for the queue, whatever the number of workers. */
const callsOf = ({ guarantees: { callsPerSecond } }: Rail): Partial<WorkerOptions> => (callsPerSecond === undefined ? {} : { maxTaskQueueActivitiesPerSecond: callsPerSecond });

/** Runs workers until `stop` is called; then they take no new work, finish what runs, and end. */
export function runWorkers(workers: readonly Worker[]): { ended: Promise<void>; stop(): Promise<void> } {
  const ended = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  ended.catch(() => undefined); // reported to whoever awaits it; never as an unhandled rejection first
  return {
    ended,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}
