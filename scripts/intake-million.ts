import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '../domain/problem.ts';
import { workflowIds } from '../workflows/contracts.ts';
import { seeded } from './sandbox/random.ts';
import { loadBroker } from './intake/data.ts';
import { compareWithFile } from './intake/figures.ts';
import { type Kill, killsFor } from './intake/kills.ts';
import { intake } from './intake/run.ts';
import { startIntakeStack } from './intake/stack.ts';
import { supervise } from './local/supervise.ts';

/*
 * npm run intake:million -- [--lines 1000000] [--accounts 2000] [--kill worker,postgres] [--seed 1] [--memory 600]
 * A file of a million lines from upload to started accruals through a real worker process, a durable Postgres and a dev server. With --kill each of
 * the named is killed -9 once while the file is staged, judged and posted, at moments that follow from the seed. Afterwards
 * every account's money is compared with a sum made from the file alone. Exit 0 only if nothing differs and the worker kept within --memory MB.
 */
const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, accounts: { type: 'string', default: '2000' }, kill: { type: 'string', default: '' }, seed: { type: 'string', default: '1' }, memory: { type: 'string', default: '600' } },
});
const [lines, accounts, seed, most] = [values.lines, values.accounts, values.seed, values.memory].map(Number) as [number, number, number, number];
const victims = values.kill.split(',').filter((name) => name !== '');
const TELL_MS = 5_000;

await supervise(async (supervisor) => {
  for (const victim of victims) if (victim !== 'worker' && victim !== 'postgres') throw new Problem('USAGE', `--kill takes worker and postgres, not "${victim}".`);
  const folder = mkdtempSync(join(tmpdir(), 'cashback-million-'));
  supervisor.onStop('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const stack = await startIntakeStack(supervisor, folder, console.log);
  await loadBroker(stack.pool, accounts);
  const file = { lines, accounts };
  const kills = killsFor(victims as Kill['victim'][], seeded(seed));
  console.log(`${lines} lines on ${accounts} accounts${kills.length === 0 ? '' : `, seed ${seed}: ${kills.map(({ victim, step, percent }) => `${victim} at ${percent} % of ${step}`).join(', ')}`}`);
  let [told, last] = [0, ''];
  const done: string[] = [];
  const times = await intake(stack, file, undefined, async ({ step, percent, linesDone, linesPerSecond, secondsLeft }) => {
    const shown = step === 'done' ? 'posted, starting accruals' : step;
    if (shown !== last || (step !== 'done' && performance.now() - told > TELL_MS)) {
      last = shown;
      told = performance.now();
      console.log(`  ${shown}${percent === null || step === 'done' ? '' : `: ${percent} %, ${linesDone} lines`}${linesPerSecond === null ? '' : `, ${linesPerSecond} lines/s, about ${secondsLeft} s left`}`);
    }
    const at = kills.findIndex((kill) => kill.step === step && percent !== null && percent >= kill.percent);
    if (at < 0) return;
    const [kill] = kills.splice(at, 1);
    console.log(`  kill -9 ${kill!.victim} at ${percent} % of ${step}`);
    done.push(`${kill!.victim} in ${step}`);
    if (kill!.victim === 'worker') stack.killWorker();
    else await stack.killPostgres();
  });
  const wrong = await compareWithFile(stack.pool, times.reportId, file);
  if (kills.length > 0) wrong.push(`not killed, the steps were too short: ${kills.map(({ victim, step }) => `${victim} in ${step}`).join(', ')}`);
  const { rows } = await stack.pool.query<{ id: string }>('SELECT id FROM accrual ORDER BY seq');
  let waiting = 0;
  for (const { id } of rows) if ((await stack.client.workflow.getHandle(workflowIds.accrual(id)).describe().then((d) => d.status.name, () => 'MISSING')) === 'RUNNING') waiting++;
  if (waiting !== rows.length) wrong.push(`accruals whose workflow waits: ${waiting} of ${rows.length}`);
  const megabytes = times.memory / 1e6;
  if (megabytes > most) wrong.push(`the worker had ${megabytes.toFixed(0)} MB of resident memory, more than ${most}`);
  console.log(`\nuploaded after ${times.uploaded.toFixed(1)} s, staged ${times.staged.toFixed(1)} s, posted ${times.posted.toFixed(1)} s, accruals started ${times.started.toFixed(1)} s: ${Math.round(lines / times.started)} lines/s`);
  console.log(`killed: ${done.join(', ') || 'nothing'}; most resident memory of a worker ${megabytes.toFixed(0)} MB; ${rows.length} accruals, each with its workflow`);
  for (const line of wrong) console.log(`WRONG ${line}`);
  console.log(wrong.length === 0 ? 'Every account has what the file says, to the cent.' : `${wrong.length} differences`);
  return wrong.length === 0 ? 0 : 1;
});
