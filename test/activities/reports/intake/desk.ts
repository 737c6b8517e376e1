import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll } from 'vitest';
import type { z } from 'zod';
import { beginJudging, judgePage } from '../../../../activities/reports/judgeReport.ts';
import { nextReport } from '../../../../activities/reports/nextReport.ts';
import { beginPosting, postPage } from '../../../../activities/reports/postReport.ts';
import { settlePage } from '../../../../activities/reports/settleReport.ts';
import { stageReport } from '../../../../activities/reports/stageReport.ts';
import { tieOut } from '../../../../activities/reports/tieOut.ts';
import { createPool } from '../../../../db/connection.ts';
import { clearDueAccruals } from '../../../../db/stores/clearing.ts';
import { getReport, receiveReport, type Report } from '../../../../db/stores/reports.ts';
import { caseSetupSchema, loadSetup } from '../../../../scripts/case/setup.ts';
import { type Checkpoint, snapshot } from '../../../../scripts/case/snapshot.ts';
import { freshDatabase } from '../../../support/database.ts';

export type SetupInput = Omit<z.input<typeof caseSetupSchema>, 'steps'>;

/** One activity call of the pipeline as the workflow makes it; `around` may repeat it, break it or run it twice at once. */
export type Around = <T>(step: string, run: (pool: Pool) => Promise<T>, pool: Pool) => Promise<T>;
const once: Around = (_step, run, pool) => run(pool);

export interface Submission {
  file: string;
  from: string;
  to: string;
  at: string;
  name?: string;
  version?: number;
  /** Who hands it in. */
  by?: string;
  pageSize?: number;
  around?: Around;
}

/** One broker of its own in the shared database, with its users and everything that a report needs. */
export interface Desk {
  pool: Pool;
  broker: string;
  users: Map<string, string>;
  receive(submission: Submission): Promise<string>;
  submit(submission: Submission): Promise<Report>;
  clear(at: string): Promise<number>;
  figures(): Promise<Checkpoint>;
}

/** Plays `reportPeriod` for one received report: the same calls in the same order, without Temporal. */
export async function play(pool: Pool, reportId: string, at: string, pageSize = 5000, around: Around = once): Promise<void> {
  const call = <T>(step: string, run: (pool: Pool) => Promise<T>): Promise<T> => around(step, run, pool);
  const state = await call('stage', (p) => stageReport(p, reportId, () => undefined));
  if (state === 'refused' || state === 'unchanged') return;
  await call('beginJudging', (p) => beginJudging(p, reportId));
  while (!(await call('judgePage', (p) => judgePage(p, reportId, pageSize))).done);
  if (await call('tieOut', (p) => tieOut(p, reportId)) === 'refused') return;
  await call('beginPosting', (p) => beginPosting(p, reportId, at));
  while (!(await call('postPage', (p) => postPage(p, reportId, pageSize))).done);
  while (!(await call('settlePage', (p) => settlePage(p, reportId, pageSize))).done);
}

export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  yield Buffer.from(file);
}

/** Desks of a test file share one database; each has a broker and users of its own. */
export function deskFactory(): (setup: SetupInput) => Promise<Desk> {
  let opening: Promise<{ pool: Pool; close: () => Promise<void> }> | undefined;
  const open = async () => {
    const database = await freshDatabase();
    const pool = createPool(database.appUrl, { onError: () => undefined });
    return { pool, close: async () => { await pool.end(); await database.drop(); } };
  };
  afterAll(async () => { await (await opening)?.close(); });
  return async (setup) => {
    const { pool } = await (opening ??= open());
    const tag = randomBytes(4).toString('hex');
    const parsed = caseSetupSchema.parse({ ...setup, steps: [] });
    parsed.broker.id = `${parsed.broker.id}-${tag}`;
    const own = (name: string): string => `${tag}:${name}`;
    for (const user of parsed.users) user.id = own(user.id);
    for (const account of parsed.accounts) account.user = own(account.user);
    const users = new Map([...await loadSetup(pool, parsed)].map(([name, id]) => [name.slice(tag.length + 1), id]));
    const broker = parsed.broker.id;
    const receive = async (s: Submission): Promise<string> => (await receiveReport(pool, {
      brokerId: broker, from: s.from, to: s.to, fileName: s.name ?? 'report.csv', declaredVersion: s.version ?? null, receivedBy: s.by ?? 'test', at: s.at,
    }, bytesOf(s.file))).reportId;
    return {
      pool, broker, users, receive,
      submit: async (s) => {
        const id = await receive(s);
        for (;;) {
          const period = (await getReport(pool, id)).periodId;
          const next = await nextReport(pool, period);
          if (next === null || next.reportId === null) return getReport(pool, id);
          await play(pool, next.reportId, s.at, s.pageSize, s.around);
        }
      },
      clear: (at) => clearDueAccruals(pool, at),
      figures: () => snapshot(pool, broker, users),
    };
  };
}
