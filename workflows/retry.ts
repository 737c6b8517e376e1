import type { ActivityOptions } from '@temporalio/workflow';

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

/** One try at a webhook, at most 15 s of sending. A worker that died in it is noticed by its missing heartbeat, and another sends again. */
export const WEBHOOK_TRY: ActivityOptions = { ...DATABASE, startToCloseTimeout: '30s', heartbeatTimeout: '6s' };
