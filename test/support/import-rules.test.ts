import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importViolations } from '../../scripts/check/imports.ts';

/** Files of a planted project: what each imports, and the rules that must fire for it ([] = allowed). */
const PLANTED: Record<string, [source: string, rules: string[]]> = {
  'domain/pure.ts': [`import { Decimal } from 'decimal.js'; import { b } from './other.ts'; export const a = [Decimal, b];`, []],
  'domain/reports/pattern.ts': [`import { RE2JS } from 're2js'; import { b } from '../other.ts'; export const p = [RE2JS, b];`, []],
  'domain/reports/expression.ts': [`import { RE2JS } from 're2js'; export const e = RE2JS;`, ['domain-is-pure']],
  'domain/other.ts': ['export const b = 1;', []],
  'domain/clock.ts': [`import { performance } from 'node:perf_hooks'; export const c = performance;`, ['domain-is-pure']],
  'domain/type-only.ts': [`import type { Pool } from 'pg'; export type P = Pool;`, ['domain-is-pure']],
  'domain/dynamic.ts': [`export const later = () => import('../db/store.ts');`, ['domain-is-pure']],
  'domain/reexport.ts': [`export * from '../db/store.ts';`, ['domain-is-pure']],
  'workflows/good.ts': [`import { sleep } from '@temporalio/workflow'; import type { Do } from '../activities/do.ts'; import { b } from '../domain/other.ts'; export const g = (d: Do) => [sleep, b, d];`, []],
  'workflows/contracts.ts': ['export const name = 1;', []],
  'workflows/runs-activity.ts': [`import { act } from '../activities/do.ts'; export const r = act;`, ['workflows-know-activities-as-types']],
  'workflows/inline-type.ts': [`import { type Do, act } from '../activities/do.ts'; export const r: Do = act;`, ['workflows-know-activities-as-types']],
  'workflows/reads-file.ts': [`import { readFileSync } from 'node:fs'; export const f = readFileSync;`, ['workflows-are-deterministic']],
  'workflows/db.ts': [`import type { S } from '../db/store.ts'; export type T = S;`, ['workflows-are-deterministic']],
  'db/store.ts': [`import pg from 'pg'; import { b } from '../domain/other.ts'; export const s = [pg, b]; export type S = typeof s;`, []],
  'db/ledger/post.ts': ['export const post = 1;', []],
  'db/stores/users.ts': ['export const users = 1;', []],
  'db/temporal.ts': [`import { Client } from '@temporalio/client'; export const c = Client;`, ['db-knows-the-domain-only']],
  'db/contracts.ts': [`import { name } from '../workflows/contracts.ts'; export const n = name;`, ['db-knows-the-domain-only']],
  'activities/do.ts': [`import { s } from '../db/store.ts'; import { name } from '../workflows/contracts.ts'; import { Context } from '@temporalio/activity'; export const act = () => [s, name, Context]; export type Do = typeof act;`, []],
  'activities/workflow.ts': [`import { g } from '../workflows/good.ts'; export const w = g;`, ['activities-below-the-api']],
  'activities/api.ts': [`import { app } from '../api/app.ts'; export const a = app;`, ['activities-below-the-api']],
  'activities/dev.ts': [`import { test } from 'vitest'; export const t = test;`, ['no-dev-package-in-product']],
  'api/app.ts': [`import { users } from '../db/stores/users.ts'; import { Client } from '@temporalio/client'; import { name } from '../workflows/contracts.ts'; export const app = [users, Client, name];`, []],
  'api/activity.ts': [`import type { Do } from '../activities/do.ts'; export type D = Do;`, ['api-through-stores']],
  'api/ledger.ts': [`import { post } from '../db/ledger/post.ts'; export const p = post;`, ['api-through-stores']],
  'api/worker.ts': [`import { Worker } from '@temporalio/worker'; export const w = Worker;`, ['api-through-stores']],
  'api/script.ts': [`import { local } from '../scripts/local.ts'; export const l = local;`, ['api-through-stores', 'product-not-from-scripts-or-tests']],
  'scripts/local.ts': [`import { act } from '../activities/do.ts'; export const local = act;`, []],
  'scripts/tests.ts': [`import { t } from '../test/t.ts'; export const x = t;`, ['scripts-not-from-tests']],
  'test/t.ts': ['export const t = 1;', []],
  'test/support/properties.ts': [`import fc from 'fast-check'; export default fc;`, []],
  'test/own-seed.ts': [`import fc from 'fast-check'; export const f = fc;`, ['one-seed']],
  'db/round.ts': [`import { about } from './about.ts'; export const round = () => about;`, []],
  // A cycle is reported once, at the file whose name comes first.
  'db/about.ts': [`import { round } from './round.ts'; export const about = () => round;`, ['no-cycle']],
  'db/missing.ts': [`import { x } from './nowhere.ts'; export const y = x;`, ['resolvable']],
};

let folder: string;
let fired: Map<string, Set<string>>;

beforeAll(() => {
  mkdirSync(resolve('.data/test'), { recursive: true });
  // Inside the repository, so that packages resolve as they do for the real files.
  folder = mkdtempSync(resolve('.data/test/planted-'));
  for (const [file, [source]] of Object.entries(PLANTED)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
  const { violations } = importViolations(folder);
  fired = new Map(Object.keys(PLANTED).map((file) => [file, new Set(violations.filter(({ from }) => from === file).map(({ rule }) => rule))]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('import rules', () => {
  test.for(Object.entries(PLANTED))('%s', ([file, [, rules]]) => {
    expect([...(fired.get(file) ?? [])].toSorted()).toEqual(rules.toSorted());
  });
});
