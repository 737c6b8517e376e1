import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { Pool } from 'pg';
import { localFolders } from '../../activities/payouts/rails/bank/localFolders.ts';
import { brokerBatchRail } from '../../activities/payouts/rails/broker-credit/batch.ts';
import type { Rail } from '../../activities/payouts/rails/rail.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { startPayoutRun } from '../../activities/payouts/startRun.ts';
import { withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { setSwitch } from '../../db/stores/railSwitch.ts';
import { plain, sum } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import { PAR } from '../../domain/payouts/quote.ts';
import { payoutStatus, railHint, type RailReconciliationInput, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { railReconciliationStart, railResumeStart } from '../../workflows/starts.ts';
import { until } from '../case/until.ts';
import { money } from '../chaos/seed.ts';
import type { Shape } from './shapes.ts';
import type { Stack } from './stack.ts';

/** The rails beside the sandbox's own: one whose bytes are replaced, and one that takes files. */
export function recordedRails({ url, secret, pool, folder }: { url: string; secret: string; pool: Pool; folder: string }): Rail[] {
  const [out, results] = [join(folder, 'credits'), join(folder, 'results')];
  for (const path of [out, results]) mkdirSync(path, { recursive: true });
  const sandbox = sandboxRail({ id: 'stuck', url, secret, minimum: '0.01' });
  let looks = 0;
  const stuck: Rail = {
    ...sandbox, guarantees: { ...sandbox.guarantees, honoursKeysForSeconds: 'forever', replacesAfterSeconds: 0 },
    replace: async () => null,
    lookUp: async (attempt, signal) => (looks++ === 0 ? { kind: 'pending', railReference: attempt.railReference, replaceable: true } : sandbox.lookUp(attempt, signal)),
  };
  const files = brokerBatchRail({
    brokerId: 'north', servers: ['North-1'], currency: 'USD', precision: 2, minimum: '0.01', maximum: null, referenceLength: 60, settlesWithinSeconds: 86_400, pool, comment: 'Cashback',
    folders: async () => localFolders(out, results), rates: async () => PAR,
  });
  return [stuck, files];
}
const FILES = 'broker-credit-north';

const now = (): string => new Date().toISOString();
let nextUser = 0;

/** A payout of 20 USD by this rail, started by a run of its own. */
async function payoutBy(stack: Stack, rail: string, destination: Record<string, string>): Promise<WorkflowHandle> {
  const userId = stack.users.get(`u${nextUser++}`)!;
  await stack.pool.query('INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ($1, $2, $3, $4, $5, $5, $5)', [newId('payoutMethod'), userId, rail, JSON.stringify(destination), now()]);
  await withTransaction(stack.pool, async (tx) => void (await postJournals(tx, money(userId, 'north', '20', `rails-${nextUser}`))));
  const runKey = `rails-${nextUser}`;
  await startPayoutRun(stack.client, { runKey, scheduledAt: now() });
  await stack.handle(workflowIds.payoutRun(runKey)).result();
  const [payout] = await stack.rows<{ id: string }>('SELECT p.id FROM payout p JOIN payout_run r ON r.id = p.run_id WHERE r.key = $1 AND p.user_id = $2', [runKey, userId]);
  return stack.handle(workflowIds.payout(payout!.id));
}
const wake = (handle: WorkflowHandle) => handle.signal(railHint, { eventId: 'evt_recorded' });
const switched = (stack: Stack, stopped: boolean) => withTransaction(stack.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped, reason: 'recorded', by: 'op_1', at: now() }));
const exchanged = async (stack: Stack): Promise<WorkflowHandle> => {
  const handle = await stack.client.workflow.start(WORKFLOWS.railExchange, { workflowId: workflowIds.railExchange(FILES), taskQueue: TASK_QUEUES.payouts, args: [{ rail: FILES }] });
  await handle.result();
  return handle;
};
/** The broker books everything of the files that it was given. */
function brokerAnswers(folder: string): void {
  for (const name of readdirSync(join(folder, 'credits'))) {
    const lines = readFileSync(join(folder, 'credits', name), 'utf8').trim().split(/\r?\n/).slice(1, -1).map((line) => line.replaceAll('"', '').split(','));
    const results = lines.map(([reference, , , amount, currency], n) => [reference, 'executed', `op-${name}-${n}`, now(), amount, currency, ''].join(','));
    const total = plain(sum(lines.map(([, , , amount]) => amount!)));
    writeFileSync(join(folder, 'results', name), ['reference,status,operation,time,amount,currency,reason', ...results, `CONTROL,${lines.length},,,${total},${lines[0]![4]},`].join('\n') + '\n');
  }
}

export const RAIL_SHAPES: Readonly<Record<string, Shape>> = {
  'payout-stopped': async (stack) => {
    await switched(stack, true);
    const handle = await payoutBy(stack, 'sandbox', { account: 'acc-stopped' });
    await until('it waits', async () => (await handle.query(payoutStatus)).lastDetail?.startsWith('PAYOUTS_STOPPED') === true);
    await switched(stack, false);
    await wake(handle);
    await handle.result();
    return handle;
  },
  'payout-replaced': async (stack) => {
    const handle = await payoutBy(stack, 'stuck', { account: 'acc-stuck' });
    await handle.result();
    return handle;
  },
  'payout-in-a-file': async (stack) => {
    const handle = await payoutBy(stack, FILES, { server: 'North-1', account: '100001' });
    await until('it is prepared', async () => (await handle.query(payoutStatus)).attempts === 1);
    await exchanged(stack);
    brokerAnswers(stack.folder);
    // A file counts once it has stayed as it is for a look.
    await until('it is paid', async () => {
      await exchanged(stack);
      return (await handle.describe()).status.name === 'COMPLETED';
    });
    return handle;
  },
  'rail-exchange-nothing': exchanged,
  'rail-exchange': async (stack) => {
    const payout = await payoutBy(stack, FILES, { server: 'North-1', account: '100002' });
    await until('it is prepared', async () => (await payout.query(payoutStatus)).attempts === 1);
    return exchanged(stack);
  },
  'rail-resume': async (stack) => {
    const handle = await stack.client.workflow.start(WORKFLOWS.railResume, railResumeStart({ rail: FILES, pageSize: 1 }));
    await handle.result();
    return handle;
  },
  'rail-reconciliation': (stack) => reconciled(stack, { rail: 'sandbox', day: '2026-11-01' }),
  'rail-reconciliation-mended': async (stack) => {
    // Executed, and not known here while look-ups fail: the record says it first.
    await stack.faults('look_up_error', 'look_up_error', 'look_up_error', 'look_up_error', 'look_up_error', 'look_up_error');
    const payout = await payoutBy(stack, 'sandbox', { account: 'acc-executed' });
    await until('the rail executed it', async () => stack.moved(payout.workflowId.replace(/^payout:/, '')).includes('executed'));
    return reconciled(stack, { rail: 'sandbox', day: '2026-11-02', mendSeconds: 2 });
  },
};

async function reconciled(stack: Stack, input: RailReconciliationInput): Promise<WorkflowHandle> {
  const handle = await stack.client.workflow.start(WORKFLOWS.railReconciliation, railReconciliationStart(input));
  await handle.result();
  return handle;
}
