import { ApplicationFailure } from '@temporalio/common';
import { Problem } from '../domain/problem.ts';

/**
 * Turns a Problem (bad input, a refused move: no retry can mend it) into a non-retryable failure that carries its code;
 * anything else is rethrown and retried by the activity's profile, and so is a Problem that says "not now" (503: a COMMIT whose answer was lost), or that this worker lacks a rail
 * which a payout under way was planned with: the payout waits, visibly, for a worker that has it.
 */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem && error.status !== 503 && error.code !== 'RAIL_UNKNOWN') throw ApplicationFailure.nonRetryable(error.message, error.code, { at: error.at, facts: error.facts });
    throw error;
  }
}
