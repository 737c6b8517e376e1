import type { Pool } from 'pg';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import type { LastLook } from './rails/rail.ts';
import { STOPPED_SECONDS } from './stopped.ts';

/**
 * What a rail asks right before its bytes leave, or its file gets its name: whether payouts by it were stopped since the send was counted, and whether that is longer ago than `withinMs`
 * (milliseconds of this machine's steady clock). However slow what came between was, a stop that is committed before this is asked stops it. Never throws.
 */
export function lastLook(pool: Pool, rail: string, withinMs: number): LastLook {
  const started = performance.now();
  return async () => {
    const reason = await stoppedReason(pool, rail).then((why) => ({ why }), () => null);
    if (performance.now() - started > withinMs) return { kind: 'deferred', code: 'NOT_SENT_IN_TIME', reason: 'it took too long until it was to be sent', retryAfterSeconds: 1 };
    if (reason === null) return { kind: 'deferred', code: 'NOT_SENT', reason: 'the database could not be asked whether payouts go on; nothing was sent', retryAfterSeconds: 5 };
    return reason.why === null ? null : { kind: 'deferred', code: 'PAYOUTS_STOPPED', reason: `an operator has stopped payouts: ${reason.why}`, retryAfterSeconds: STOPPED_SECONDS };
  };
}

/** Reasons of a deferral that are the engine's own, and say nothing of the rail. */
export const OURS: readonly string[] = ['NOT_SENT_IN_TIME', 'NOT_SENT', 'PAYOUTS_STOPPED'];
