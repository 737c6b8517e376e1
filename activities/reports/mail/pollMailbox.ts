import { drizzle } from 'drizzle-orm/node-postgres';
import { refusedData } from '../../../db/refusedData.ts';
import { newestProfile } from '../../../db/stores/profiles.ts';
import { type ReportSource, sourceSecret } from '../../../db/stores/reportSources.ts';
import { failItem, takenKeys } from '../../../db/stores/sourceItems.ts';
import { Problem } from '../../../domain/problem.ts';
import type { MailboxSettings } from '../../../domain/reports/mailboxSettings.ts';
import type { MailProfile } from '../../../domain/reports/profile.ts';
import { openMail, type OpenedMail } from '../read/eml.ts';
import { MAIL_LIMITS } from '../read/emlParts.ts';
import { closeFile, spool } from '../read/spool.ts';
import { shownProblem } from '../sources/failure.ts';
import { look, type LookInput, type SourceDeps } from '../sources/look.ts';
import { type Asked, rivalsAmong, unclear } from '../sources/meantPeriod.ts';
import { printable, take } from '../sources/take.ts';
import { type ListedMail, type Mailbox, openMailbox } from './imap.ts';
import { MailNotTaken, mailKey, periodOfMail } from './mailItem.ts';

/** What one look at one mail needs. */
interface Desk { deps: SourceDeps; source: ReportSource; asked: Asked; profile: MailProfile; mailbox: Mailbox; at: string; rivals: ReadonlySet<number> }
type Open = typeof openMailbox;

/**
 * Takes the reports that a broker mailed since the last look. The raw mail is kept; only after that is committed it is moved to the done
 * folder, so a look that was stopped in between finds it again, knows it, and moves it. What cannot be a report goes to the failed folder
 * with its reason kept; a mail of another period becomes that one's report; one of a period that is not there yet waits where it is.
 */
export function pollMailbox(deps: SourceDeps, input: LookInput, signal?: AbortSignal, open: Open = openMailbox): Promise<{ received: number }> {
  return look(deps, input, ['mailbox'], async (source, asked) => {
    const profile = await mailProfile(deps, source);
    const settings = source.settings as unknown as MailboxSettings;
    const mailbox = await open(settings, await sourceSecret(deps.personal, deps.pool, source.id), { settings: deps.settings, resolve: deps.resolve, signal });
    try {
      const problems: string[] = [];
      let [received, moved] = [0, 0];
      const mails = await mailbox.list();
      const desk = { deps, source, asked: { period: asked, again: input.again ?? false }, profile, mailbox, at: input.asOf };
      const rivals = settings.period === undefined && mails.length > 1 ? await rivalMails(desk, mails) : new Set<number>();
      for (const mail of mails) {
        if (moved >= deps.settings.maxFiles) break;
        const outcome = await takeMail({ ...desk, rivals }, mail, problems);
        if (outcome === 'taken') received++;
        if (outcome === 'later') continue;
        moved++;
        await put(mailbox, mail, outcome === 'failed' ? settings.failedFolder : settings.doneFolder, problems);
      }
      return { received, problem: problems.length === 0 ? null : shownProblem({ code: 'MAILS_NOT_TAKEN', message: problems.slice(0, 5).join(' ') + (problems.length > 5 ? ` And ${problems.length - 5} more.` : '') }) };
    } finally {
      await mailbox.close();
    }
  });
}

/** Throws MAILBOX_PROFILE, PROFILE_MISSING. */
async function mailProfile({ pool }: SourceDeps, source: ReportSource): Promise<MailProfile> {
  const { profile } = await newestProfile(drizzle(pool), source.brokerId, source.profileName);
  if (profile.format !== 'eml') throw new Problem('MAILBOX_PROFILE', `The profile "${source.profileName}" reads ${profile.format}; a mailbox needs one of the format eml, which says who may send and how the attachment is read.`);
  return profile;
}

