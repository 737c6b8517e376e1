import { Client, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll } from 'vitest';
import { registerSearchAttributes } from '../../scripts/local/search-attributes.ts';
import { askHost } from './ask-host.ts';
import './quiet.ts';

export interface TimeSkipping {
  env: TestWorkflowEnvironment;
  /** A client that does not skip time on its own: never await results through `env.client`, it may skip ten years. */
  client: Client;
}

let started: Promise<TimeSkipping> | undefined;

/**
 * The time-skipping server of this test file: started on the first call, torn down after the file's tests whatever
 * became of them. Its clock is the workflows' alone; activities and Postgres stay at the real time. It has no
 * Schedules, list, count or reset: those tests take dev-server.ts.
 */
export function timeSkipping(): Promise<TimeSkipping> {
  return (started ??= ownTimeSkipping());
}

// Registered on import, for the importing file: also a beforeAll that throws half-way leaves no Java behind.
afterAll(async () => {
  const current = await started?.catch(() => undefined);
  started = undefined;
  await current?.env.teardown();
});

/** A server for one test alone: where workflows that an earlier test left behind would hold the clock. The caller tears it down. */
export async function ownTimeSkipping(): Promise<TimeSkipping> {
  const { path } = await askHost<{ path: string }>('/time-skipping');
  const server = { executable: { type: 'existing-path', path } } as const;
  const env = await patiently(() => TestWorkflowEnvironment.createTimeSkipping({ server }));
  await registerSearchAttributes(env.connection, env.namespace ?? 'default');
  return { env, client: new Client({ connection: env.connection, namespace: env.namespace ?? 'default' }) };
}

/** The SDK gives Java five seconds to answer, which on a busy machine may be too short more than once. */
async function patiently<T>(start: () => Promise<T>, tries = 5): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (tries === 1) throw error;
    return patiently(start, tries - 1);
  }
}

/**
 * Lets workflow time pass by `duration` (ms or `'6d 23h 59m'` parts as `ms` reads them: one unit each). First the
 * workflow is queried once, so that it has settled on its timers; otherwise the skip may happen before it set them.
 */
export async function settleAndSleep(env: TestWorkflowEnvironment, handle: WorkflowHandle | readonly WorkflowHandle[], duration: string | number): Promise<void> {
  for (const one of Array.isArray(handle) ? handle : [handle as WorkflowHandle]) await one.query('__stack_trace');
  await env.sleep(typeof duration === 'number' ? duration : milliseconds(duration));
}

const UNITS: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** `'6d 23h 59m'` → milliseconds. */
export function milliseconds(duration: string): number {
  return duration.trim().split(/\s+/).reduce((total, part) => {
    const [, count, unit] = /^(\d+)(ms|[dhms])$/.exec(part) ?? [];
    if (count === undefined || unit === undefined) throw new Error(`Not a duration: ${part}`);
    return total + Number(count) * UNITS[unit]!;
  }, 0);
}
