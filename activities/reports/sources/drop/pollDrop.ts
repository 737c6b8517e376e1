import type { ItemPeriod } from '../../../../db/stores/itemPeriods.ts';
import { sourceSecret } from '../../../../db/stores/reportSources.ts';
import type { ReportSource } from '../../../../db/stores/reportSources.ts';
import { failItem, knownMarks } from '../../../../db/stores/sourceItems.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { S3SourceSettings, SftpSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { shownProblem } from '../failure.ts';
import { look, type LookInput, type SourceDeps } from '../look.ts';
import { type Asked, rivalsAmong, unclear } from '../meantPeriod.ts';
import { printable } from '../take.ts';
import { type Drop, type Dropped, isUnsafe } from './drop.ts';
import { openS3 } from './s3.ts';
import { openSftp } from './sftp.ts';
import { NotTaken, periodOf, takeFile } from './takeFile.ts';

/** Takes what a broker dropped since the last look: each file into the period that its name says, and then moved away where the settings say so. */
export function pollDrop(deps: SourceDeps, input: LookInput, signal?: AbortSignal): Promise<{ received: number }> {
  return look(deps, input, ['sftp', 's3'], async (source, asked) => {
    const drop = await openDrop(deps, source, signal);
    try {
      const problems: string[] = [];
      let received = 0;
      const failed = async (file: Dropped, problem: Problem): Promise<void> => {
        problems.push(`${printable(file.name)}: ${problem.message}`);
        const path = printable(drop.pathOf(file.name));
        await failItem(deps.pool, { sourceId: source.id, key: `${path} ${file.size} ${file.changedAt}`, problem: shownProblem(problem), at: input.asOf, name: printable(file.name) });
      };
      const [unsafe, files] = partition(await drop.list());
      for (const file of unsafe) await failed(file, new Problem('FILE_NAME_UNSAFE', 'Its name is a path or holds control characters; it is left where it is.'));
      const known = await knownMarks(deps.pool, source.id, files.map(({ mark }) => mark));
      // What another look was stopped before moving.
      for (const file of files.filter(({ mark }) => known.has(mark))) await moved(drop, file, 'done', problems);
      const fresh = await drop.settled(files.filter(({ mark }) => !known.has(mark)));
      const meant = await periodsOf(deps, source, { period: asked, again: input.again ?? false }, fresh);
      for (const file of fresh.toSorted(byArrival).slice(0, deps.settings.maxFiles)) {
        try {
          const period = meant.get(file)!;
          if (period instanceof NotTaken) throw period;
          if (period === null) continue;
          const came = await takeFile(deps, { source, period, drop, file, at: input.asOf, again: input.again ?? false });
          if (came === 'taken') received++;
          if (came !== 'later') await moved(drop, file, 'done', problems);
        } catch (error) {
          if (!(error instanceof NotTaken)) throw error;
          await failed(file, error.problem);
          if (error.forGood) await moved(drop, file, 'failed', problems);
        }
      }
      return { received, problem: problems.length === 0 ? null : shownProblem({ code: 'FILES_NOT_TAKEN', message: problems.slice(0, 5).join(' ') + (problems.length > 5 ? ` And ${problems.length - 5} more.` : '') }) };
    } finally {
      await drop.close();
    }
  });
}

/** The period of each of these files. Of several without a date that could be one period's nobody knows which is. */
async function periodsOf(deps: SourceDeps, source: ReportSource, asked: Asked, files: readonly Dropped[]): Promise<Map<Dropped, ItemPeriod | NotTaken | null>> {
  const found = new Map<Dropped, ItemPeriod | NotTaken | null>();
  for (const file of files) found.set(file, await periodOf(deps, source, asked, file).catch(notTaken));
  if (source.settings['period'] !== undefined) return found;
  const rivals = rivalsAmong([...found].flatMap(([file, period]) => (period === null || period instanceof NotTaken ? [] : [{ item: file, periodId: period.id }])));
  for (const file of rivals) found.set(file, new NotTaken(unclear('others without a date lie beside it'), false));
  return found;
}

function notTaken(error: unknown): NotTaken {
  if (error instanceof NotTaken) return error;
  throw error;
}

/** The drop that a source's settings point at; the caller closes it. */
export async function openDrop({ pool, personal, settings, resolve }: SourceDeps, source: ReportSource, signal?: AbortSignal): Promise<Drop> {
  const secret = await sourceSecret(personal, pool, source.id);
  const reach = { settings, resolve, signal };
  return source.kind === 's3' ? openS3(source.settings as unknown as S3SourceSettings, secret, reach) : openSftp(source.settings as unknown as SftpSourceSettings, secret, reach);
}

const partition = (files: readonly Dropped[]): [unsafe: Dropped[], safe: Dropped[]] => [files.filter(({ name }) => isUnsafe(name)), files.filter(({ name }) => !isUnsafe(name))];

const byArrival = (a: Dropped, b: Dropped): number => (a.changedAt === b.changedAt ? (a.name < b.name ? -1 : 1) : a.changedAt < b.changedAt ? -1 : 1);

/** A file that was taken and cannot be moved is known by its mark all the same; the operators see that it stays. */
async function moved(drop: Drop, file: Dropped, to: 'done' | 'failed', problems: string[]): Promise<void> {
  try {
    await drop.move(file, to);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Two looks at once: the other one was faster.
    if (!(await drop.same(file))) return;
    problems.push(`${printable(file.name)} could not be moved: ${error.message}`);
  }
}
