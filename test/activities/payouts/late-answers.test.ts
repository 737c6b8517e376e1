import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rail } from '../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../activities/payouts/rails/registry.ts';
import { recordDecision } from '../../../db/stores/payoutDecisions.ts';
import { withTransaction } from '../../../db/connection.ts';
import type { LookUpOutcome } from '../../../domain/payouts/outcomes.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
const LATER = '2026-11-23T11:00:00.000Z';
let fixture: PayoutFixture;
let call: ReturnType<typeof payoutActivities>;
/** What the rail does while it is asked, and what it says then. */
let whileAsked = async (): Promise<void> => {};
let says: LookUpOutcome = { kind: 'not_found' };
beforeAll(async () => {
  fixture = await payoutFixture();
  const rail: Rail = {
    ...fixture.rail, guarantees: { ...fixture.rail.guarantees, honoursKeysForSeconds: 'forever' },
    lookUp: async () => {
      await whileAsked();
      return says;
    },
  };
  call = payoutActivities({ ...fixture, rails: railRegistry([rail]) });
});
afterAll(() => fixture?.close());

async function sent(): Promise<{ payoutId: string; attemptId: string }> {
  const { payoutId } = await plannedPayout(fixture, '25', AT);
  await call('prepareAttempt', { payoutId, asOf: AT });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  const [attempt] = await fixture.rows<{ id: string }>('SELECT id FROM payout_attempt WHERE payout_id = $1', [payoutId]);
  return { payoutId, attemptId: attempt!.id };
}
const attempts = (payoutId: string) => fixture.rows<{ state: string; sends: number }>('SELECT state, sends FROM payout_attempt WHERE payout_id = $1 ORDER BY no', [payoutId]);

test.each<LookUpOutcome>([
  { kind: 'rejected', code: 'NONCE_TAKEN', reason: 'another took it', retryable: true },
  { kind: 'rejected', code: 'REVERTED', reason: 'no', retryable: false },
])('an answer ($code) about bytes that others have replaced since it was asked for counts for nothing', async (answer) => {
  const { payoutId, attemptId } = await sent();
  says = answer;
  // What `replaceAttempt` commits, in a worker that another one believes to be dead.
  whileAsked = async () => {
    await fixture.pool.query(`INSERT INTO payout_attempt_version (attempt_id, no, request_hash, request_bytes, prepared_at) VALUES ($1, 2, 'h', '', $2)`, [attemptId, LATER]);
    await fixture.pool.query('UPDATE payout_attempt SET sends = sends + 1, last_sent_at = $2 WHERE id = $1', [attemptId, LATER]);
  };
  expect(await call('lookUpAttempt', { payoutId, asOf: LATER })).toMatchObject({ step: 'look_up_later', attempts: 1, sends: 2 });
  expect(await attempts(payoutId)).toEqual([{ state: 'accepted', sends: 2 }]);
  whileAsked = async () => {};
  // Asked again about both, it counts.
  expect(await call('lookUpAttempt', { payoutId, asOf: LATER })).toMatchObject(answer.kind === 'rejected' && answer.retryable ? { step: 'new_attempt', attempts: 1 } : { state: 'failed' });
});

test('what is in a file that waits to be handed over is never decided to be not executed', async () => {
  const { payoutId, attemptId } = await sent();
  await fixture.pool.query(
    `INSERT INTO payout_batch (id, rail, currency, day, items, control_sum, state, request_hash, request_bytes, assembled_at) VALUES ('bat_waits', 'sandbox', 'USD', '2026-11-23', 1, 25, 'assembled', 'h', '', $1)`, [AT]);
  await fixture.pool.query(`INSERT INTO payout_batch_item (batch_id, attempt_id, no) VALUES ('bat_waits', $1, 1)`, [attemptId]);
  const decide = () => withTransaction(fixture.pool, (tx) => recordDecision(tx, {
    payoutId, attemptId, outcome: 'not_executed', reference: 'letter', executedAt: null, proof: 'a letter of the bank', proofSha256: null, by: 'psn_1', decidedAt: LATER,
  }));
  await expect(decide()).rejects.toMatchObject({ code: 'ATTEMPT_CAN_STILL_EXECUTE' });
  await fixture.pool.query(`UPDATE payout_batch SET state = 'sent' WHERE id = 'bat_waits'`);
  expect(await decide()).toMatchObject({ attemptId, outcome: 'not_executed' });
});
