import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preview } from '../../../activities/reports/preview/preview.ts';
import { suggest } from '../../../activities/reports/preview/suggest.ts';
import { stageReport } from '../../../activities/reports/stageReport.ts';
import { withTransaction } from '../../../db/connection.ts';
import { refusedData } from '../../../db/refusedData.ts';
import { addProfile } from '../../../db/stores/profiles.ts';
import { addPreview, finishPreview, getPreview, type ReportPreview } from '../../../db/stores/reportPreviews.ts';
import { getReport, receiveReport, type Report } from '../../../db/stores/reports.ts';
import type { FileProfile } from '../../../domain/reports/profile.ts';
import { BROKER } from '../../../scripts/sample/setup.ts';
import { mainJob, type MainJob } from '../../support/main-job.ts';
import { bytesOf } from './read/fixture.ts';
import { imapServer, type ImapServer } from './mail/support/imapServer.ts';
import { mailDesk, period } from './mail/support/mailDesk.ts';
import { changed, report, written } from './mail/support/mails.ts';

let job: MainJob;
let imap: ImapServer | undefined;
beforeAll(async () => { job = await mainJob({ accounts: 3 }); });
afterAll(async () => {
  await imap?.close();
  await job?.close();
});

const AT = '2026-11-20T00:00:00.000Z';
const CSV: FileProfile = { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'S', footer: '^Total', columns: { ticket: 'T', account: 'A', symbol: 'Y', lots: 'L', closeTime: 'C' } };
const JSON_FILE: FileProfile = { ...CSV, format: 'json', footer: undefined, rowsPath: 'rows', totals: { lots: 'sum' } };
const ROW = '1,10,E,1,2026-11-02T10:00:00Z';
let reports = 0;

async function staged(content: string, profile: FileProfile, fileName = 'f'): Promise<Report> {
  const profileName = `kept-${++reports}`;
  await addProfile(drizzle(job.pool), BROKER, profile, profileName);
  const [from, to] = [reports, reports + 1].map((hour) => new Date(Date.UTC(2025, 0, 1, hour)).toISOString()) as [string, string];
  const { reportId } = await withTransaction(job.pool, (tx) => receiveReport(tx, { brokerId: BROKER, from, to, fileName, declaredVersion: null, receivedBy: 'test', at: AT, profileName }, bytesOf(content)));
  await stageReport(job.pool, reportId, () => undefined);
  return getReport(job.pool, reportId);
}

describe('a report with text that the database cannot keep comes to an end at its first try', () => {
  test.each<[what: string, content: string, profile: FileProfile, refusal: object | null]>([
    ['a notice whose cut meets a character', `T,A,Y,L,C,U\n${ROW},${'x'.repeat(19)}😀\n`, { ...CSV, columns: { ...CSV.columns, currency: 'U' } }, null],
    ['a sum whose cut meets a character', `T,A,Y,L,C\n${ROW}\nTotal,,,1${'x'.repeat(58)}😀,\n`, CSV, { code: 'TOTALS_UNREADABLE' }],
    ['a NUL in a sum', '{"rows":[],"sum":"1\\u0000"}', JSON_FILE, { code: 'TOTALS_UNREADABLE' }],
    ['half a character in a sum', '{"rows":[],"sum":"\\ud800"}', JSON_FILE, { code: 'TOTALS_UNREADABLE' }],
    ['half a character in a header', '{"sum":1,"rows":[{"T\\ud800":"\\u0000"}]}', { ...JSON_FILE, totals: undefined }, null],
  ])('%s', async (_what, content, profile, refusal) => {
    const found = await staged(content, profile);
    expect({ state: found.state, refusal: found.refusal }).toEqual({ state: refusal === null ? 'staged' : 'refused', refusal: refusal === null ? null : expect.objectContaining(refusal) });
  });
});

test.each<[sql: string, code: string | null]>([
  [String.raw`SELECT '"\ud800"'::jsonb`, 'DATA_UNSTORABLE'], ["SELECT repeat('9', 140000)::numeric", 'DATA_UNSTORABLE'], ['SELECT nothing', null],
])('the last line of defence: %s', async (sql, code) => {
  const error: unknown = await job.pool.query(sql).then(() => null, (thrown: unknown) => thrown);
  expect(error).not.toBeNull();
  expect(refusedData(error)?.code ?? null).toBe(code);
});

describe('a sample with such text is looked at', () => {
  test.each<[what: string, kind: ReportPreview['kind'], content: string | Buffer]>([
    ['a cell whose cut meets a character', 'preview', `T,A,Y,L,C\n1,10,E,${'x'.repeat(59)}😀,2026-11-02T10:00:00Z\n`],
    ['a binary file', 'suggestion', Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7_919) % 256))],
    ['a NUL in a header', 'suggestion', 'Ticket;Login\0;Symbol;Lots;Close Time\n1;2;E;0.1;2026-11-02 10:00\n'],
  ])('%s', async (_what, kind, content) => {
    const { id } = await withTransaction(job.pool, (tx) => addPreview(tx, {
      kind, brokerId: BROKER, profileId: null, profile: kind === 'preview' ? CSV : null, from: null, to: null, fileName: 'f', madeBy: 'test', madeAt: AT, expiresAt: AT,
    }, bytesOf(content)));
    const sample = await getPreview(job.pool, id);
    await finishPreview(job.pool, id, { result: kind === 'preview' ? await preview(job.pool, sample, AT) : await suggest(job.pool, sample) }, AT);
    expect(await getPreview(job.pool, id)).toMatchObject({ state: 'done' });
  });
});

test('a mail with such a subject and such an attachment’s name does not block its mailbox', async () => {
  imap = await imapServer({});
  const [desk, periodId] = [await mailDesk(job.pool, imap.port), await period(job.pool, 3)];
  const long = (of: number): string => `2026-11-03 ${'x'.repeat(of - 12)}😀😀.csv`;
  imap.put(await written(report({ subject: long(255), attachments: [{ filename: long(255), content: 'T,A\n1,2\n' }] })));
  imap.put(await written(report({ subject: `${'y'.repeat(254)}😀 from a stranger`, from: 'stranger@elsewhere.example' })));
  imap.put(changed(await written(report({ subject: '2026-11-03 SUBJECT' })), 'SUBJECT', '=?utf-8?Q?a=00b?='));
  expect(await desk.poll(periodId)).toEqual({ received: 2 });
  expect([imap.in('INBOX').length, imap.in('Done').length, imap.in('Failed').length]).toEqual([0, 2, 1]);
  for (const kept of [...(await desk.items()).map(({ name }) => name ?? ''), (await desk.problem())?.message ?? '']) expect(kept.isWellFormed() && !kept.includes('\0')).toBe(true);
  expect((await desk.items()).map(({ name }) => name)).toContain('y'.repeat(254));
});
