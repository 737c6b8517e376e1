import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
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

// Counted, not timed: what asks far more often than this has a query or a connection a mail.
test('four hundred events are written at once, fanned out page by page and sent over a few connections', async () => {
  const { userId } = await f.user();
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  const asked = async (work: () => Promise<unknown>): Promise<number> => {
    queries.mockClear();
    await work();
    return queries.mock.calls.length;
  };
  const written = await asked(() => withTransaction(f.pool, (tx) => notify(tx, Array.from({ length: 400 }, (_, i) => ({ ...PAID, eventId: `many:${i}`, userId, at: AT })))));
  const fanned = await asked(async () => { for (let i = 0; i < 2; i++) await f.fanOut(); });
  const sent = await asked(async () => { while ((await f.send(smtp.url)).more); });
  expect(new Set(smtp.received.map((mail) => mail.messageId)).size).toBe(400);
  expect(smtp.received).toHaveLength(400);
  expect(smtp.connections()).toBeLessThanOrEqual(5 * 10);
  expect(written).toBeLessThan(10);
  expect(fanned).toBeLessThan(40);
  // Each mail is a short transaction before its sending and one after it.
  expect(sent).toBeLessThan(400 * 15);
});
