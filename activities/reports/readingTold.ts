import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { reportReading } from '../../workflows/contracts.ts';
import type { Reading } from './tellReading.ts';

/** Signals of one file stay few however large it is. */
const EVERY_MS = 5_000;

/** Heartbeats how far the reading of a file is, and tells the workflow every few seconds, whose query then knows. A signal that is lost is followed by the next. */
export function readingTold(client: Client, reportId: string): (reading: Reading) => void {
  const context = Context.current();
  const workflowId = context.info.workflowExecution?.workflowId;
  let next = performance.now() + EVERY_MS;
  return (reading) => {
    context.heartbeat(reading);
    if (workflowId === undefined || performance.now() < next) return;
    next = performance.now() + EVERY_MS;
    const { lines, bytes, size } = reading;
    client.workflow.getHandle(workflowId).signal(reportReading, { reportId, lines, percent: Math.floor((bytes * 100) / size) }).catch(() => undefined);
  };
}
