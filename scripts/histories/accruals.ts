import type { WorkflowHandle } from '@temporalio/client';
import { startAccrual } from '../../activities/accruals/startAccruals.ts';
import { withTransaction } from '../../db/connection.ts';
import type { Accrual } from '../../db/stores/accruals.ts';
import { placeHold, releaseHold } from '../../db/stores/holds.ts';
import { accrualHeld, accrualReleased } from '../../workflows/contracts.ts';
import { until } from '../case/until.ts';
import type { SampleReport } from '../sample/report.ts';
import { accrued, arrives, now, own } from './arrivals.ts';
import type { Shape } from './shapes.ts';
import type { Stack } from './stack.ts';

async function accruedOne(stack: Stack): Promise<{ accrual: Accrual; handle: WorkflowHandle; report: SampleReport }> {
  const report = own();
  const { accruals: [accrual], handles: [handle] } = await accrued(stack, report);
  return { accrual: accrual!, handle: handle!, report };
}

export const ACCRUAL_SHAPES: Readonly<Record<string, Shape>> = {
  'accrual-cleared': async (stack) => (await accruedOne(stack)).handle,
  'accrual-held-and-released': async (stack) => {
    const { accrual, handle } = await accruedOne(stack);
    const hold = await withTransaction(stack.pool, (tx) => placeHold(tx, { accrualId: accrual.id, reason: 'FRAUD_CHECK', note: '', placedBy: 'op_1', at: now() }));
    await handle.signal(accrualHeld, { holdId: hold.id, reason: hold.reason });
    await until('it is due', async () => now() > accrual.clearsAt);
    await withTransaction(stack.pool, (tx) => releaseHold(tx, { accrualId: accrual.id, holdId: hold.id, releasedBy: 'op_2', at: now() }));
    await handle.signal(accrualReleased, { holdId: hold.id });
    return handle;
  },
  'accrual-released-in-time': async (stack) => {
    const { accrual, handle } = await accruedOne(stack);
    const hold = await withTransaction(stack.pool, (tx) => placeHold(tx, { accrualId: accrual.id, reason: 'FRAUD_CHECK', note: '', placedBy: 'op_1', at: now() }));
    await handle.signal(accrualHeld, { holdId: hold.id, reason: hold.reason });
    await handle.query('__stack_trace');
    await withTransaction(stack.pool, (tx) => releaseHold(tx, { accrualId: accrual.id, holdId: hold.id, releasedBy: 'op_2', at: now() }));
    await handle.signal(accrualReleased, { holdId: hold.id });
    return handle;
  },
  'accrual-reversed': async (stack) => {
    const { handle, report } = await accruedOne(stack);
    await (await arrives(stack, { ...report, without: 1 })).handle.result();
    return handle;
  },
  'accrual-overdue': async (stack) => {
    const { accrual, handle } = await accruedOne(stack);
    await handle.terminate('so that it is started late');
    await until('it is due', async () => now() > accrual.clearsAt);
    await startAccrual(stack.client, accrual);
    return stack.handle(handle.workflowId);
  },
};
