import { Context } from '@temporalio/activity';

/** Heartbeats while `work` runs, so that a worker that died is noticed in seconds; `signal` fires when the activity is cancelled. */
export async function alive<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 1000);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}
