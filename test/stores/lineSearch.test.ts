import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pool } from 'pg';
import { createPool } from '../../db/connection.ts';
import { searchLines } from '../../db/stores/lineSearch.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl, { onError: () => undefined });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('a search that takes too long is ended and says how to narrow it; the next one is answered', async () => {
  const owner = createPool(database.ownerUrl, { onError: () => undefined });
  const client = await owner.connect();
  await client.query('BEGIN; LOCK TABLE report_line IN ACCESS EXCLUSIVE MODE');
  await expect(searchLines(pool, { symbol: 'EURUSD' }, { before: null, limit: 10 }, 50)).rejects.toMatchObject({ code: 'SEARCH_TOO_WIDE', message: expect.stringContaining('name a ticket') });
  await client.query('ROLLBACK');
  client.release();
  await owner.end();
  expect(await searchLines(pool, { symbol: 'EURUSD' }, { before: null, limit: 10 }, 5_000)).toEqual([]);
});

test('a ticket is found by its index, not by reading the lines', async () => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>("EXPLAIN SELECT FROM report_line WHERE ticket = '1'");
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('report_line_ticket');
    await client.query('ROLLBACK');
  } finally {
    client.release();
  }
});
