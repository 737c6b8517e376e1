import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BROKER_ACCOUNTS, COMPANY_ACCOUNTS, RAIL_ACCOUNTS, USER_ACCOUNTS } from '../../db/ledger/accounts.ts';
import { JOURNAL_KINDS, journalKinds, kindRule } from '../../db/ledger/kinds.ts';
import { ledgerFixture, type LedgerFixture } from './fixture.ts';

let f: LedgerFixture;
beforeAll(async () => { f = await ledgerFixture(); });
afterAll(() => f.close());

async function namesIn(constraint: string): Promise<string[]> {
  const { rows } = await f.owner.query<{ def: string }>('SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conname = $1', [constraint]);
  return [...rows[0]!.def.matchAll(/'([a-z_]+)'::/g)].map((m) => m[1]!).sort();
}

test('the kinds of journal in TypeScript and in the database are the same', async () => {
  expect(await namesIn('journal_kind')).toEqual(journalKinds.toSorted());
});

test('the kinds of account in TypeScript and in the database are the same', async () => {
  const all: string[] = [...USER_ACCOUNTS, ...BROKER_ACCOUNTS, ...RAIL_ACCOUNTS, ...COMPANY_ACCOUNTS];
  expect((await namesIn('ledger_account_owner')).filter((n) => n !== 'cashback' && n !== 'partner')).toEqual(all.sort());
});

test('the kinds that may overdraw are those that the guard lets through', () => {
  const guards = [...readFileSync('db/migrations/0000_ledger.sql', 'utf8').matchAll(/kind (?:NOT )?IN \(('clawback'[^)]*)\)/g)].map((m) => m[1]!);
  expect(guards).toHaveLength(2); // for a single journal and for many
  for (const guard of guards) expect([...guard.matchAll(/'([a-z_]+)'/g)].map((m) => m[1]).sort()).toEqual(journalKinds.filter((k) => kindRule(k)!.overdraws).sort());
});

test('every kind of account is moved by some kind of journal, in the direction it needs', () => {
  const up = new Set(Object.values(JOURNAL_KINDS).flatMap((r) => [...r.up] as string[]));
  const down = new Set(Object.values(JOURNAL_KINDS).flatMap((r) => [...r.down] as string[]));
  for (const kind of [...USER_ACCOUNTS, ...RAIL_ACCOUNTS, ...COMPANY_ACCOUNTS, 'broker_receivable']) expect([up.has(kind), down.has(kind)]).toEqual([true, true]);
  expect(kindRule('toString')).toBeUndefined();
});
