import type { ActivityOptions } from '@temporalio/workflow';
import { TASK_QUEUES } from './contracts.ts';

/**
 * Retry profiles, named in one place. A business retry (another attempt at a payout) is a row and visible, never one of these:
 * these only bridge a database or a network that is away for a while, so they do not give up.
 * Problems (bad input, refused moves) are thrown as non-retryable failures by the activities.
 */
export const DATABASE: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
};

/** A step of some milliseconds: a worker that died in the middle of it costs seconds, not minutes. */
export const STEP: ActivityOptions = { ...DATABASE, startToCloseTimeout: '15s' };

/**
 * What is asked of a rail is judged by the time at which it was asked for: rates, expiries, the day of a posting. Where nobody serves the rail's queue for longer than this, the workflow
 * asks anew.
 */
const ASKED_ANEW = '15 minutes';

/** Preparing an attempt: its rail is asked first whether it can be used. Harmless to repeat. */
export const PREPARE: ActivityOptions = { ...DATABASE, startToCloseTimeout: '1 minute', heartbeatTimeout: '6s', scheduleToCloseTimeout: ASKED_ANEW };

/** A page of work that heartbeats by itself every second. */
export const PAGE: ActivityOptions = { ...DATABASE, startToCloseTimeout: '10 minutes', heartbeatTimeout: '8s' };

/** Long work that heartbeats: a worker that dies is noticed in seconds, not when the whole time-out ends. */
export const LONG: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
};

/** Asking a rail: harmless to repeat. A worker that died is noticed by its missing heartbeat. */
export const RAIL_CALL: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '6s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** The same for a payout. */
export const RAIL_ASK: ActivityOptions = { ...RAIL_CALL, scheduleToCloseTimeout: ASKED_ANEW };

/** Reading a rail's whole record, some tries long; a record that cannot be read then, also because no worker has the rail, is a case, and is read again later. */
export const RAIL_RECORD: ActivityOptions = { ...LONG, scheduleToStartTimeout: '1 hour', retry: { initialInterval: '2s', backoffCoefficient: 3, maximumInterval: '1 minute', maximumAttempts: 5 } };

/**
 * Sending to a rail: one try, never repeated by Temporal; what became of it is asked. It begins and ends within
 * SEND_WITHIN_SECONDS (activities/payouts/settings.ts) of its scheduling, on which the proof of "never executed" rests.
 */
export const RAIL_SEND: ActivityOptions = {
  scheduleToStartTimeout: '1 minute',
  startToCloseTimeout: '30s',
  heartbeatTimeout: '6s',
  retry: { maximumAttempts: 1 },
};

/** A rail's files: harmless to repeat, and given up after a while, because the next turn comes by itself, with a time of its own by which files are dated. */
export const EXCHANGE: ActivityOptions = { scheduleToStartTimeout: ASKED_ANEW, startToCloseTimeout: '10 minutes', heartbeatTimeout: '8s', retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 4 } };

/** Handing a file over: one try a turn; what became of it is looked at by the next. */
export const HAND_OVER: ActivityOptions = { scheduleToStartTimeout: ASKED_ANEW, startToCloseTimeout: '5 minutes', heartbeatTimeout: '8s', retry: { maximumAttempts: 1 } };

/** One try at a webhook, at most 15 s of sending. A worker that died in it is noticed by its missing heartbeat, and another sends again. */
export const WEBHOOK_TRY: ActivityOptions = { ...DATABASE, startToCloseTimeout: '30s', heartbeatTimeout: '6s' };

/**
 * Fetching a period's report from a broker's API: harmless to repeat, and it gives up after a while, because the period is looked at again
 * anyway. A server that says when to come back (Retry-After) is obeyed by the failure's own delay.
 */
export const API_PULL: ActivityOptions = {
  taskQueue: TASK_QUEUES.sources,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5 minutes', maximumAttempts: 6 },
};

/** Looking for files that a broker dropped; a large one takes its time. */
export const FILE_DROP: ActivityOptions = { ...API_PULL, startToCloseTimeout: '1 hour', retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '2 minutes', maximumAttempts: 4 } };

/** Looking into a mailbox, whose mails are moved one by one; a server that is away for long is asked again by the next look. */
export const MAILBOX: ActivityOptions = { ...API_PULL, startToCloseTimeout: '15 minutes', retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '2 minutes', maximumAttempts: 5 } };

/** A try without taking anything, that somebody waits for: what goes wrong is its result. */
export const SOURCE_TEST: ActivityOptions = { ...API_PULL, startToCloseTimeout: '5 minutes', retry: { initialInterval: '1s', maximumAttempts: 3 } };

/** Looking at a sample that somebody waits for: what cannot be read is its result; a fault of ours ends it after some tries. */
export const PREVIEW: ActivityOptions = { startToCloseTimeout: '5 minutes', heartbeatTimeout: '20s', retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 4 } };
