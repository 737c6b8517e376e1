import { createHash } from 'node:crypto';
import { refusedData } from '../../../../db/refusedData.ts';
import { type ItemPeriod, periodAt } from '../../../../db/stores/itemPeriods.ts';
import type { ReportSource } from '../../../../db/stores/reportSources.ts';
import { knowItem, knownContent, type LastTaken, lastTaken, markItem } from '../../../../db/stores/sourceItems.ts';
import { Problem } from '../../../../domain/problem.ts';
import { dayNamed, type PeriodPattern } from '../../../../domain/reports/itemPeriod.ts';
import { closeFile, spool } from '../../read/spool.ts';
import type { SourceDeps } from '../look.ts';
import { type Asked, meantPeriod, unclear } from '../meantPeriod.ts';
import { printable, take } from '../take.ts';
import type { Drop, Dropped } from './drop.ts';

/** Why one file is not taken. `forGood`: nothing but another file can mend it. */
export class NotTaken extends Error {
  readonly problem: Problem;
  readonly forGood: boolean;
  constructor(problem: Problem, forGood: boolean) {
    super(problem.message);
    this.problem = problem;
    this.forGood = forGood;
  }
}

export interface FileToTake { source: ReportSource; period: ItemPeriod; drop: Drop; file: Dropped; at: string; again: boolean }

/**
 * `known`: it says what was taken last from its path, or as the newest of its period from any: brokers archive by renaming. `later`: somebody writes it, or another look has moved it or taken
 * something newer. What the source gave before the newest is not taken again, for it would undo the correction. Throws `NotTaken`, `SourceAway`.
 */
export async function takeFile(deps: SourceDeps, { source, period, drop, file, at, again }: FileToTake): Promise<'taken' | 'known' | 'later'> {
  const path = drop.pathOf(file.name);
  const place = placeOf(path);
  const last = await lastTaken(deps.pool, source.id, place);
  const hash = createHash('sha256');
  const spooled = await spool(hashed(drop.read(file), hash, deps.settings.maxBytes)).catch(gone);
  if (spooled === null) return 'later';
  try {
    if (spooled.bytes !== file.size || !(await drop.same(file))) return 'later';
    const content = hash.digest('hex');
    // A name without a date can be another day's, which may say the same: nothing happened.
    const known = (taken: LastTaken | null): LastTaken | null => (taken?.content === content && (source.settings['period'] !== undefined || taken.periodId === period.id) ? taken : null);
    let same = known(last);
    if (same === null) {
      const fileName = printable(file.name);
      const edition = { place, content, after: last?.no ?? null };
      const before = await knownContent(deps.pool, { sourceId: source.id, periodId: period.id, edition });
      if (before.is === 'newest' || before.is === 'older') {
        // By its mark it is known from now on: it is told of once.
        await knowItem(deps.pool, { sourceId: source.id, edition, reportId: before.reportId, at, name: fileName, mark: file.mark });
        if (before.is === 'older') throw new NotTaken(olderVersion(before.reportId), true);
        return 'known';
      }
      if (before.is === 'elsewhere' && source.settings['period'] === undefined && !again) throw new NotTaken(unclear('a file of another name that says the same was taken for another period'), false);
      const taken = await take(deps, { source, period, file: spooled, is: { edition }, mark: file.mark, name: fileName, fileName, facts: { path: printable(path), changedAt: file.changedAt, size: file.size }, at }).catch(refused);
      if (taken) return 'taken';
    }
    same ??= known(await lastTaken(deps.pool, source.id, place));
    if (same === null) return 'later';
    // It need not be read a third time.
    await markItem(deps.pool, same.no, file.mark);
    return 'known';
  } finally {
    await closeFile(spooled.fd);
  }
}

const olderVersion = (reportId: string): Problem => new Problem('FILE_OF_OLDER_VERSION',
  `It says what the report "${reportId}" of its period says, and the source gave something newer since. It is not taken again by itself; if the broker means it, hand it in yourself.`);

/** The path, or where that is long or cannot be shown as it is, what stands for it: two paths are never one place. */
const placeOf = (path: string): string => (printable(path) === path ? path : createHash('sha256').update(path).digest('hex'));

function gone(error: unknown): null {
  if (error instanceof Problem && error.code === 'SOURCE_NOT_THERE') return null;
  throw error;
}

/** What the profile lacks an operator adds: the file waits. What cannot be kept never can. */
function refused(error: unknown): never {
  const problem = refusedData(error);
  if (problem !== null && problem.status < 500) throw new NotTaken(problem, problem.code === 'DATA_UNSTORABLE');
  throw error;
}

/** The period of a file, or why there is none; null: it is not this period's yet. */
export async function periodOf({ pool, settings }: Pick<SourceDeps, 'pool' | 'settings'>, source: ReportSource, { period: asked, again }: Asked, file: Dropped): Promise<ItemPeriod | null> {
  if (file.size === 0) throw new NotTaken(new Problem('REPORT_EMPTY', 'It is empty.'), true);
  if (file.size > settings.maxBytes) throw new NotTaken(new Problem('REPORT_TOO_LARGE', `It has ${file.size} bytes; a report may have ${settings.maxBytes}.`), true);
  const pattern = source.settings['period'] as PeriodPattern | undefined;
  if (pattern === undefined) return meantPeriod(pool, { period: asked, again }, file.changedAt).catch(refused);
  const day = dayNamed(pattern, file.name);
  if (day === null) throw new NotTaken(new Problem('PERIOD_NOT_NAMED', 'Its name has no date where the settings expect the one of its period.'), true);
  const period = await periodAt(pool, source.brokerId, day, asked.id);
  if (period === null) throw new NotTaken(new Problem('REPORT_PERIOD_UNKNOWN', `It is about ${day.slice(0, 10)}, and no report period holds that day yet.`), false);
  return period;
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > limit) return;
    hash.update(piece);
    yield piece;
  }
}
