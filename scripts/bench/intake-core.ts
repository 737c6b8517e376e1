import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { beginJudging, judgePage } from '../../activities/reports/judgeReport.ts';
import { beginPosting, postPage } from '../../activities/reports/postReport.ts';
import { settlePage } from '../../activities/reports/settleReport.ts';
import { stageReport } from '../../activities/reports/stageReport.ts';
import { tieOut } from '../../activities/reports/tieOut.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { getReport, receiveReport } from '../../db/stores/reports.ts';
import { bigFile, BROKER, loadBroker, WEEK } from '../intake/data.ts';
import { processorSeconds } from '../intake/processes.ts';
import { appUrl } from '../local/app-role.ts';
import { startPostgres } from '../local/postgres.ts';
import { supervise } from '../local/supervise.ts';

/**
 * Times a large report through the activities alone, without Temporal: where the seconds of an intake go.
 * `node scripts/bench/intake-core.ts [lines] [accounts] [page]`; `--sql` lists the statements that took longest.
 */
const [lines = 200_000, accounts = 2_000, page = 20_000] = process.argv.slice(2).filter((arg) => /^\d+$/.test(arg)).map((arg) => Number.parseInt(arg, 10));
const bySql = process.argv.includes('--sql');

const at = '2026-11-09T06:00:00.000Z';

const statements = new Map<string, { count: number; millis: number }>();
function watched(pool: Pool): Pool {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const timed = async (text: string, args: unknown[]): Promise<unknown> => {
      const start = performance.now();
      try {
        return await query(...args);
      } finally {
        const sum = statements.get(text) ?? { count: 0, millis: 0 };
        statements.set(text, { count: sum.count + 1, millis: sum.millis + performance.now() - start });
      }
    };
    // A COPY is an object, not a text, and answers a stream at once.
    Object.assign(client, { query: (...args: unknown[]) => (typeof args[0] === 'string' ? timed(args[0].trim().replace(/\s+/g, ' ').slice(0, 90), args) : query(...args)) });
  });
  return pool;
}

/** Without children: Postgres is one. */
const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function intake(pool: Pool, postgres: number, name: string, changed: number | undefined): Promise<void> {
  let most = 0;
  const timer = setInterval(() => { most = Math.max(most, process.memoryUsage().rss); }, 50);
  const seconds: Record<string, number> = {};
  const processor: Record<string, [own: number, postgres: number]> = {};
  const timed = async <T>(step: string, run: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const before = [ownSeconds(), processorSeconds(postgres)] as const;
    const result = await run();
    const [own, theirs] = processor[step] ?? [0, 0];
    processor[step] = [own + ownSeconds() - before[0], theirs + processorSeconds(postgres) - before[1]];
    seconds[step] = (seconds[step] ?? 0) + (performance.now() - start) / 1000;
    return result;
  };
  const cpu = process.cpuUsage();
  const received = await timed('receive', () => receiveReport(pool, { brokerId: BROKER, ...WEEK, fileName: `${name}.csv`, declaredVersion: null, receivedBy: 'bench', at }, bigFile({ lines, accounts, ...(changed !== undefined && { changed }) })));
  const id = received.reportId;
  await timed('stage', () => stageReport(pool, id, () => undefined));
  await timed('beginJudging', () => beginJudging(pool, id));
  while (!(await timed('judge', () => judgePage(pool, id, page, 5))).done);
  await timed('tieOut', () => tieOut(pool, id, { asOf: at }));
  await timed('beginPosting', () => beginPosting(pool, id, at));
  while (!(await timed('post', () => postPage(pool, id, page, 5))).done);
  while (!(await timed('settle', () => settlePage(pool, id, page))).done);
  clearInterval(timer);
  const used = process.cpuUsage(cpu);
  const total = Object.values(seconds).reduce((sum, part) => sum + part, 0);
  const report = await getReport(pool, id);
  console.log(`${name}: ${report.state}, ${report.lines} lines of ${accounts} accounts, page ${page}: ${total.toFixed(1)} s (own processor ${((used.user + used.system) / 1e6).toFixed(1)} s), most memory ${(most / 2 ** 20).toFixed(0)} MiB`);
  console.log(`  ${Object.entries(seconds).map(([step, part]) => `${step} ${part.toFixed(1)}`).join(', ')}`);
  const each = (part: number): string => ((part * 1e6) / lines).toFixed(1);
  console.log(`  µs of processor a line, own + Postgres: ${Object.entries(processor).map(([step, [own, theirs]]) => `${step} ${each(own)} + ${each(theirs)}`).join(', ')}`);
  if (bySql) for (const [text, sum] of [...statements].sort((a, b) => b[1].millis - a[1].millis).slice(0, 14)) console.log(`  ${(sum.millis / 1000).toFixed(2)} s in ${sum.count}: ${text}`);
  statements.clear();
}

const dataDir = mkdtempSync(join(tmpdir(), 'cashback-intake-'));
await supervise(async ({ onStop }) => {
  const postgres = await startPostgres({ dataDir, log: console.log });
  onStop('Postgres', async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await migrate(postgres.ownerUrl);
  const plain = createPool(await appUrl(postgres, dataDir));
  const pool = bySql ? watched(plain) : plain;
  onStop('connections', () => pool.end());
  await loadBroker(pool, accounts);
  await intake(pool, postgres.pid!, 'first version', undefined);
  if (!process.argv.includes('--first')) await intake(pool, postgres.pid!, 're-issue with a tenth changed', 10);
  return 0;
});
