import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReportActivities } from '../../../../activities/reports/activities.ts';
import { KeyNotKnown } from '../../../../activities/reports/mail/takeVerdict.ts';
import { startReportPeriod, wakeReportPeriod } from '../../../../activities/reports/startReportPeriod.ts';
import { getReportPeriod } from '../../../../db/stores/reportPeriods.ts';
import { receiveReport } from '../../../../db/stores/reports.ts';
import { samplePeriod, sampleReport } from '../../../../scripts/sample/report.ts';
import { BROKER } from '../../../../scripts/sample/setup.ts';
import { reportProgress, workflowIds } from '../../../../workflows/contracts.ts';
import { settleAndSleep } from '../../../support/time-skipping.ts';
import { period } from './support/mailDesk.ts';
import { report, written } from './support/mails.ts';
import { type MailStory, mailStory } from './support/mailStory.ts';

let story: MailStory;
beforeAll(async () => { story = await mailStory(); });
afterAll(() => story?.close());

test('an aligned mail in the mailbox becomes posted accruals', async () => {
  const { job, ours, mailed, found, money } = story;
  const { reportId, handle, account } = await mailed(ours());
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await found(reportId)).toMatchObject({ state: 'posted', lines: 2, facts: { sender: 'reports@broker.example', dkim: { verdict: 'aligned', domain: 'broker.example', selector: 'one', from: 'broker.example' } } });
  expect(await money(account)).toBe('12');
  expect(await job.rows('SELECT id FROM change WHERE subject_id = $1', [reportId])).toEqual([]);
});

test('a forged mail in the mailbox waits until two people have agreed, one after the other', async () => {
  const { job, desk, ids, theirs, mailed, found, asked, decide, ended, money } = story;
  const { reportId, handle, account } = await mailed(theirs());
  const first = await asked(reportId);
  expect(first).toMatchObject({
    kind: 'unaligned_mail', requestedBy: desk.source.id, subject: { type: 'report', id: reportId },
    payload: { dkim: 'unaligned', senderDomain: 'broker.example', signedBy: 'evil.example', lines: 2, earned: '12', vouchedBy: null, why: expect.stringContaining('another organisation') },
  });
  expect(await decide('ann', first)).toMatchObject({ state: 'approved', result: { state: 'waits' } });
  const second = await asked(reportId);
  expect(second).toMatchObject({ kind: 'unaligned_mail', requestedBy: ids['ann'], payload: { vouchedBy: ids['ann'], dkim: 'unaligned' } });
  expect(await decide('ann', second)).toMatchObject({ status: 403, code: 'SAME_PERSON' });
  await expect(job.pool.query("UPDATE report SET state = 'judged' WHERE id = $1", [reportId])).rejects.toMatchObject({ code: 'CH002' });
  expect(await money(account)).toBe('0');
  // Nothing waits for it: it is taken up again when both have agreed.
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await decide('ben', second)).toMatchObject({ state: 'approved', result: { state: 'goes_on' } });
  await ended(reportId, 'posted');
  expect([(await found(reportId)).state, await money(account)]).toEqual(['posted', '12']);
});

test('a mail that an operator handed in needs another one', async () => {
  const { ids, handedIn, asked, decide, ended, money } = story;
  const { reportId, handle, account } = await handedIn('ann', []);
  const change = await asked(reportId);
  expect(change).toMatchObject({ kind: 'unaligned_mail', requestedBy: ids['ann'], payload: { dkim: 'none', vouchedBy: ids['ann'] } });
  expect(await decide('ann', change)).toMatchObject({ code: 'SAME_PERSON' });
  expect(await decide('ben', change)).toMatchObject({ state: 'approved' });
  await ended(reportId, 'posted');
  expect([await handle.result(), await money(account)]).toEqual([{ posted: 1 }, '12']);
});

test('a forged mail holds up nothing: what comes later is posted, and the mail does not beat it when it is agreed to', async () => {
  const { time, job, api, ids, theirs, nextDay, handedIn, found, asked, decide, ended, money } = story;
  const { reportId, account } = await handedIn('ann', theirs());
  const change = await asked(reportId);
  const day = nextDay() - 1;
  const { from, to } = samplePeriod({ day });
  const content = sampleReport({ accounts: [account, account + 1], linesPerAccount: 2, day, lots: '2.00' });
  const later = await receiveReport(job.pool, { brokerId: BROKER, from, to, fileName: 'trades.csv', declaredVersion: null, receivedBy: ids['ann']!, at: api.clock.now }, (async function* () { yield Buffer.from(content); })());
  await wakeReportPeriod(time.client, { brokerId: BROKER, periodId: later.periodId, from, to }, later.reportId);
  await ended(later.reportId, 'posted');
  expect((await found(reportId)).state).toBe('awaiting_approval');
  expect(await decide('ben', change)).toMatchObject({ state: 'approved', result: { state: 'goes_on' } });
  await ended(reportId, 'refused');
  expect(await found(reportId)).toMatchObject({ refusal: { code: 'NEWER_REPORT_POSTED', facts: { reportId: later.reportId } } });
  expect(await money(account)).toBe('24');
});