async function takeMail(desk: Desk, mail: ListedMail, problems: string[]): Promise<'taken' | 'known' | 'later' | 'failed'> {
  const { deps: { pool }, source, at } = desk;
  const name = printable(mail.subject || 'mail without a subject');
  const item = { sourceId: source.id, name, at };
  const fail = async (key: string, problem: Problem): Promise<void> => {
    problems.push(`"${name}": ${problem.message}`);
    await failItem(pool, { ...item, key, problem: shownProblem(problem) });
  };
  if (mail.bytes > MAIL_LIMITS.bytes) {
    await fail(`${mail.receivedAt} ${mail.bytes}`, new Problem('MAIL_TOO_LARGE', `It has ${mail.bytes} bytes; a mail may have ${MAIL_LIMITS.bytes}.`));
    return 'failed';
  }
  const raw = await desk.mailbox.raw(mail.uid);
  if (raw === null) return 'later';
  let opened: OpenedMail | null = null;
  try {
    opened = await openMail(raw, desk.profile, `${name}.eml`).catch(forGood);
    return await keep(desk, mail, raw, opened, name);
  } catch (error) {
    if (!(error instanceof MailNotTaken)) throw error;
    await fail(mailKey(raw, opened), error.problem);
    return error.forGood ? 'failed' : 'later';
  }
}

/** Numbers of the mails without a date that would go to the same period as another: nobody knows which of them is its report. */
async function rivalMails({ deps, source, asked, profile, mailbox }: Omit<Desk, 'rivals'>, mails: readonly ListedMail[]): Promise<ReadonlySet<number>> {
  const found = new Map<string, { item: number[]; periodId: string }>();
  for (const mail of mails) {
    const raw = mail.bytes > MAIL_LIMITS.bytes ? null : await mailbox.raw(mail.uid);
    if (raw === null) continue;
    try {
      const opened = await openMail(raw, profile, 'mail.eml').catch(forGood);
      const key = mailKey(raw, opened);
      if ((await takenKeys(deps.pool, source.id, [key])).has(key)) continue;
      const period = await periodOfMail(deps, source, asked, mail, opened);
      // The same mail twice is one.
      if (period !== null) found.set(key, { item: [...found.get(key)?.item ?? [], mail.uid], periodId: period.id });
    } catch (error) {
      if (!(error instanceof MailNotTaken)) throw error;
    }
  }
  return new Set(rivalsAmong([...found.values()]).flat());
}

async function keep({ deps, source, asked, at, rivals }: Desk, mail: ListedMail, raw: Buffer, opened: OpenedMail, name: string): Promise<'taken' | 'known' | 'later'> {
  const key = mailKey(raw, opened);
  if ((await takenKeys(deps.pool, source.id, [key])).has(key)) return 'known';
  const period = await periodOfMail(deps, source, asked, mail, opened);
  if (period === null) return 'later';
  if (rivals.has(mail.uid)) throw new MailNotTaken(unclear('other mails without a date lie beside it'), false);
  const file = await spool((async function* () { yield raw; })());
  try {
    const facts = { messageId: printable(opened.messageId ?? ''), subject: name, sender: opened.sender.address, attachment: printable(opened.attachment.name), mailReceivedAt: mail.receivedAt };
    const taken = await take(deps, { source, period, file, is: { key }, name, fileName: `${name}.eml`, facts, at }).catch((error: unknown) => {
      // What the broker's profile lacks an operator adds: the mail waits. What cannot be kept never can.
      const problem = refusedData(error);
      throw problem !== null && problem.status < 500 ? new MailNotTaken(problem, problem.code === 'DATA_UNSTORABLE') : error;
    });
    return taken ? 'taken' : 'known';
  } finally {
    await closeFile(file.fd);
  }
}

function forGood(error: unknown): never {
  throw error instanceof Problem && error.status < 500 ? new MailNotTaken(error, true) : error;
}

/** A mail that was taken and cannot be moved is known all the same; the operators see that it stays. */
async function put(mailbox: Mailbox, mail: ListedMail, folder: string, problems: string[]): Promise<void> {
  try {
    await mailbox.move(mail.uid, folder);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problems.push(`"${printable(mail.subject)}" could not be moved: ${error.message}`);
  }
}
