import { randomBytes } from 'node:crypto';
import { replayWaiting } from '../../activities/reports/replayWaiting.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { periodsWithWaitingLines } from '../../db/stores/waitingLines.ts';
import { caseSetupSchema, loadSetup } from '../../scripts/case/setup.ts';
import { bytesOf, play, type SetupInput } from '../activities/reports/intake/desk.ts';
import { csv, type Row } from '../activities/reports/intake/rows.ts';
import type { TestApi } from './support.ts';

export interface ApiDesk {
  broker: string;
  users: Map<string, string>;
  /** Stores a file for a week and posts it at once; answers the report's id. */
  post(rows: readonly Row[] | string, week: { from: string; to: string }, at: string): Promise<string>;
  /** What the workflows do once something was learned. */
  replay(at: string): Promise<void>;
}

/** A broker with users of its own in the API's database. */
export async function apiDesk(api: TestApi, setup: SetupInput): Promise<ApiDesk> {
  const tag = randomBytes(3).toString('hex');
  const parsed = caseSetupSchema.parse({ ...setup, steps: [] });
  parsed.broker.id = `${parsed.broker.id}-${tag}`;
  for (const user of parsed.users) user.id = `${tag}:${user.id}`;
  for (const account of parsed.accounts) account.user = `${tag}:${account.user}`;
  const users = new Map([...await loadSetup(api.pool, parsed)].map(([name, id]) => [name.slice(tag.length + 1), id]));
  const broker = parsed.broker.id;
  return {
    broker, users,
    async post(rows, week, at) {
      const file = typeof rows === 'string' ? rows : csv(rows);
      const { reportId } = await receiveReport(api.pool, { brokerId: broker, ...week, fileName: 'week.csv', declaredVersion: null, receivedBy: 'test', at }, bytesOf(file));
      await play(api.pool, reportId, at);
      return reportId;
    },
    async replay(at) {
      for (const { periodId } of await periodsWithWaitingLines(api.pool, { brokerId: broker })) while (await replayWaiting(api.pool, periodId, at) !== null);
    },
  };
}
