import { inject } from 'vitest';

/** What the run's host answers to GET `path`; it is made on the first demand and the same for all test files. */
export async function askHost<T>(path: string): Promise<T> {
  const response = await fetch(new URL(path, inject('runHost')));
  const body = (await response.json()) as { value: T } | { error: string };
  if ('error' in body) throw new Error(body.error);
  return body.value;
}

/** Path of the workflow bundle of this run, for `Worker.create({ workflowBundle: { codePath } })`. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  return askHost<{ codePath: string }>('/bundle');
}
