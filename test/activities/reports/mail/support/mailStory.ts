import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { expect } from 'vitest';
import { startReportPeriod } from '../../../../../activities/reports/startReportPeriod.ts';
import { createApiKey } from '../../../../../db/stores/apiKeys.ts';
import type { Change } from '../../../../../db/stores/changes.ts';
import { getReport, receiveReport, type Report } from '../../../../../db/stores/reports.ts';
import { samplePeriod, sampleReport } from '../../../../../scripts/sample/report.ts';
import { BROKER } from '../../../../../scripts/sample/setup.ts';
import { workflowIds } from '../../../../../workflows/contracts.ts';
import { testApi, type TestApi } from '../../../../api/support.ts';
import { mainJob, type MainJob, mainJobWorkers } from '../../../../support/main-job.ts';
import { timeSkipping, type TimeSkipping } from '../../../../support/time-skipping.ts';
import { type ImapServer, imapServer } from './imapServer.ts';
import { type KeyServer, keyServer } from './keyServer.ts';
import { type MailDesk, mailDesk, period } from './mailDesk.ts';
import { report, type Signing, signingKey, written } from './mails.ts';

export interface Received { reportId: string; handle: WorkflowHandle; account: number }
export interface Mail { raw: Buffer; day: number; account: number }

/** A broker that sends its reports by mail, three operators, and the workers that read them. */
export interface MailStory {
  time: TimeSkipping; job: MainJob; api: TestApi; dns: KeyServer; imap: ImapServer; desk: MailDesk;
  /** The operators' key ids by name (ann, ben, cat). */
  ids: Record<string, string>;
  ours(): Signing[];
  theirs(): Signing[];
  /** A day that no mail has yet; the next one is of the day after. */
  nextDay(): number;
  takeDay(): number;
  /** A day of its own with two lines of one account: 12 USD, unless there are more lots. */
  mailOf(signings: Signing[], lots?: string): Promise<Mail>;
  handleOf(day: number): WorkflowHandle;
  /** A mail in the mailbox, and taken from there. */
  mailed(signings: Signing[], lots?: string): Promise<Received>;
  /** A mail as an operator hands it in; nothing is started. */
  saved(by: string, day: number, raw: Buffer): Promise<{ reportId: string; periodId: string }>;
  handedIn(by: string, signings: Signing[], lots?: string): Promise<Received>;
  found(reportId: string): Promise<Report>;
  /** The change that the report waits for, when it does. */
  asked(reportId: string): Promise<Change>;
  decide(who: string, change: Change, what?: 'approve' | 'reject'): Promise<unknown>;
  ended(reportId: string, state: Report['state']): Promise<void>;
  money(account: number): Promise<string>;
  close(): Promise<void>;
}

export async function mailStory(): Promise<MailStory> {
  const time = await timeSkipping();
  const [job, dns, imap] = await Promise.all([mainJob({ accounts: 20 }), keyServer(), imapServer()]);
  await job.pool.query("UPDATE approval_policy SET over_amount = 100 WHERE kind = 'report_over_limit'");
  const key = signingKey();
  dns.zone.set('one._domainkey.broker.example', [key.record]);
  dns.zone.set('one._domainkey.evil.example', [key.record]);
  const workers = await mainJobWorkers(job, { client: time.client, nativeConnection: time.env.nativeConnection }, { mailKeys: dns.txt });
  const api = await testApi({ twoPeople: true, client: time.client, pool: job.pool });
  const keys: Record<string, string> = {};
  for (const name of ['ann', 'ben', 'cat']) keys[name] = (await createApiKey(drizzle(job.pool), { name, role: 'finance', scopes: ['*'], at: api.clock.now })).key;
  const ids = Object.fromEntries((await job.rows<{ id: string; name: string }>('SELECT id, name FROM api_key')).map(({ id, name }) => [name, id]));
  const desk = await mailDesk(job.pool, imap.port);
  let nth = 0;
  const story: MailStory = {
    time, job, api, dns, imap, desk, ids,
    ours: () => [{ key, domain: 'broker.example' }],
    theirs: () => [{ key, domain: 'evil.example' }],
    nextDay: () => nth,
    takeDay: () => nth++,
    async mailOf(signings, lots = '1.00') {
      const account = nth;
      const day = nth++;
      const date = samplePeriod({ day }).from.slice(0, 10);
      const content = sampleReport({ accounts: [account, account + 1], linesPerAccount: 2, day, lots });
      return { raw: await written(report({ subject: `Daily report ${date}`, attachments: [{ filename: 'trades.csv', content }] }), ...signings), day, account };
    },
    handleOf(day) {
      const { from, to } = samplePeriod({ day });
      return time.client.workflow.getHandle(workflowIds.reportPeriod(BROKER, from, to));
    },
    async mailed(signings, lots) {
      const { raw, day, account } = await story.mailOf(signings, lots);
      const periodId = await period(job.pool, 2 + day);
      imap.put(raw);
      expect(await desk.poll(periodId, { client: time.client })).toEqual({ received: 1 });
      return { reportId: (await desk.reports()).at(-1)!.id, handle: story.handleOf(day), account };
    },
    saved: (by, day, raw) => receiveReport(job.pool, { brokerId: BROKER, ...samplePeriod({ day }), fileName: 'saved.eml', declaredVersion: null, receivedBy: ids[by]!, at: api.clock.now, profileName: desk.source.profileName },
      (async function* () { yield raw; })()),
    async handedIn(by, signings, lots) {
      const { raw, day, account } = await story.mailOf(signings, lots);
      const { reportId, periodId } = await story.saved(by, day, raw);
      await startReportPeriod(time.client, { brokerId: BROKER, periodId, ...samplePeriod({ day }) });
      return { reportId, handle: story.handleOf(day), account };
    },
    found: (reportId) => getReport(job.pool, reportId),
    async asked(reportId) {
      await expect.poll(async () => (await story.found(reportId)).state).toBe('awaiting_approval');
      api.clock.now = new Date(await time.env.currentTimeMs()).toISOString();
      const { items } = (await api.call('GET', `/v1/changes?subjectId=${reportId}&state=requested`, { key: keys['cat']! })).json<{ items: Change[] }>();
      expect(items).toHaveLength(1);
      return items[0]!;
    },
    decide: async (who, change, what = 'approve') =>
      (await api.call('POST', `/v1/changes/${change.id}/${what}`, { key: keys[who]!, headers: { 'idempotency-key': randomUUID() }, ...(what === 'reject' ? { body: { reason: 'the broker did not send it' } } : {}) })).json() as unknown,
    async ended(reportId, state) {
      await expect.poll(async () => (await story.found(reportId)).state, { timeout: 10_000 }).toBe(state);
    },
    money: async (account) => (await job.money(account)).pending,
    async close() {
      await workers.stop();
      await imap.close();
      dns.close();
      await job.close();
    },
  };
  return story;
}
