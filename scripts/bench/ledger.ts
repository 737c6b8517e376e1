import pg from 'pg';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { appUrl } from '../local/app-role.ts';
import { startPostgres } from '../local/postgres.ts';
import type { Supervisor } from '../local/supervise.ts';
import { mean, shown, spread } from './figures.ts';
import { Bulk, SHAPES, type Shape } from './ledger-bulk.ts';
import { Singles } from './ledger-singles.ts';

const RUNS = 3;
const DATABASE = 'bench_ledger';

/**
 * Bulk: `postJournals` beside COPY of the very same journal and posting rows into tables with the same columns and
 * indexes but without triggers and checks, before and after. Singles: `postJournal`, each its own durable transaction,
 * on 1 and 8 connections beside 1-row durable commits on one. The server is durable (fsync and synchronous_commit on).
 */
export async function bench(supervisor: Supervisor): Promise<unknown> {
  const postgres = await startPostgres({ dataDir: '.data/bench', log: console.log });
  supervisor.onStop('Postgres', () => postgres.stop());
  const admin = new pg.Client({ connectionString: postgres.ownerUrl });
  admin.on('error', () => undefined);
  await admin.connect();
  supervisor.onStop('bench database', async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await admin.end();
  });
  await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${DATABASE}`);
  const inBench = (url: string) => Object.assign(new URL(url), { pathname: `/${DATABASE}` }).toString();
  await migrate(inBench(postgres.ownerUrl));
  const owner = createPool(inBench(postgres.ownerUrl), { max: 2 });
  supervisor.onStop('owner', () => owner.end());
  const app = createPool(inBench(await appUrl(postgres, '.data/bench')), { max: 8 });
  supervisor.onStop('app', () => app.end());
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await app.query<Record<string, string>>(`SHOW ${setting}`);
    if (rows[0]![setting] !== 'on') throw new Error(`${setting} is off: these figures would mean nothing`);
  }
  const figures = { bulk: await bulk(new Bulk(app, owner)), singles: await singles(new Singles(app, owner)) };
  const { differences, journals } = await verifyLedger(app);
  console.log(differences.length === 0 ? `the ledger of the bench is sound: ${journals} journals` : `NOT SOUND: ${differences[0]!.what}`);
  if (differences.length > 0) throw new Error('the bench left a ledger that is not sound');
  return figures;
}

async function bulk(bulkBench: Bulk): Promise<unknown> {
  await bulkBench.prepare();
  console.log(`\nBulk: ${bulkBench.journals} journals of 2 postings a batch, min / median / max of ${RUNS} runs`);
  const runs = new Map<Shape, { limits: number[][]; posts: number[]; ratios: number[] }>(SHAPES.map((s) => [s, { limits: [], posts: [], ratios: [] }]));
  for (let run = 0; run < RUNS; run++) {
    for (const shape of SHAPES) {
      const before = await bulkBench.copy(shape);
      const post = await bulkBench.post(shape);
      const after = await bulkBench.copy(shape);
      const r = runs.get(shape)!;
      r.limits.push([before, after]);
      r.posts.push(post);
      r.ratios.push(post / mean([before, after]));
    }
  }
  const out: Record<string, unknown> = {};
  for (const [shape, { limits, posts, ratios }] of runs) {
    console.log(`  ${shape.padEnd(22)} COPY before ${shown(spread(limits.map((l) => l[0]!)), 0)}, after ${shown(spread(limits.map((l) => l[1]!)), 0)} journals/s`);
    console.log(`  ${''.padEnd(22)} posted ${shown(spread(posts), 0)} journals/s = ${shown(spread(ratios), 2)} of COPY (aim 0.50)`);
    out[shape] = { copyBefore: spread(limits.map((l) => l[0]!)), copyAfter: spread(limits.map((l) => l[1]!)), posted: spread(posts), ratio: spread(ratios), runs: { limits, posts, ratios } };
  }
  const hot = spread(runs.get('one hot account')!.posts.map((p, i) => p / runs.get('distinct accounts')!.posts[i]!));
  console.log(`  one hot account beside distinct ones: ${shown(hot, 2)} (aim 1.00)`);
  return { ...out, hotToDistinct: hot };
}

async function singles(singlesBench: Singles): Promise<unknown> {
  await singlesBench.prepare();
  console.log(`\nSingle posts, each its own durable transaction, min / median / max of ${RUNS} runs`);
  const limits: number[][] = [];
  const kinds = ['1 connection', '8 connections', '8 connections, one shared account'] as const;
  const rates: number[][] = kinds.map(() => []);
  for (let run = 0; run < RUNS; run++) {
    const before = await singlesBench.commits();
    rates[0]!.push(await singlesBench.posts(1));
    rates[1]!.push(await singlesBench.posts(8));
    rates[2]!.push(await singlesBench.sharedPosts(8));
    limits.push([before, await singlesBench.commits()]);
  }
  console.log(`  1-row durable commits on one connection: before ${shown(spread(limits.map((l) => l[0]!)), 0)}, after ${shown(spread(limits.map((l) => l[1]!)), 0)} /s`);
  const out: Record<string, unknown> = { commitsBefore: spread(limits.map((l) => l[0]!)), commitsAfter: spread(limits.map((l) => l[1]!)) };
  for (const [i, kind] of kinds.entries()) {
    const ratio = spread(rates[i]!.map((rate, run) => rate / mean(limits[run]!)));
    console.log(`  ${kind.padEnd(34)} ${shown(spread(rates[i]!), 0)} /s = ${shown(ratio, 2)} of it${[' (aim 0.65)', ' (aim 1.80)', ''][i]}`);
    out[kind] = { rate: spread(rates[i]!), ratio };
  }
  return { ...out, runs: { limits, rates } };
}
