import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMasterKeys } from '../../../db/personal/masterKeys.ts';
import { personalData } from '../../../db/personal/personalData.ts';
import { AT, type OutboxFixture, outboxFixture, PAID } from '../../support/outbox.ts';
import { testSmtp, type TestSmtp } from '../../support/smtp.ts';

const KEYS = { PERSONAL_DATA_KEYS: `k1:${randomBytes(32).toString('base64')}`, PERSONAL_DATA_INDEX_KEY: randomBytes(32).toString('base64') };
const MAILS = 30;

let f: OutboxFixture;
let smtp: TestSmtp;
const running = new Set<ChildProcess>();
beforeEach(async () => {
  f = await outboxFixture(personalData(readMasterKeys(KEYS)));
  smtp = await testSmtp();
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await smtp.close();
  await f.close();
});

function sender(): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [fileURLToPath(new URL('sender-process.ts', import.meta.url))],
    { env: { ...process.env, ...KEYS, APP_URL: f.appUrl, SMTP_URL: smtp.url, AS_OF: AT }, stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(child);
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, ended };
}

async function written(): Promise<void> {
  const { userId } = await f.user();
  for (let i = 0; i < MAILS; i++) await f.tell({ ...PAID, userId, facts: { ...PAID.facts, payoutId: `pay_${i}` } });
  await f.fanOut();
}

test('killed before the server has answered, and just after: every mail arrives, under one Message-ID each', async () => {
  await written();
  let victim: ChildProcess | null = null;
  const kills = { before: 0, after: 0 };
  let arrived = 0;
  smtp.onMessage = () => {
    arrived++;
    if (victim === null || arrived % 4 !== 0) return undefined;
    const doomed = victim;
    victim = null;
    if (kills.before <= kills.after) {
      // Nobody hears the answer to this one.
      kills.before++;
      doomed.kill('SIGKILL');
    } else {
      // The answer has left; whether the process still gets to mark it is chance.
      kills.after++;
      setImmediate(() => doomed.kill('SIGKILL'));
    }
    return undefined;
  };
  for (let round = 0; round < 2; round++) {
    const { child, ended } = sender();
    victim = child;
    await ended;
  }
  victim = null;
  expect(await sender().ended).toBe(0);

  const mails = await f.mails();
  expect(mails.map((mail) => mail.state)).toEqual(Array.from({ length: MAILS }, () => 'sent'));
  expect(kills).toEqual({ before: 1, after: 1 });
  // Counted as a receiving side counts, by Message-ID.
  const ids = smtp.received.map((mail) => mail.messageId);
  expect([...new Set(ids)].toSorted()).toEqual(mails.map((mail) => mail.messageId).toSorted());
  // Sent twice were at most those that were in a dialogue when their sender was killed.
  const twice = ids.length - MAILS;
  expect(twice).toBeLessThanOrEqual(2 * 2);
  expect(mails.reduce((tries, mail) => tries + mail.attempts, 0)).toBeGreaterThanOrEqual(MAILS + 1);
}, 120_000);

test('a mail that another living process is sending is left alone, however long that takes', async () => {
  await written();
  let release = (): void => {};
  const held = new Promise<void>((done) => { release = done; });
  let first = true;
  smtp.onMessage = async () => {
    if (!first) return;
    first = false;
    await held;
  };
  const slow = sender();
  while (first) await new Promise((done) => setTimeout(done, 20));
  const other = await f.send(smtp.url);
  expect(other.taken).toBeGreaterThan(0);
  while ((await f.send(smtp.url)).taken > 0);
  release();
  expect(await slow.ended).toBe(0);
  expect(smtp.received).toHaveLength(MAILS);
  expect(new Set(smtp.received.map((mail) => mail.messageId)).size).toBe(MAILS);
  expect((await f.mails()).every((mail) => mail.state === 'sent' && mail.attempts === 1)).toBe(true);
}, 120_000);
