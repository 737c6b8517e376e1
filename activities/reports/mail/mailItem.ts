import { createHash } from 'node:crypto';
import { periodAt, type ItemPeriod } from '../../../db/stores/itemPeriods.ts';
import type { ReportSource } from '../../../db/stores/reportSources.ts';
import { Problem } from '../../../domain/problem.ts';
import { dayNamed } from '../../../domain/reports/itemPeriod.ts';
import type { MailboxSettings } from '../../../domain/reports/mailboxSettings.ts';
import type { OpenedMail } from '../read/eml.ts';
import type { SourceDeps } from '../sources/look.ts';
import { type Asked, meantPeriod } from '../sources/meantPeriod.ts';
import { printable } from '../sources/take.ts';
import type { ListedMail } from './imap.ts';

/** A mail that is not taken. `forGood`: it goes to the failed folder; otherwise it waits for what is missing. */
export class MailNotTaken extends Error {
  readonly problem: Problem;
  readonly forGood: boolean;
  constructor(problem: Problem, forGood: boolean) {
    super(problem.message);
    this.problem = problem;
    this.forGood = forGood;
  }
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** What makes a mail the same again: its Message-ID (without one the whole of it) and what is attached; not where it lies, nor under which number. */
export function mailKey(raw: Buffer, opened: Pick<OpenedMail, 'messageId' | 'attachment'> | null): string {
  const id = opened?.messageId ?? null;
  const shown = id !== null && /^[\x21-\x7e]{1,200}$/.test(id) ? id : sha256(id ?? raw);
  return opened === null ? shown : `${shown} ${sha256(opened.attachment.bytes)}`;
}

/**
 * The period of a mail: the broker's that holds the day named in its subject, else in its attachment's name; where the settings name no
 * pattern, the one that can be meant (`meantPeriod`). Null: it is not this period's yet. Throws `MailNotTaken`.
 */
export async function periodOfMail({ pool }: Pick<SourceDeps, 'pool'>, source: ReportSource, asked: Asked, mail: ListedMail, opened: OpenedMail): Promise<ItemPeriod | null> {
  const { period: pattern } = source.settings as unknown as MailboxSettings;
  if (pattern === undefined) {
    return meantPeriod(pool, asked, mail.receivedAt).catch((error: unknown) => { throw error instanceof Problem && error.status < 500 ? new MailNotTaken(error, false) : error; });
  }
  const day = dayNamed(pattern, opened.subject) ?? dayNamed(pattern, opened.attachment.name);
  if (day === null) throw new MailNotTaken(new Problem('PERIOD_NOT_NAMED', `Neither its subject nor "${printable(opened.attachment.name)}" has a date where the settings expect the one of its period.`), true);
  const period = await periodAt(pool, source.brokerId, day, asked.period.id);
  if (period === null) throw new MailNotTaken(new Problem('REPORT_PERIOD_UNKNOWN', `It is about ${day.slice(0, 10)}, and no report period holds that day yet.`), false);
  return period;
}
