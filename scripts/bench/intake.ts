import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { readReportInBatches } from '../../activities/reports/read/readReport.ts';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { copyRow, STAGED_COLUMNS } from '../../db/stores/stagedLines.ts';
import { type BigFile, bigFile, loadBroker, PROFILE } from '../intake/data.ts';
import { processorSeconds } from '../intake/processes.ts';
import { intake, type IntakeTimes } from '../intake/run.ts';
import { type IntakeStack, startIntakeStack } from '../intake/stack.ts';
import type { Supervisor } from '../local/supervise.ts';
import { mean, seconds, shown, type Spread, spread } from './figures.ts';

const RUNS = 3;
/** `npm run bench -- intake [lines] [accounts]` */
const [LINES = 1_000_000, ACCOUNTS = 2_000] = process.argv.slice(2).filter((arg) => /^\d+$/.test(arg)).map(Number);

interface Run { parse: number; copy: number; staged: number; started: number; parseCost: number; copyCost: number; cost: number; times: IntakeTimes }

/**
 * Lines a second of a report's intake by the product's own worker process, beside its two limits in the same run, each before and after it: only reading the file
 * by its profile to lines, and only copying the same rows of report_line into a table with the same columns and indexes. Once from upload to staged, once to the
 * start of the last accrual. The cost is what all processes together use of the processors a line: it does not change with what else the machine does.
 */
export async function bench(supervisor: Supervisor): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-bench-intake-'));
  supervisor.onStop('folder', async () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'files'));
  const stack = await startIntakeStack(supervisor, folder, console.log);
  await loadBroker(stack.pool, ACCOUNTS);
  const limits = new Limits(stack, join(folder, 'files'));
  await limits.prepare(supervisor);
  await intake(stack, { lines: Math.min(LINES, 20_000), accounts: ACCOUNTS, week: 90 });
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run++) {
    const file = { lines: LINES, accounts: ACCOUNTS, week: run };
    const path = await limits.write(file);
    const parse = [await limits.parse(path)];
    const copy = [await limits.copy()];
    const before = limits.processors();
    const times = await intake(stack, file, () => createReadStream(path));
    const cost = limits.processors() - before;
    copy.push(await limits.copy());
    parse.push(await limits.parse(path));
    rmSync(path);
    const rate = (took: number): number => LINES / took;
    runs.push({ parse: mean(parse.map(({ took }) => rate(took))), copy: mean(copy.map(({ took }) => rate(took))), staged: rate(times.staged), started: rate(times.started), parseCost: mean(parse.map(({ cost: own }) => own)), copyCost: mean(copy.map(({ cost: own }) => own)), cost, times });
    const last = runs.at(-1)!;
    console.log(`  run ${run + 1}: parse only ${last.parse.toFixed(0)}, COPY only ${last.copy.toFixed(0)}, to staged ${last.staged.toFixed(0)}, to accruals started ${last.started.toFixed(0)} lines/s (uploaded ${times.uploaded.toFixed(1)} s, staged ${times.staged.toFixed(1)} s, posted ${times.posted.toFixed(1)} s, started ${times.started.toFixed(1)} s), ${(times.memory / 1e6).toFixed(0)} MB`);
  }
  const { differences } = await verifyLedger(stack.pool);
  if (differences.length > 0) throw new Error(`the bench left a ledger that is not sound: ${differences[0]!.what}`);
  return report(runs);
}

