import { sleep } from '@temporalio/workflow';

/** A workflow for the tests of the tests' own tools: waits, and says at which instants it began and woke. */
export async function timer(milliseconds: number): Promise<{ began: number; woke: number }> {
  const began = Date.now();
  await sleep(milliseconds);
  return { began, woke: Date.now() };
}
