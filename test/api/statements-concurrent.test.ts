import { beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { Decimal } from '../../domain/decimal.ts';
import { money, seedBase, seedUser } from '../../scripts/chaos/seed.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  await seedBase(api.pool, ['alpha']);
});

test('while money is being posted, a statement shows one state of the ledger: its entries make its closing, and every CSV is whole', async () => {
  const { userId } = await seedUser(api.pool, { available: { alpha: '0' } });
  const key = await api.key('trader', { userId });
  let going = true;
  let posted = 0;
  const posting = (async () => {
    // Several journals a transaction, so that some are recorded a while before they are committed.
    for (; going; posted++) await withTransaction(api.pool, async (tx) => {
      await postJournals(tx, money(userId, 'alpha', '1', `a${posted}`));
      await postJournals(tx, money(userId, 'alpha', '1', `b${posted}`));
    });
  })();
  const torn: string[] = [];
  try {
    for (let n = 0; n < 60 && posted < 45; n++) {
      const { items, parts, nextCursor } = (await api.call('GET', `/v1/users/${userId}/statement?limit=200`, { key })).json();
      expect(nextCursor).toBeNull();
      const moved = items.flatMap((entry: { movements: { state: string; amount: string }[] }) => entry.movements).filter(({ state }: { state: string }) => state === 'available').reduce((sum: Decimal, { amount }: { amount: string }) => sum.plus(amount), new Decimal(0));
      if (!moved.eq(parts[0]?.closing.available ?? '0')) torn.push(`JSON: ${moved.toFixed()} and ${parts[0]?.closing.available}`);
      const csv = await api.call('GET', `/v1/users/${userId}/statement.csv`, { key }).then(({ body }) => body, (error: Error) => error.message);
      if (parts.length > 0 && !/\r\nclosing,[^\r]*\r\n$/.test(csv)) torn.push(`CSV: ${csv.slice(-60)}`);
    }
  } finally {
    going = false;
    await posting;
  }
  expect(torn).toEqual([]);
});