function report(runs: readonly Run[]): unknown {
  const of = (pick: (run: Run) => number): Spread => spread(runs.map(pick));
  const slower = (run: Run): number => Math.min(run.parse, run.copy);
  const micros = (pick: (run: Run) => number): string => shown(of((run) => (pick(run) * 1e6) / LINES), 1);
  const figures = {
    lines: LINES, accounts: ACCOUNTS, parse: of((r) => r.parse), copy: of((r) => r.copy), staged: of((r) => r.staged), started: of((r) => r.started),
    stagedToParse: of((r) => r.staged / r.parse), stagedToCopy: of((r) => r.staged / r.copy), stagedToSlower: of((r) => r.staged / slower(r)),
    startedToParse: of((r) => r.started / r.parse), startedToCopy: of((r) => r.started / r.copy), startedToSlower: of((r) => r.started / slower(r)),
    megabytes: of((r) => r.times.memory / 1e6),
  };
  const row = (name: string, rate: Spread, ...ratios: Spread[]): void => console.log(`  ${name.padEnd(38)}${shown(rate, 0).padEnd(26)}${ratios.map((ratio) => shown(ratio, 2).padEnd(22)).join('')}`);
  console.log(`\n${LINES} lines on ${ACCOUNTS} accounts, min / median / max of ${RUNS} runs`);
  console.log(`  ${''.padEnd(38)}${'lines/s'.padEnd(26)}${'of parse only'.padEnd(22)}${'of COPY only'.padEnd(22)}of the slower (aim 0.50)`);
  row('parse only', figures.parse);
  row('COPY of the same rows only', figures.copy);
  row('(a) upload → staged', figures.staged, figures.stagedToParse, figures.stagedToCopy, figures.stagedToSlower);
  row('(b) upload → posted, accruals started', figures.started, figures.startedToParse, figures.startedToCopy, figures.startedToSlower);
  console.log(`  most resident memory of the worker    ${shown(figures.megabytes, 0)} MB (limit 600)`);
  console.log(`  µs of processor a line: parse only ${micros((r) => r.parseCost)}, COPY only ${micros((r) => r.copyCost)}, (b) worker, Postgres and upload ${micros((r) => r.cost)}`);
  return figures;
}

/** The two limits, by the same file and the same rows. */
class Limits {
  readonly #stack: IntakeStack;
  readonly #owner: pg.Client;
  readonly #rows: string;
  readonly #csv: string;

  constructor(stack: IntakeStack, folder: string) {
    this.#stack = stack;
    this.#owner = new pg.Client({ connectionString: stack.ownerUrl });
    this.#rows = join(folder, 'rows.copy');
    this.#csv = join(folder, 'report.csv');
  }

  async prepare(supervisor: Supervisor): Promise<void> {
    this.#owner.on('error', () => undefined); // the query in flight rejects with the same error
    await this.#owner.connect();
    supervisor.onStop('connection', () => this.#owner.end());
    await this.#owner.query('CREATE TABLE bench_line (LIKE report_line INCLUDING ALL)');
  }

  /** Processor seconds of everything that takes part: this process uploads. */
  processors(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6 + processorSeconds(this.#stack.postgresPid()) + processorSeconds(this.#stack.workerPid());
  }

  /** Writes the file, and its rows as staging would copy them. */
  async write(file: BigFile): Promise<string> {
    await pipeline(Readable.from(bigFile(file)), createWriteStream(this.#csv));
    const rows = createWriteStream(this.#rows);
    await readReportInBatches(createReadStream(this.#csv), PROFILE, 'report.csv', async (lines) => {
      if (!rows.write(lines.map((line) => copyRow('1', line)).join(''))) await once(rows, 'drain');
    });
    await new Promise<void>((ended) => rows.end(ended));
    return this.#csv;
  }

  async parse(path: string): Promise<{ took: number; cost: number }> {
    let lines = 0;
    const before = process.cpuUsage();
    const took = await seconds(() => readReportInBatches(createReadStream(path, { highWaterMark: 1 << 20 }), PROFILE, 'report.csv', (batch) => { lines += batch.length; }));
    const { user, system } = process.cpuUsage(before);
    if (lines !== LINES) throw new Error(`${lines} lines were read`);
    return { took, cost: (user + system) / 1e6 };
  }

  async copy(): Promise<{ took: number; cost: number }> {
    await this.#owner.query('TRUNCATE bench_line');
    const before = this.processors();
    const took = await seconds(() => pipeline(createReadStream(this.#rows, { highWaterMark: 1 << 20 }), this.#owner.query(copyFrom(`COPY bench_line ${STAGED_COLUMNS.slice(STAGED_COLUMNS.indexOf('('))} FROM STDIN`))));
    return { took, cost: this.processors() - before };
  }
}
