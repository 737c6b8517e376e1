import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

/** Every workflow id, task queue, signal, update, query and search attribute: no such string is built anywhere else. */

export const TASK_QUEUES = {
  reports: 'reports',
  accruals: 'accruals',
  payouts: 'payouts',
  notifications: 'notifications',
  /** Sending only: receivers that do not answer keep no mail waiting. */
  webhooks: 'webhooks',
  /** Fetching from the brokers' sources: one that does not answer keeps no report waiting. */
  sources: 'sources',
} as const;

/** One queue per rail: the queue's rate limit is the rail's. */
export const railTaskQueue = (rail: string): string => `rail-${rail}`;

export const SEARCH_ATTRIBUTES = {
  BrokerId: 'Keyword',
  ReportPeriod: 'Keyword',
  UserId: 'Keyword',
  AccountLinkId: 'Keyword',
  PayoutRunId: 'Keyword',
  PayoutState: 'Keyword',
  ClearsAt: 'Datetime',
  Held: 'Bool',
} as const;

/** The same attributes as typed keys, for starts and upserts. */
export const searchAttribute = {
  BrokerId: { name: 'BrokerId', type: 'KEYWORD' },
  ReportPeriod: { name: 'ReportPeriod', type: 'KEYWORD' },
  UserId: { name: 'UserId', type: 'KEYWORD' },
  AccountLinkId: { name: 'AccountLinkId', type: 'KEYWORD' },
  PayoutRunId: { name: 'PayoutRunId', type: 'KEYWORD' },
  PayoutState: { name: 'PayoutState', type: 'KEYWORD' },
  ClearsAt: { name: 'ClearsAt', type: 'DATETIME' },
  Held: { name: 'Held', type: 'BOOL' },
} as const;

/** Set by Temporal on what a Schedule starts: the time it was scheduled for, however late it was started. */
export const scheduledStartTime = { name: 'TemporalScheduledStartTime', type: 'DATETIME' } as const;

/** Workflow types by name, so that neither the API nor an activity imports a workflow. */
export const WORKFLOWS = {
  reportPeriod: 'reportPeriod',
  accrual: 'accrual',
  ownershipVerification: 'ownershipVerification',
  payoutRun: 'payoutRun',
  payout: 'payout',
  sweep: 'sweep',
  railComparison: 'railComparison',
  railExchange: 'railExchange',
  railReconciliation: 'railReconciliation',
  railResume: 'railResume',
  verification: 'verification',
  screening: 'screening',
  webhookDelivery: 'webhookDelivery',
  outbox: 'outbox',
  changeExpiry: 'changeExpiry',
  reportCalendar: 'reportCalendar',
  reportPreview: 'reportPreview',
  sourceTest: 'sourceTest',
} as const;

/** `2026-11-02_2026-11-16` for whole UTC days, else the full instants: readable in the Temporal UI and safe in a URL. */
export function periodKey(from: string, to: string): string {
  const short = (instant: string): string => instant.replace(/T00:00:00(\.000)?Z$/, '');
  return `${short(from)}_${short(to)}`;
}

export const workflowIds = {
  reportPeriod: (brokerId: string, from: string, to: string): string => `report-period:${brokerId}:${periodKey(from, to)}`,
  accrual: (accrualId: string): string => `accrual:${accrualId}`,
  ownership: (accountLinkId: string): string => `ownership:${accountLinkId}`,
  payoutRun: (runKey: string): string => `payout-run:${runKey}`,
  payout: (payoutId: string): string => `payout:${payoutId}`,
  sweep: (): string => 'sweep',
  railComparison: (): string => 'rail-comparison',
  railExchange: (rail: string): string => `rail-exchange:${rail}`,
  railReconciliation: (rail: string, day: string): string => `rail-reconciliation:${rail}:${day}`,
  /** Of one rail, or of `all`. */
  railResume: (rail: string): string => `rail-resume:${rail}`,
  verification: (userId: string): string => `verification:${userId}`,
  screening: (): string => 'screening',
  webhookDelivery: (deliveryId: string): string => `webhook-delivery:${deliveryId}`,
  outbox: (): string => 'outbox',
  change: (changeId: string): string => `change:${changeId}`,
  reportCalendar: (brokerId: string): string => `report-calendar:${brokerId}`,
  reportPreview: (previewId: string): string => `report-preview:${previewId}`,
  sourceTest: (testId: string): string => `source-test:${testId}`,
};

