import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool } from '../../db/connection.ts';
import { cellText, copyCell, copyIn, copyOut, isoInstant } from '../../db/copy.ts';
import { freshDatabase } from '../support/database.ts';
import fc from '../support/properties.ts';

let client: pg.PoolClient;
const ended: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { onError: () => undefined });
  client = await pool.connect();
  ended.push(async () => client.release(), () => pool.end(), () => database.drop());
  await client.query('CREATE TEMP TABLE cell (n integer, a text, b text)');
});
afterAll(async () => { for (const end of ended) await end(); });

it('any texts go through COPY and back: marks that its format reserves, line ends, backslashes, nothing at all', async () => {
  const text = fc.option(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', 'n', 'x', '.', 'é', '😀') })).filter((one) => !one.includes('\0')), { nil: null });
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 20 }), async (rows) => {
    await client.query('TRUNCATE cell');
    await copyIn(client, 'cell (n, a, b)', rows.map(([a, b], n) => `${n}\t${copyCell(a)}\t${copyCell(b)}\n`));
    const found: (string | null)[][] = [];
    for await (const batch of copyOut(client, 'SELECT a, b FROM cell ORDER BY n')) found.push(...batch.map((cells) => cells.map(cellText)));
    expect(found).toEqual(rows);
  }), { numRuns: 60 });
});

it('many rows come in batches, whole', async () => {
  let rows = 0;
  for await (const batch of copyOut(client, "SELECT n, repeat('ä', n % 700) FROM generate_series(1, 20000) AS n")) {
    for (const [n, text] of batch) expect([n, text!.length]).toEqual([String(++rows), rows % 700]);
  }
  expect(rows).toBe(20_000);
});

it.each(['2026-11-02T09:00:00.000Z', '2026-11-02T09:00:00.500Z', '2026-11-02T09:00:00.123Z', '0900-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z'])('the instant %s as Postgres writes it', async (instant) => {
  const { rows: [row] } = await client.query<{ text: string }>('SELECT ($1::timestamptz(3))::text AS text', [instant]);
  expect(isoInstant(row!.text)).toBe(instant);
});
