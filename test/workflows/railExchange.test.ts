import { ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureExchanges } from '../../activities/payouts/exchangeSchedules.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { startPayout } from '../../activities/payouts/startPayouts.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { exchangeSchedule, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { type BankWorld, bankWorld } from '../activities/payouts/rails/bank/bank-world.ts';
import { payoutBy } from '../activities/payouts/rails/contractDriver.ts';
import { devServer } from '../support/dev-server.ts';
import { payoutWorkers } from '../support/payouts.ts';
import { canRunBank } from '../../scripts/sandbox-bank/install.ts';

describe.skipIf(!canRunBank())('the exchange with mock-bank (needs Python 3.10 with venv and pip)', () => {
  let server: Awaited<ReturnType<typeof devServer>>;
  let world: BankWorld;
  let workers: Awaited<ReturnType<typeof payoutWorkers>>;

  beforeAll(async () => {
    server = await devServer();
    world = await bankWorld();
    await world.bank.control.account('ACME', { behaviour: 'return-later', parameters: { days: 1 } });
    workers = await payoutWorkers({ pool: world.pool, rails: railRegistry([world.rail]), settings: PAYOUT_SETTINGS } as never, { client: server.client, nativeConnection: server.nativeConnection });
  });
  afterAll(async () => {
    await workers?.stop();
    await world?.close();
  });

  const turn = async (): Promise<unknown> => {
    const handle = await server.client.workflow.start(WORKFLOWS.railExchange, { workflowId: workflowIds.railExchange('bank'), taskQueue: TASK_QUEUES.payouts, args: [{ rail: 'bank' }] });
    return handle.result();
  };
  const state = async (payoutId: string): Promise<string> => (await readPayout(world.pool, payoutId)).payout.state;

  test('each rail that takes or leaves files has a Schedule of its own, of which no turn overlaps another; made again it stays as operators put it', async () => {
    const rails = railRegistry([world.rail]);
    for (let i = 0; i < 2; i++) await ensureExchanges(server.client, rails, { paused: true });
    const handle = server.client.schedule.getHandle(exchangeSchedule('bank'));
    const { spec, policies, state: { paused }, action } = await handle.describe();
    expect(spec.intervals).toMatchObject([{ every: 60_000 }]);
    expect([policies.overlap, paused]).toEqual([ScheduleOverlapPolicy.SKIP, true]);
    expect(action).toMatchObject({ workflowType: 'railExchange', workflowId: 'rail-exchange:bank', args: [{ rail: 'bank' }] });
    await handle.delete();
  });

  test('a payout waits for the next file, is paid when the bank has booked it, and returned when it comes back; its workflow is woken each time', async () => {
    const { payoutId } = await payoutBy({ rail: world.rail, pool: world.pool, amountUsd: '20', good: () => ({ iban: 'DE89370400440532013000', holderName: 'Lucja Muller' }) } as never);
    await startPayout(server.client, (await readPayout(world.pool, payoutId)).payout);
    await expect.poll(async () => (await readPayout(world.pool, payoutId)).attempt?.state).toBe('prepared');
    expect(await state(payoutId)).toBe('reserved');
    expect(await turn()).toMatchObject({ handedOver: 1, waiting: 0 });
    await expect.poll(() => state(payoutId)).toBe('submitted');
    expect(await turn()).toMatchObject({ handedOver: 0 });
    await world.bank.control.scan();
    for (let day = 0; day < 4 && (await state(payoutId)) !== 'paid'; day++) {
      await world.bank.control.advance(1);
      await turn();
      await expect.poll(async () => (await world.rows('SELECT 1 FROM rail_entry WHERE kind = $1', ['executed'])).length === 0 || (await state(payoutId)) === 'paid').toBe(true);
    }
    expect(await state(payoutId)).toBe('paid');
    await server.client.workflow.getHandle(workflowIds.payout(payoutId)).result();
    await world.bank.control.advance(4);
    expect(await turn()).toMatchObject({ hinted: 1 });
    await expect.poll(() => state(payoutId)).toBe('returned');
    expect(await turn()).toMatchObject({ handedOver: 0, told: 0, hinted: 0 });
  });
});