test('while a forged mail is all that came, the report is late, operators are told, and it is waited for', async () => {
  const { job, theirs, nextDay, handedIn, found, asked, decide } = story;
  const day = nextDay();
  const periodId = await period(job.pool, 2 + day);
  const { from, to } = samplePeriod({ day });
  await job.pool.query("INSERT INTO report_calendar (id, broker_id, version, effective_from, cadence, zone, expected_after, overdue_after, escalated_after, created_by, created_at) VALUES ('cal_mail', $1, 1, $2, 'day', 'UTC', 'PT1H', 'PT2H', 'PT3H', 'op', $2)", [BROKER, from]);
  await job.pool.query("UPDATE report_period SET calendar_id = 'cal_mail', due_at = period_to + interval '1 hour', overdue_at = period_to + interval '2 hours', escalated_at = period_to + interval '3 hours' WHERE id = $1", [periodId]);
  const { reportId, handle } = await handedIn('ann', theirs());
  const change = await asked(reportId);
  expect((await found(reportId)).periodId).toBe(periodId);
  await expect.poll(() => job.rows("SELECT kind FROM notification WHERE facts->>'periodId' = $1 AND kind = 'report_escalated'", [periodId])).toEqual([{ kind: 'report_escalated' }]);
  await expect.poll(() => handle.query(reportProgress)).toMatchObject({ phase: 'waiting', reportId: null, lateness: 'escalated' });
  expect(await getReportPeriod(job.pool, periodId, new Date(Date.parse(to) + 86_400_000).toISOString())).toMatchObject({ state: 'escalated' });
  await decide('ben', change);
  expect(await handle.result()).toEqual({ posted: 1 });
});

test('an aligned mail that an operator handed in needs nobody', async () => {
  const { ours, handedIn, found } = story;
  const { handle, reportId } = await handedIn('ann', ours());
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await found(reportId)).toMatchObject({ facts: { dkim: { verdict: 'aligned' } } });
});

test('over the limit as well, both are asked, and nothing is posted before', async () => {
  const { job, theirs, handedIn, asked, decide, ended, money } = story;
  const { reportId, handle, account } = await handedIn('ann', theirs(), '10.00');
  const mail = await asked(reportId);
  expect(mail.kind).toBe('unaligned_mail');
  await decide('ben', mail);
  const limit = await expect.poll(() => asked(reportId)).toMatchObject({ kind: 'report_over_limit', amount: '120' }).then(() => asked(reportId));
  expect(await money(account)).toBe('0');
  await expect(job.pool.query("UPDATE report SET state = 'tied_out' WHERE id = $1", [reportId])).rejects.toMatchObject({ code: 'CH002' });
  expect(await decide('ann', limit)).toMatchObject({ code: 'SAME_PERSON' });
  await decide('cat', limit);
  await ended(reportId, 'posted');
  expect([await handle.result(), await money(account)]).toEqual([{ posted: 1 }, '120']);
});

test.each(['the first', 'the second'])('rejected by %s, the mail posts nothing and says why', async (which) => {
  const { mailed, found, asked, decide, money } = story;
  const { reportId, handle, account } = await mailed([]);
  const first = await asked(reportId);
  if (which === 'the second') await decide('ann', first);
  await decide(which === 'the second' ? 'ben' : 'ann', await asked(reportId), 'reject');
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await found(reportId)).toMatchObject({ state: 'refused', refusal: { code: 'NOT_APPROVED', message: expect.stringMatching(/without an aligned DKIM signature.*rejected: the broker did not send it/) } });
  expect(await money(account)).toBe('0');
});

test('nobody decides in time: it posts nothing', async () => {
  const { time, mailed, found, asked } = story;
  const { reportId, handle } = await mailed([]);
  const change = await asked(reportId);
  await settleAndSleep(time.env, time.client.workflow.getHandle(workflowIds.change(change.id)), '8d');
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await found(reportId)).toMatchObject({ state: 'refused', refusal: { message: expect.stringContaining('No second operator decided in time') } });
});

test('while DNS does not answer it is asked again; nothing is decided meanwhile', async () => {
  const { dns, ours, mailed, found } = story;
  dns.failing.add('one._domainkey.broker.example');
  dns.asked.length = 0;
  const { reportId, handle } = await mailed(ours());
  await expect.poll(() => dns.asked.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(await found(reportId)).toMatchObject({ state: 'received', facts: expect.not.objectContaining({ dkim: expect.anything() }) });
  dns.failing.clear();
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await found(reportId)).toMatchObject({ facts: { dkim: { verdict: 'aligned' } } });
});

