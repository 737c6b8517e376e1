import { getSource, keepTest, type ReportSource } from '../../../db/stores/reportSources.ts';
import { knownMarks } from '../../../db/stores/sourceItems.ts';
import { Problem } from '../../../domain/problem.ts';
import { closeFile } from '../read/spool.ts';
import { fetchFrom } from './api/pullApi.ts';
import { isUnsafe } from './drop/drop.ts';
import { openDrop } from './drop/pollDrop.ts';
import { NotTaken, periodOf } from './drop/takeFile.ts';
import { shownProblem, SourceAway } from './failure.ts';
import type { SourceDeps } from './look.ts';
import { printable } from './take.ts';

/** [from, to): the period that an API is asked for, ISO instants. */
export interface TestInput { sourceId: string; testId: string; from: string; to: string; asOf: string }

/** Files that a test tells of. */
const FILES_SHOWN = 50;

/** How a mailbox is tried: what is in it, without taking anything. */
export type MailboxTest = (source: ReportSource, signal?: AbortSignal) => Promise<Record<string, unknown>>;

/** Tries a source without taking anything, and keeps what was found or what went wrong with it. */
export async function testSource(deps: SourceDeps, input: TestInput, testMailbox: MailboxTest, signal?: AbortSignal): Promise<void> {
  const source = await getSource(deps.pool, input.sourceId);
  const keep = (outcome: { found: Record<string, unknown> | null; problem: object | null }): Promise<void> => keepTest(deps.pool, source.id, { id: input.testId, state: 'done', doneAt: input.asOf, ...outcome });
  try {
    await keep({ found: source.kind === 'api' ? await testApi(deps, source, input, signal) : source.kind === 'mailbox' ? await testMailbox(source, signal) : await testDrop(deps, source, signal), problem: null });
  } catch (error) {
    if (!(error instanceof SourceAway) && !(error instanceof Problem && error.status < 500)) throw error;
    await keep({ found: null, problem: shownProblem(error) });
  }
}

async function testApi(deps: SourceDeps, source: ReportSource, period: TestInput, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const { fetched } = await fetchFrom(deps, source, period, signal);
  if (fetched === null) return { ready: false };
  await closeFile(fetched.file.fd);
  return { ready: true, pages: fetched.pages.length, rows: fetched.rows, bytes: fetched.file.bytes, sha256: fetched.sha256 };
}

async function testDrop(deps: SourceDeps, source: ReportSource, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const drop = await openDrop(deps, source, signal);
  try {
    const files = await drop.list();
    const shown = files.slice(0, FILES_SHOWN);
    const known = await knownMarks(deps.pool, source.id, shown.filter(({ name }) => !isUnsafe(name)).map(({ mark }) => mark));
    const told = [];
    for (const file of shown) {
      const { name, size, changedAt, mark } = file;
      const period = source.settings['period'] === undefined ? null : await periodOf(deps, source, { period: NO_PERIOD, again: false }, file).catch(whyNot);
      told.push({ name: printable(name), bytes: size, changedAt, taken: known.has(mark), ...(period === null ? {} : 'code' in period ? { problem: period } : { period: { from: period.from, to: period.to } }) });
    }
    return { files: told, more: files.length > FILES_SHOWN };
  } finally {
    await drop.close();
  }
}

const NO_PERIOD = { id: '', brokerId: '', from: '', to: '', dueAt: null, posted: false };

function whyNot(error: unknown): { code: string; message: string } {
  if (error instanceof NotTaken) return shownProblem(error.problem);
  throw error;
}
