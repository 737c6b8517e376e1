import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { refusing } from '../../activities/failure.ts';
import { Problem } from '../../domain/problem.ts';

async function thrownBy(error: Error): Promise<unknown> {
  try {
    return await refusing(async () => { throw error; });
  } catch (thrown) {
    return thrown;
  }
}

test('a refusal is not tried again and carries its code', async () => {
  const thrown = await thrownBy(new Problem('PAYOUT_MOVE_REFUSED', 'No.', { status: 409 }));
  expect(thrown).toBeInstanceOf(ApplicationFailure);
  expect(thrown).toMatchObject({ nonRetryable: true, type: 'PAYOUT_MOVE_REFUSED' });
});

test('a COMMIT whose answer was lost, and anything else that says "not now", is tried again', async () => {
  const lost = new Problem('COMMIT_FAILED', 'The connection broke while committing.', { status: 503 });
  expect(await thrownBy(lost)).toBe(lost);
  const unknown = new Problem('RAIL_UNKNOWN', 'No rail "x" is configured.', { status: 404 });
  expect(await thrownBy(unknown)).toBe(unknown);
  const broken = new Error('connection refused');
  expect(await thrownBy(broken)).toBe(broken);
});
