import type { Client } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import type { openMailbox } from '../../../../../activities/reports/mail/imap.ts';
import { pollMailbox } from '../../../../../activities/reports/mail/pollMailbox.ts';
import { wholeMail } from '../../../../../activities/reports/read/eml.ts';
import { SOURCE_SETTINGS, type SourceSettings } from '../../../../../activities/reports/sources/settings.ts';
import { systemResolver } from '../../../../../activities/webhooks/addresses.ts';
import { withTransaction } from '../../../../../db/connection.ts';
import { addProfile } from '../../../../../db/stores/profiles.ts';
import { addSource, getSource, type ReportSource } from '../../../../../db/stores/reportSources.ts';
import { getReport, openReportFile, type Report } from '../../../../../db/stores/reports.ts';
import { listItems, type SourceItem } from '../../../../../db/stores/sourceItems.ts';
import { newId } from '../../../../../domain/ids.ts';
import type { MailboxSettings } from '../../../../../domain/reports/mailboxSettings.ts';
import type { MailProfile } from '../../../../../domain/reports/profile.ts';
import { BROKER, sampleSetup } from '../../../../../scripts/sample/setup.ts';
import { testPersonalData } from '../../../../support/personal.ts';
import { SENDER } from './mails.ts';

/** For servers on this machine. */
export const NEARBY: SourceSettings = { ...SOURCE_SETTINGS, allowPrivate: true, connectTimeoutMs: 2_000, idleMs: 2_000 };
export const PATTERN = { pattern: String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`, zone: 'UTC' };

/** The sample broker's csv inside a mail. */
export const MAIL_PROFILE: MailProfile = { format: 'eml', from: [SENDER], attachment: sampleSetup({ accounts: 1 }).profile as MailProfile['attachment'] };

export interface MailDesk {
  source: ReportSource;
  /** Reports that a period's workflow was woken for. */
  woken: string[];
  poll(periodId: string, options?: { asOf?: string; settings?: Partial<SourceSettings>; open?: typeof openMailbox; client?: Client }): Promise<{ received: number }>;
  problem(): Promise<{ code: string; message: string } | null>;
  reports(): Promise<(Report & { bytes: Buffer })[]>;
  items(): Promise<SourceItem[]>;
}

/** The day of November 2026 as a period of the sample broker. */
export async function period(pool: Pool, day: number): Promise<string> {
  const [from, to] = [day, day + 1].map((one) => new Date(Date.UTC(2026, 10, one)).toISOString());
  await pool.query('INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ($1, $2, $3, $4) ON CONFLICT (broker_id, period_from, period_to) DO NOTHING', [newId('reportPeriod'), BROKER, from, to]);
  return (await pool.query<{ id: string }>('SELECT id FROM report_period WHERE broker_id = $1 AND period_from = $2 AND period_to = $3', [BROKER, from, to])).rows[0]!.id;
}

let desks = 0;

/** A mailbox source of its own for the sample broker. */
export async function mailDesk(pool: Pool, port: number, change: Partial<MailboxSettings> = {}, { password = 'secret' as string | null, profile = MAIL_PROFILE } = {}): Promise<MailDesk> {
  const personal = testPersonalData();
  const name = `mail-${++desks}`;
  const settings: MailboxSettings = { host: '127.0.0.1', port, secure: 'none', user: 'desk', folder: 'INBOX', doneFolder: 'Done', failedFolder: 'Failed', period: PATTERN, ...change };
  await addProfile(drizzle(pool), BROKER, profile, name);
  const source = await withTransaction(pool, async (tx) => {
    const id = newId('source');
    const sealedSecret = password === null ? null : await personal.seal(tx, id, password);
    return addSource(tx, { id, brokerId: BROKER, kind: 'mailbox', name, settings: { ...settings }, profileName: name, pollSeconds: 60, sealedSecret, at: '2026-11-01T00:00:00.000Z' });
  });
  const woken: string[] = [];
  const waking = { workflow: { signalWithStart: async (_type: string, { signalArgs }: { signalArgs: [{ reportId: string }] }) => { woken.push(signalArgs[0].reportId); } } } as unknown as Client;
  return {
    source, woken,
    poll: (periodId, { asOf = '2026-11-20T06:00:00.000Z', settings: limits = {}, open, client = waking } = {}) =>
      pollMailbox({ pool, client, personal, settings: { ...NEARBY, ...limits }, resolve: systemResolver }, { periodId, sourceId: source.id, asOf }, undefined, open),
    problem: async () => (await getSource(pool, source.id)).problem,
    async reports() {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM report WHERE source_id = $1 ORDER BY no', [source.id]);
      return Promise.all(rows.map(async ({ id }) => ({ ...(await getReport(pool, id)), bytes: await wholeMail(openReportFile(pool, id), id) })));
    },
    items: () => listItems(pool, source.id, {}, { before: null, limit: 100 }),
  };
}