export const SCHEDULES = { weeklyPayoutRun: 'payout-run-weekly', hourlySweep: 'sweep-hourly', dailyRailComparison: 'rail-comparison-daily', dailyScreening: 'screening-daily' } as const;

/** One for each broker whose reports a calendar expects. */
export const calendarSchedule = (brokerId: string): string => `report-calendar:${brokerId}`;

/** One for each rail that takes files or leaves some. */
export const exchangeSchedule = (rail: string): string => `rail-exchange:${rail}`;

// railExchange
export interface RailExchangeInput { rail: string }

// reportCalendar
export interface ReportCalendarInput { brokerId: string }
/** A version of the calendar was posted, or a source of the broker changed. */
export const calendarChanged = defineSignal('calendarChanged');

// reportPeriod
/** Where a long history goes on as a new one: `posted`, versions posted by the execution before; `look`, it was asked for a look that it had not begun, by an operator or by the sweep (`beside`). */
export interface ReportPeriodInput { brokerId: string; periodId: string; from: string; to: string; posted?: number; look?: boolean | 'beside' }
export interface ReportProgress {
  reportId: string | null;
  phase: 'waiting' | 'staging' | 'judging' | 'tying-out' | 'awaiting-approval' | 'posting' | 'starting-accruals' | 'done';
  linesDone: number;
  linesTotal: number | null;
  /** Whole percent of the phase; null where its end is not known. */
  percent: number | null;
  /** Of the phase so far. */
  linesPerSecond: number | null;
  /** While it waits for a report that a calendar expects: by when (ISO instant), and how late it is. */
  dueAt?: string;
  lateness?: 'due' | 'overdue' | 'escalated' | null;
}
/** An operator closed the period without a report; the row says so. */
export const periodClosed = defineSignal('periodClosed');
/** A source of the broker was added, changed or resumed: whoever waits reads them again. */
export const sourcesChanged = defineSignal('sourcesChanged');
/** An operator asks that the broker's sources be looked at now. */
export const lookNow = defineSignal('lookNow');
/** The sweep asks for a look at mailboxes and drops, at which nobody waits for a report: there re-issues come too. */
export const lookBeside = defineSignal('lookBeside');
/** How much of a large file has been read while it is staged, every few seconds: the rows show it only when it is whole. */
export const reportReading = defineSignal<[{ reportId: string; lines: number; percent: number }]>('reportReading');
/** A report (first version or re-issue) has been stored for this period. */
export const reportReceived = defineSignal<[{ reportId: string }]>('reportReceived');
/** Lines of the period that waited for an account link can be judged again: the link was verified. */
export const linesMayCount = defineSignal('linesMayCount');
/** A report that waited for a second operator was decided about; what was decided stands in its row. */
export const reportDecided = defineSignal<[{ reportId: string }]>('reportDecided');
export const reportProgress = defineQuery<ReportProgress>('progress');

// accrual
export interface AccrualInput { accrualId: string; clearsAt: string }
/** The database row is the truth; these only wake the workflow and say why in its history. */
export const accrualHeld = defineSignal<[{ holdId: string; reason: string }]>('hold');
export const accrualReleased = defineSignal<[{ holdId: string }]>('release');
export const accrualReversed = defineSignal<[{ reportId: string }]>('reverse');

