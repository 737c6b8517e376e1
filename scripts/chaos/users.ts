import type { Pool } from 'pg';
import { concurrently } from '../../activities/concurrently.ts';
import type { Counterparty } from './counterparty.ts';
import { seedBase, seedUser } from './seed.ts';
import { BROKER_ID } from './settings.ts';

/** So many users with money, each with a destination of his own: by what the record names it, the user. */
export async function seedUsers(pool: Pool, count: number, counterparty: Pick<Counterparty, 'railId' | 'destination'>): Promise<Map<string, string>> {
  await seedBase(pool, [BROKER_ID]);
  const users = new Map<string, string>();
  await concurrently(Array.from({ length: count }, (_, user) => user), 8, async (user) => {
    const { fields, key } = counterparty.destination(user);
    const { userId } = await seedUser(pool, { available: { [BROKER_ID]: `${20 + (user % 7)}.${10 + (user % 90)}` }, rail: counterparty.railId, destination: fields });
    users.set(key, userId);
  });
  return users;
}