test('a mail from somebody who is not allowed is refused, without asking DNS about anybody', async () => {
  const { time, dns, takeDay, saved, found, theirs } = story;
  dns.asked.length = 0;
  const day = takeDay();
  const { from, to } = samplePeriod({ day });
  const raw = await written(report({ from: 'reports@evil.example' }), ...theirs());
  const { reportId, periodId } = await saved('ann', day, raw);
  await startReportPeriod(time.client, { brokerId: BROKER, periodId, from, to });
  await time.client.workflow.getHandle(workflowIds.reportPeriod(BROKER, from, to)).result();
  expect(await found(reportId)).toMatchObject({ state: 'refused', refusal: { code: 'SENDER_NOT_ALLOWED' }, facts: null });
  expect(dns.asked).toEqual([]);
});

test('the same report under another mail changes nothing', async () => {
  const { time, job, imap, desk, ours, mailOf, handleOf, theirs } = story;
  const { raw, day } = await mailOf(ours());
  const periodId = await period(job.pool, 2 + day);
  imap.put(raw);
  await desk.poll(periodId, { client: time.client });
  await handleOf(day).result();
  const [, attachment = ''] = /Content-Disposition: attachment; filename=trades\.csv\r\n\r\n([^-]+)\r\n--/.exec(raw.toString()) ?? [];
  imap.put(await written(report({ subject: /Subject: (.*)\r\n/.exec(raw.toString())![1]!, attachments: [{ filename: 'again.csv', content: Buffer.from(attachment, 'base64') }] }), ...theirs()));
  expect(await desk.poll(periodId, { client: time.client })).toEqual({ received: 1 });
  expect(await handleOf(day).result()).toEqual({ posted: 0 });
  expect((await desk.reports()).slice(-2).map(({ state }) => state)).toEqual(['posted', 'unchanged']);
});

test('an installation of one operator: it goes on, and says so', async () => {
  const { time, job, dns, theirs, mailOf, saved, found } = story;
  const { raw, day } = await mailOf(theirs());
  const { reportId } = await saved('ann', day, raw);
  const alone = createReportActivities({ pool: job.pool, client: time.client }, { twoPeople: false, txt: dns.txt });
  const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work);
  await run(() => alone.stageReport({ reportId }));
  expect(await found(reportId)).toMatchObject({ state: 'staged', facts: { dkim: { verdict: 'unaligned', note: 'TWO_PEOPLE is off: no second operator was asked.' } } });
  await run(() => alone.beginJudging({ reportId }));
  await run(() => alone.judgePage({ reportId }));
  expect(await run(() => alone.tieOut({ reportId }))).toBe('tied_out');
});

test('what DKIM said is kept once, and nothing else of how the report came is changed', async () => {
  const { job, desk } = story;
  const { id } = (await desk.reports())[0]!;
  const refused = (facts: string, where: string): Promise<void> => expect(job.pool.query(`UPDATE report SET facts = ${facts} WHERE ${where}`)).rejects.toMatchObject({ code: 'RE002' });
  for (const facts of [`facts || '{"dkim": {"verdict": "none"}}'`, `facts - 'dkim'`, `facts || '{"sender": "x"}'`, 'NULL', `'{}'`]) await refused(facts, `id = '${id}'`);
  await refused(`'{"sender": "x", "dkim": {}}'`, 'facts IS NULL');
});

test('patience with DNS ends in two people, never in a guess', async () => {
  const { time, job, api, dns, ours, mailOf, saved, found } = story;
  dns.failing.add('one._domainkey.broker.example');
  const { raw, day } = await mailOf(ours());
  const { reportId } = await saved('ann', day, raw);
  const activities = createReportActivities({ pool: job.pool, client: time.client }, { txt: dns.txt });
  const after = (waited: number): Promise<unknown> => new MockActivityEnvironment({ scheduledTimestampMs: 0, currentAttemptScheduledTimestampMs: waited }).run(() => activities.stageReport({ reportId }));
  await expect(after(3_599_000)).rejects.toBeInstanceOf(KeyNotKnown);
  expect(await found(reportId)).toMatchObject({ state: 'received' });
  await after(3_600_000);
  expect(await found(reportId)).toMatchObject({ state: 'staged', facts: { dkim: { verdict: 'unknown' } } });
  await new MockActivityEnvironment().run(() => activities.beginJudging({ reportId }));
  await new MockActivityEnvironment().run(() => activities.judgePage({ reportId }));
  expect(await new MockActivityEnvironment().run(() => activities.tieOut({ reportId, asOf: api.clock.now }))).toBe('set_aside');
  dns.failing.clear();
});
