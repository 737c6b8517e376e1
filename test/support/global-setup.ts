import type { TestProject } from 'vitest/node';
import { startRunHost } from './run-host.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of the run's host: what test files share is made there, on the first demand (run-host.ts). */
    runHost: string;
  }
}

/** Starts the run's host; Postgres, bundle and test server start when the first test file asks for them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const host = await startRunHost();
  project.provide('runHost', host.url);
  return host.close;
}
