import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../../db/connection.ts';
import { notify } from '../../../db/stores/notifications.ts';
import { AT, type OutboxFixture, outboxFixture, PAID } from '../../support/outbox.ts';
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

// Sanity, with room for a busy machine: what takes far longer than this has a query without an index or a connection a mail.
test('four hundred events are written at once, fanned out page by page and sent over a few connections', async () => {
  const { userId } = await f.user();
  const clock = performance.now();
  await withTransaction(f.pool, (tx) => notify(tx, Array.from({ length: 400 }, (_, i) => ({ ...PAID, eventId: `many:${i}`, userId, at: AT }))));
  const written = performance.now();
  for (let i = 0; i < 2; i++) await f.fanOut();
  const fanned = performance.now();
  while ((await f.send(smtp.url)).more);
  const sent = performance.now();
  expect(new Set(smtp.received.map((mail) => mail.messageId)).size).toBe(400);
  expect(smtp.received).toHaveLength(400);
  expect(smtp.connections()).toBeLessThanOrEqual(5 * 10);
  expect(written - clock).toBeLessThan(2_000);
  expect(fanned - written).toBeLessThan(5_000);
  expect(sent - fanned).toBeLessThan(60_000);
});
