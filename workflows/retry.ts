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

/** Long work that heartbeats: a worker that dies is noticed in seconds, not when the whole time-out ends. */
export const LONG: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
};

/** A call to a rail: one try; what comes of it is recorded as the attempt's outcome, a time-out as unknown. */
export const RAIL_CALL: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute' },
};
