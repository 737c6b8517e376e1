import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool } from '../../../db/connection.ts';
import { readMasterKeys } from '../../../db/personal/masterKeys.ts';
import { personalData } from '../../../db/personal/personalData.ts';
import { rewrapKeys } from '../../../db/personal/subjectKeys.ts';
import { freshDatabase, type FreshDatabase } from '../../support/database.ts';

let database: FreshDatabase;
let pool: pg.Pool;
const secret = () => randomBytes(32).toString('base64');
const PERSONAL_DATA_INDEX_KEY = secret();
const [one, two] = [`one:${secret()}`, `two:${secret()}`];
const first = readMasterKeys({ PERSONAL_DATA_KEYS: one, PERSONAL_DATA_INDEX_KEY });
const personal = personalData(first);

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

test('a text comes back, is never the same sealed twice, and its bytes hold nothing of it', async () => {
  const [a, b] = [await personal.seal(pool, 'usr_a', 'Ann Müller 你好'), await personal.seal(pool, 'usr_a', 'Ann Müller 你好')];
  expect(a).not.toBe(b);
  expect(await personal.openMany(pool, [{ subjectId: 'usr_a', sealed: a }, { subjectId: 'usr_a', sealed: b }])).toEqual(['Ann Müller 你好', 'Ann Müller 你好']);
  expect(Buffer.from(a.split('.')[2]!, 'base64url').includes(Buffer.from('Ann'))).toBe(false);
});

test('a text of one subject does not open as another\'s, and a changed bit is refused', async () => {
  const sealed = await personal.seal(pool, 'usr_b', 'secret');
  await personal.seal(pool, 'usr_c', 'other');
  expect(await personal.open(pool, 'usr_c', sealed)).toBeNull();
  const [version, id, body] = sealed.split('.');
  const bytes = Buffer.from(body!, 'base64url');
  bytes[bytes.length - 1]! ^= 1;
  await expect(personal.open(pool, 'usr_b', `${version}.${id}.${bytes.toString('base64url')}`)).rejects.toThrow(/authenticate/);
});

test('twenty at once make one key', async () => {
  const sealed = await Promise.all(Array.from({ length: 20 }, () => personal.seal(pool, 'usr_race', 'x')));
  expect(new Set(sealed.map((text) => text.split('.')[1])).size).toBe(1);
});

test('an erased subject is unreadable for ever, also after it began anew; others are not touched', async () => {
  const [gone, kept] = [await personal.seal(pool, 'usr_gone', 'x'), await personal.seal(pool, 'usr_kept', 'y')];
  await personal.erase(pool, 'usr_gone');
  expect(await personal.open(pool, 'usr_gone', gone)).toBeNull();
  const anew = await personal.seal(pool, 'usr_gone', 'z');
  expect([await personal.open(pool, 'usr_gone', gone), await personal.open(pool, 'usr_gone', anew), await personal.open(pool, 'usr_kept', kept)]).toEqual([null, 'z', 'y']);
});

test('a new master key takes over: what was closed opens, and after rewrapping the old key can go', async () => {
  const sealed = await personal.seal(pool, 'usr_rotate', 'kept');
  const both = readMasterKeys({ PERSONAL_DATA_KEYS: `${two},${one}`, PERSONAL_DATA_INDEX_KEY });
  expect(await personalData(both).open(pool, 'usr_rotate', sealed)).toBe('kept');
  const onlyNew = personalData(readMasterKeys({ PERSONAL_DATA_KEYS: two, PERSONAL_DATA_INDEX_KEY }));
  await expect(onlyNew.open(pool, 'usr_rotate', sealed)).rejects.toMatchObject({ code: 'PERSONAL_DATA_KEY_MISSING' });
  let done: number;
  let rounds = 0;
  do {
    done = await rewrapKeys(pool, both, 2);
    rounds += 1;
  } while (done > 0);
  expect(rounds).toBeGreaterThan(1);
  expect(await onlyNew.open(pool, 'usr_rotate', sealed)).toBe('kept');
});

test('look-ups and link secrets are the same each time, differ by purpose, and do not follow the encrypting key', () => {
  const other = personalData(readMasterKeys({ PERSONAL_DATA_KEYS: two, PERSONAL_DATA_INDEX_KEY }));
  expect(personal.index('mail', 'a@b.c')).toBe(other.index('mail', 'a@b.c'));
  expect(personal.index('mail', 'a@b.c')).not.toBe(personal.index('name', 'a@b.c'));
  const token = personal.token('reset', 'tok_1');
  expect([personal.tokenMatches('reset', 'tok_1', token), personal.tokenMatches('confirm', 'tok_1', token), personal.tokenMatches('reset', 'tok_2', token), personal.tokenMatches('reset', 'tok_1', '')]).toEqual([true, false, false, false]);
});

describe('keys of the environment', () => {
  test.each([
    ['none', {}, 'CONFIG_MISSING'],
    ['no index key', { PERSONAL_DATA_KEYS: one }, 'CONFIG_MISSING'],
    ['a short key', { PERSONAL_DATA_KEYS: `a:${randomBytes(16).toString('base64')}`, PERSONAL_DATA_INDEX_KEY }, 'CONFIG_INVALID'],
    ['one id twice', { PERSONAL_DATA_KEYS: `${one},${one}`, PERSONAL_DATA_INDEX_KEY }, 'CONFIG_INVALID'],
  ])('%s: refused, and the refusal repeats no key', (_name, env, code) => {
    let thrown: unknown;
    try { readMasterKeys(env as never); } catch (error) { thrown = error; }
    expect(thrown).toMatchObject({ code });
    expect(String(thrown)).not.toContain(one.split(':')[1]!);
  });
});
