import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { readScheduleConfig } from '../../activities/config.ts';
import { startReportCalendar } from '../../activities/reports/startReportPeriod.ts';
import { ensureSchedules } from '../../activities/schedules.ts';
import { withTransaction } from '../../db/connection.ts';
import { ensureFirstAdminKey } from '../../db/stores/apiKeys.ts';
import { brokersWithCalendar } from '../../db/stores/reportCalendars.ts';

/** Makes the Schedules (a broker's by a workflow, once workers are there) and the first admin key; answers the key the first time, null ever after. */
export async function prepare(stores: { client: Client; pool: Pool }, env: NodeJS.ProcessEnv, paused = false): Promise<string | null> {
  await ensureSchedules(stores.client, { ...readScheduleConfig(env), paused });
  for (const brokerId of await brokersWithCalendar(stores.pool)) await startReportCalendar(stores.client, brokerId);
  return withTransaction(stores.pool, (tx) => ensureFirstAdminKey(tx.db, new Date().toISOString()));
}
