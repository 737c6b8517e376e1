import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { beginJudging, judgePage, tieOut } from '../../activities/reports/judgeReport.ts';
import { beginPosting, postPage } from '../../activities/reports/postReport.ts';
import { settlePage } from '../../activities/reports/settleReport.ts';
import { stageReport } from '../../activities/reports/stageReport.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { getReport, receiveReport } from '../../db/stores/reports.ts';
import { caseSetupSchema, loadSetup } from '../case/setup.ts';
import { appUrl } from '../local/app-role.ts';
import { startPostgres } from '../local/postgres.ts';
import { supervise } from '../local/supervise.ts';

/**
 * Times a large report through the activities alone, without Temporal: where the seconds of an intake go.
 * `node scripts/bench/intake-core.ts [lines] [accounts] [page]`; `--sql` lists the statements that took longest.
 */
const [lines = 200_000, accounts = 2_000, page = 5_000] = process.argv.slice(2).filter((arg) => /^\d+$/.test(arg)).map((arg) => Number.parseInt(arg, 10));
const bySql = process.argv.includes('--sql');

const WEEK = { from: '2026-11-02T00:00:00Z', to: '2026-11-09T00:00:00Z' };
const at = '2026-11-09T06:00:00.000Z';

const setup = caseSetupSchema.parse({
  methodology: { pendingPeriod: 'P7D', payoutMinimum: '10', tierWindowDays: 30, tiers: [{ name: 'base', fromLots: '0', multiplier: '1' }, { name: 'gold', fromLots: '20', multiplier: '1.10' }] },
  broker: {
    id: 'bench', servers: ['S'], agreement: { from: '2026-01-01T00:00:00Z', to: null }, accountTypes: { standard: { eligible: true, lotFactor: '1' } },
    symbols: { EURUSD: 'forex', XAUUSD: 'metals', US30: 'indices' }, symbolSuffixes: ['.pro', '#'], excludedClasses: ['indices'], rules: { minDurationSeconds: 60 },
  },
  rates: [{ class: 'forex', perLot: '6', from: '2026-01-01T00:00:00Z' }, { class: 'metals', perLot: '8', from: '2026-01-01T00:00:00Z' }],
  users: Array.from({ length: accounts }, (_, i) => ({ id: `u${i}` })),
  accounts: Array.from({ length: accounts }, (_, i) => ({ login: `${100_000 + i}`, server: 'S', type: 'standard', user: `u${i}`, linkRequestedAt: '2026-01-01T00:00:00Z', link: 'verified' })),
  profile: {
    format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm:ss', timeZone: 'Europe/Athens', level: 'trade', full: true, server: 'S',
    columns: { ticket: 'Deal', account: 'Login', symbol: 'Symbol', lots: 'Volume', openTime: 'Open', closeTime: 'Close', commission: 'Commission' },
  },
  steps: [],
});

async function* file(changed: number): AsyncGenerator<Buffer> {
  let text = 'Deal,Login,Symbol,Volume,Open,Close,Commission\n';
  for (let i = 0; i < lines; i++) {
    const day = `2026.11.0${2 + (i % 6)}`;
    const lots = changed > 0 && i % changed === 0 ? '0.50' : `${1 + (i % 3)}.25`;
    text += `${9_007_199_254_740_993n + BigInt(i)},${100_000 + ((i * 7919) % accounts)},${['EURUSD.pro', 'XAUUSD', 'EURUSD', 'US30'][i % 4]},${lots},${day} 10:00:00,${day} 11:0${i % 10}:00,40.00\n`;
    if (text.length > 65_536) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

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

async function intake(pool: Pool, name: string, changed: number): Promise<void> {
  let most = 0;
  const timer = setInterval(() => { most = Math.max(most, process.memoryUsage().rss); }, 50);
  const seconds: Record<string, number> = {};
  const timed = async <T>(step: string, run: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await run();
    seconds[step] = (seconds[step] ?? 0) + (performance.now() - start) / 1000;
    return result;
  };
  const cpu = process.cpuUsage();
  const received = await timed('receive', () => receiveReport(pool, { brokerId: 'bench', ...WEEK, fileName: `${name}.csv`, declaredVersion: null, receivedBy: 'bench', at }, file(changed)));
  const id = received.reportId;
  await timed('stage', () => stageReport(pool, id, () => undefined));
  await timed('beginJudging', () => beginJudging(pool, id));
  while (!(await timed('judge', () => judgePage(pool, id, page))).done);
  await timed('tieOut', () => tieOut(pool, id));
  await timed('beginPosting', () => beginPosting(pool, id, at));
  while (!(await timed('post', () => postPage(pool, id, page))).done);
  while (!(await timed('settle', () => settlePage(pool, id, page))).done);
  clearInterval(timer);
  const used = process.cpuUsage(cpu);
  const total = Object.values(seconds).reduce((sum, part) => sum + part, 0);
  const report = await getReport(pool, id);
  console.log(`${name}: ${report.state}, ${report.lines} lines of ${accounts} accounts, page ${page}: ${total.toFixed(1)} s (own processor ${((used.user + used.system) / 1e6).toFixed(1)} s), most memory ${(most / 2 ** 20).toFixed(0)} MiB`);
  console.log(`  ${Object.entries(seconds).map(([step, part]) => `${step} ${part.toFixed(1)}`).join(', ')}`);
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
  await loadSetup(pool, setup);
  await intake(pool, 'first version', 0);
  await intake(pool, 're-issue with a tenth changed', 10);
  return 0;
});
