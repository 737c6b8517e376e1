import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRail } from '../../../activities/payouts/compareRail.ts';
import { OWNERSHIP_STATES } from '../../../domain/ownership/states.ts';
import { MEMBER_DECISIONS, RUN_STATES } from '../../../domain/payouts/runStates.ts';
import { ATTEMPT_PROVEN_UNPAID, ATTEMPT_STATES, ATTEMPT_TERMINAL, PAYOUT_SETTLED, PAYOUT_STATES } from '../../../domain/payouts/states.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

let fixture: PayoutFixture;
beforeAll(async () => { fixture = await payoutFixture(); });
afterAll(() => fixture?.close());

/** The texts that a CHECK lists, as the database has it. */
async function listed(constraint: string): Promise<string[]> {
  const [row] = await fixture.rows<{ text: string }>('SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = $1', [constraint]);
  return [...(row?.text ?? '').matchAll(/'([a-z_]+)'::text/g)].map((match) => match[1]!).sort();
}

test.each([
  ['payout_state', PAYOUT_STATES], ['payout_settled', PAYOUT_SETTLED], ['payout_attempt_state', ATTEMPT_STATES], ['payout_attempt_blocks_another', ATTEMPT_PROVEN_UNPAID],
  ['payout_run_state', RUN_STATES], ['payout_run_member_decision', MEMBER_DECISIONS], ['ownership_state', OWNERSHIP_STATES],
  ['payout_attempt_closed', [...ATTEMPT_TERMINAL, 'executed']],
] as const)('the CHECK %s lists what the table of moves says', async (constraint, states) => {
  expect(await listed(constraint)).toEqual([...states].sort());
});

test('the rail\'s record against ours: a return that nobody told us of is found and hinted', async () => {
  const call = payoutActivities(fixture);
  const at = '2026-11-23T09:00:00.000Z';
  const { payoutId } = await plannedPayout(fixture, '20', at);
  await call('prepareAttempt', { payoutId, asOf: at });
  await call('submitAttempt', { payoutId, asOf: at, sends: 0, resend: false });
  const hinted: unknown[] = [];
  const client = { workflow: { signalWithStart: async (_type: string, options: { workflowId: string }) => void hinted.push(options.workflowId) } } as never;
  const compare = async () => (await compareRail({ pool: fixture.pool, client }, fixture.rail, new AbortController().signal)).map((finding) => finding.code);
  expect(await compare()).toEqual(['EXECUTED_NOT_PAID', 'CLEARING_DIFFERS']);
  await call('lookUpAttempt', { payoutId, asOf: at });
  expect(await compare()).toEqual([]);
  await fetch(`${fixture.server.url}/admin/payments/${fixture.server.record()[0]!.reference}/return`, { method: 'POST' });
  expect(await compare()).toEqual(['RETURN_NOT_POSTED', 'CLEARING_DIFFERS']);
  expect(hinted).toEqual([`payout:${payoutId}`, `payout:${payoutId}`]);
});
