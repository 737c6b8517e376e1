import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { createSourceActivities } from '../../../../activities/reports/sources/activities.ts';
import { SOURCE_SETTINGS, type SourceSettings } from '../../../../activities/reports/sources/settings.ts';
import type { Resolver } from '../../../../activities/webhooks/addresses.ts';
import { createPool, withTransaction } from '../../../../db/connection.ts';
import { createBroker } from '../../../../db/stores/brokers.ts';
import { addProfile } from '../../../../db/stores/profiles.ts';
import { addSource, getSource, type ReportSource, type SourceKind } from '../../../../db/stores/reportSources.ts';
import { getReport, openReportFile, type Report } from '../../../../db/stores/reports.ts';
import { newId } from '../../../../domain/ids.ts';
import type { FileProfile } from '../../../../domain/reports/profile.ts';
import { freshDatabase } from '../../../support/database.ts';
import { testPersonalData } from '../../../support/personal.ts';

/** For servers on this machine, with short waits for one that does not answer. */
export const NEARBY: SourceSettings = { ...SOURCE_SETTINGS, allowPrivate: true, connectTimeoutMs: 2_000, idleMs: 500 };
export const JSON_PROFILE: FileProfile = {
  format: 'json', rowsPath: 'data', dateFormat: 'iso', level: 'trade', server: 'Alpha-Live',
  columns: { ticket: 'ticket', account: 'login', symbol: 'symbol', lots: 'lots', closeTime: 'closed' },
};
/** When the looks are, after every period. */
export const AS_OF = '2026-11-20T06:00:00.000Z';

export interface SourceDesk {
  pool: pg.Pool;
  /** Reports that a period's workflow was woken for. */
  woken: string[];
  /** [from, to) by days of November 2026; answers the period's id. */
  period(from: number, to?: number): Promise<string>;
  source(kind: SourceKind, settings: object, secret?: string | null, profileName?: string): Promise<ReportSource>;
  look(what: 'pullApi' | 'pollDrop', periodId: string, sourceId: string, options?: { again?: boolean; asOf?: string; settings?: Partial<SourceSettings>; resolve?: Resolver }): Promise<{ received: number }>;
  test(sourceId: string): Promise<Record<string, unknown>>;
  /** The source's problem after the last look. */
  problem(sourceId: string): Promise<{ code: string; message: string } | null>;
  /** What came in from a source, in order of arrival. */
  reports(sourceId: string): Promise<(Report & { text: string })[]>;
  close(): Promise<void>;
}

export async function sourceDesk(): Promise<SourceDesk> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { onError: () => {} });
  const db = drizzle(pool);
  const personal = testPersonalData();
  await createBroker(db, { id: 'alpha', name: 'Alpha', servers: ['Alpha-Live'], at: '2026-11-01T00:00:00Z' });
  await addProfile(db, 'alpha', JSON_PROFILE);
  await addProfile(db, 'alpha', { ...JSON_PROFILE, format: 'csv' }, 'csv');
  const woken: string[] = [];
  const client = { workflow: { signalWithStart: async (_type: string, { signalArgs }: { signalArgs: [{ reportId: string }] }) => { woken.push(signalArgs[0].reportId); } } } as unknown as Client;
  const activities = (settings: Partial<SourceSettings> = {}, resolve?: Resolver) => createSourceActivities({ pool, client, personal }, { settings: { ...NEARBY, ...settings }, ...(resolve && { resolve }) });
  let sources = 0;
  return {
    pool, woken,
    async period(from, to = from + 1) {
      const { rows } = await pool.query<{ id: string }>(
        "INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ($1, 'alpha', $2, $3) ON CONFLICT (broker_id, period_from, period_to) DO UPDATE SET methodology_id = report_period.methodology_id RETURNING id",
        [newId('reportPeriod'), new Date(Date.UTC(2026, 10, from)), new Date(Date.UTC(2026, 10, to))]);
      return rows[0]!.id;
    },
    source: (kind, settings, secret = null, profileName = 'default') => withTransaction(pool, async (tx) => {
      const id = newId('source');
      return addSource(tx, {
        id, brokerId: 'alpha', kind, name: `source-${++sources}`, settings: settings as Record<string, unknown>, profileName, pollSeconds: 60, at: '2026-11-01T00:00:00.000Z',
        sealedSecret: secret === null ? null : await personal.seal(tx, id, secret),
      });
    }),
    look: (what, periodId, sourceId, { again, asOf = AS_OF, settings, resolve } = {}) =>
      new MockActivityEnvironment().run(activities(settings, resolve)[what], { periodId, sourceId, asOf, ...(again === undefined ? {} : { again }) }),
    async test(sourceId) {
      const testId = `test-${++sources}`;
      await pool.query('UPDATE report_source SET test = $2 WHERE id = $1', [sourceId, { id: testId, state: 'asked' }]);
      await new MockActivityEnvironment().run(activities().testSource, { sourceId, testId, from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z', asOf: AS_OF });
      return (await getSource(pool, sourceId)).test!;
    },
    problem: async (sourceId) => (await getSource(pool, sourceId)).problem,
    async reports(sourceId) {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM report WHERE source_id = $1 ORDER BY no', [sourceId]);
      return Promise.all(rows.map(async ({ id }) => {
        const parts: Buffer[] = [];
        for await (const part of openReportFile(pool, id)) parts.push(part);
        return { ...await getReport(pool, id), text: Buffer.concat(parts).toString() };
      }));
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}