// ownershipVerification
export interface OwnershipInput { ownershipId: string; accountLinkId: string; remindAfterHours: number[]; expiresAt: string }
export interface EvidenceInput { evidenceId: string; kind: string }
/** `ownershipId`: the verification that was looked at; the id of the workflow is the link's, which may be at a later one by now. */
/** `reason`: sealed by the API, for it may be about a person. */
export interface OwnershipDecision { decision: 'confirmed' | 'rejected'; operatorId: string; reason: string; ownershipId?: string }
export const submitEvidence = defineUpdate<{ state: string }, [EvidenceInput]>('submitEvidence');
export const decideOwnership = defineUpdate<{ state: string }, [OwnershipDecision]>('decide');
export const ownershipState = defineQuery<{ state: string; remindersSent: number }>('state');

// verification
/** How long things take, as it was when the verification was asked for; its instants stand in its row. */
export interface VerificationInput { verificationId: string; remindAfterHours: number[]; firstLookSeconds: number; maxLookSeconds: number }
/** Submitted, decided by an operator, ended by a change, or a new one: the row says what. */
export const verificationChanged = defineSignal<[{ verificationId: string }]>('changed');
/** A hint from the provider's webhook: the workflow then asks the provider itself. */
export const providerHint = defineSignal<[{ eventId: string }]>('providerHint');
export const verificationStatus = defineQuery<{ verificationId: string; state: string; submission: number; sent: boolean; remindersSent: number }>('status');

// screening
export interface ScreeningInput { pageSize?: number }
export const screeningProgress = defineQuery<{ screened: number; hits: number; unanswered: number }>('progress');

// payoutRun
/**
 * Without `runKey` the ISO week of the scheduled time is the key (one run a week). `startedBy`: the operator who starts it by
 * hand; he cannot approve it. Without `scheduledAt` it is the Schedule's time, by hand the start.
 */
export interface PayoutRunInput { runKey?: string; scheduledAt?: string; startedBy?: string }
export const approvePayoutRun = defineUpdate<{ state: string }, [{ operatorId: string }]>('approve');
/** Ends a run that waits for approval, by any operator; nothing was reserved. */
export const refusePayoutRun = defineUpdate<{ state: string }, [{ operatorId: string; reason: string }]>('refuse');
/** The change that the run waited for was decided about, and its row with it. */
export const payoutRunDecided = defineSignal<[{ state: 'approved' | 'refused' }]>('decided');
export const payoutRunProgress = defineQuery<{ runId: string | null; phase: string; members: number; payoutsStarted: number }>('progress');

// payout
/** `askedAnewSeconds`: after how long a step that nobody took is asked for again, with the time of then; for tests. */
export interface PayoutInput { payoutId: string; rail: string; askedAnewSeconds?: number }
/** A hint from the rail's webhook: the workflow then asks the rail itself, never believes the event's word. */
export const railHint = defineSignal<[{ eventId: string }]>('railHint');
export const payoutStatus = defineQuery<{ state: string; attempts: number; lastDetail: string | null }>('status');

// railReconciliation
/** `day`: YYYY-MM-DD, UTC. How long what look-ups can mend gets, and how long until a record that could not be read is tried again; for tests. */
export interface RailReconciliationInput { rail: string; day: string; mendSeconds?: number; retrySeconds?: number }

// railResume
/** `rail` null: all. `pageSize`: for tests. */
export interface RailResumeInput { rail: string | null; pageSize?: number }

// webhookDelivery
export interface WebhookDeliveryInput { deliveryId: string }
/** Its row was changed (a replay, an endpoint enabled again): look at it now. */
export const webhookDeliveryChanged = defineSignal('changed');

// changeExpiry
/** Absolute instants. */
export interface ChangeInput { changeId: string; remindAt: string; expiresAt: string }
/** It was decided about, or taken back: the row says how. */
export const changeDecided = defineSignal('decided');

// outbox
/** `turns`: of one execution, after which it goes on as a new one; for tests. */
export interface OutboxInput { turns?: number }
/** A notification was written. */
export const outboxNudge = defineSignal('nudge');

// sourceTest
/** A try of a source without taking anything; [from, to): the period that an API is asked for, ISO instants. */
export interface SourceTestInput { sourceId: string; testId: string; from: string; to: string }

// reportPreview
export interface ReportPreviewInput { previewId: string }
