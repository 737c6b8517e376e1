import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WorkflowContinuedAsNewError, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Problem } from '../domain/problem.ts';
import { SHAPES } from './histories/shapes.ts';
import { startRecordingStack } from './histories/stack.ts';
import { supervise } from './local/supervise.ts';

/**
 * `npm run record-histories`: runs every control-flow shape on a real server and saves the histories that are missing, as they
 * are on the wire. One that is there stays: when its replay fails, running workflows would fail too, so the workflow is mended
 * with `patched()`. Only where no such workflow can be running any more: `npm run record-histories -- --again NAME`.
 */
const FOLDER = fileURLToPath(new URL('../test/replay/histories/', import.meta.url));
const fileOf = (name: string): string => `${FOLDER}${name}.bin`;

await supervise(async (supervisor) => {
  const { again = [] } = parseArgs({ options: { again: { type: 'string', multiple: true } } }).values;
  const unknown = again.find((name) => !Object.hasOwn(SHAPES, name));
  if (unknown !== undefined) throw new Problem('HISTORY_UNKNOWN', `There is no shape "${unknown}"; there are ${Object.keys(SHAPES).join(', ')}.`);
  const wanted = new Set(Object.keys(SHAPES).filter((name) => again.includes(name) || !existsSync(fileOf(name))));
  if (wanted.size === 0) {
    console.log('Every shape has its history; none was recorded. To replace one: npm run record-histories -- --again NAME');
    return 0;
  }
  mkdirSync(FOLDER, { recursive: true });
  const stack = await startRecordingStack(supervisor, (line) => console.log(line));
  for (const [name, shape] of Object.entries(SHAPES)) {
    const handle = await shape(stack);
    await ended(handle);
    if (!wanted.has(name)) continue;
    const history = await handle.fetchHistory();
    writeFileSync(fileOf(name), proto.temporal.api.history.v1.History.encode(history).finish());
    console.log(`${name}: ${history.events?.length ?? 0} events of ${handle.workflowId}`);
  }
  return 0;
});

/** One that went on as a new execution has ended as well. */
async function ended(handle: WorkflowHandle): Promise<void> {
  await handle.result().catch((error: unknown) => {
    if (!(error instanceof WorkflowContinuedAsNewError)) throw error;
  });
}
