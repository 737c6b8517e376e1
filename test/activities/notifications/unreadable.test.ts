import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OutboxFixture, outboxFixture, PAID } from '../../support/outbox.ts';
import { testSmtp, type TestSmtp } from '../../support/smtp.ts';

let f: OutboxFixture;
let smtp: TestSmtp;
beforeAll(async () => {
  f = await outboxFixture();
  smtp = await testSmtp();
});
afterAll(async () => {
  await smtp?.close();
  await f?.close();
});

const tell = async (): Promise<{ personId: string; eventId: string }> => {
  const { userId, personId } = await f.user();
  return { personId, eventId: await f.tell({ ...PAID, userId }) };
};
const stateOf = async (eventId: string) => (await f.mails()).find((mail) => mail.eventId === eventId)!;

test('a mail whose address cannot be read stops no other one, and is tried again later', async () => {
  const broken = await tell();
  const others = [await tell(), await tell(), await tell()];
  const [before] = await f.rows<{ mail: string }>('SELECT mail FROM person WHERE id = $1', [broken.personId]);
  await f.pool.query('UPDATE person SET mail = overlay(mail placing $2 from length(mail) - 9) WHERE id = $1', [broken.personId, 'AAAAAAAAAA']);
  await f.fanOut();

  const sent = await f.send(smtp.url, undefined, { connections: 1 });
  expect(sent).toMatchObject({ taken: others.length, down: null });
  expect(await stateOf(broken.eventId)).toMatchObject({ state: 'queued', attempts: 1, reason: expect.stringMatching(/^NOT_READABLE/) });
  expect((await stateOf(broken.eventId)).reason).not.toMatch(/@/);

  await f.pool.query('UPDATE person SET mail = $2 WHERE id = $1', [broken.personId, before!.mail]);
  await f.send(smtp.url, sent.nextAt!);
  expect(await stateOf(broken.eventId)).toMatchObject({ state: 'sent' });
});
