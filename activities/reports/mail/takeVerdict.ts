import type { Pool } from 'pg';
import { keepVerdict, unjudgedMail } from '../../../db/stores/mailVerdicts.ts';
import { openReportFile } from '../../../db/stores/reports.ts';
import { Problem } from '../../../domain/problem.ts';
import { wholeMail } from '../read/eml.ts';
import { readHeader } from '../read/emlFields.ts';
import { requireAllowed, senderOf } from '../read/emlSender.ts';
import { dkimVerdict } from './dkim.ts';
import type { TxtResolver } from './dns.ts';

export interface VerdictOptions {
  txt: TxtResolver;
  /** Off: the verdict is kept, and stops nothing. */
  twoPeople: boolean;
  /** Whether to go on asking where DNS does not answer. */
  patient: boolean;
}

/** DNS does not answer: to be tried again. */
export class KeyNotKnown extends Error {}

/**
 * Before a mailed report is staged: asks whether it is really its sender's, and keeps the answer. Does nothing for other reports, and for
 * mails that will be refused anyway. Throws `KeyNotKnown` while DNS does not answer and there is patience left.
 */
export async function takeVerdict(pool: Pool, reportId: string, { txt, twoPeople, patient }: VerdictOptions): Promise<void> {
  const mail = await unjudgedMail(pool, reportId);
  if (mail === null) return;
  try {
    const raw = await wholeMail(openReportFile(pool, reportId), mail.fileName);
    const { fields, body } = readHeader(raw, mail.fileName);
    const sender = senderOf(fields, mail.fileName);
    requireAllowed(sender, mail.profile.from, mail.fileName);
    const verdict = await dkimVerdict(raw, { fields, body, sender }, { at: mail.receivedAt, txt });
    if (verdict.verdict === 'unknown' && twoPeople && patient) throw new KeyNotKnown(`${verdict.selector}._domainkey.${verdict.domain}: ${verdict.why}`);
    await keepVerdict(pool, reportId, { ...verdict, ...(verdict.verdict === 'aligned' || twoPeople ? {} : { note: 'TWO_PEOPLE is off: no second operator was asked.' }) });
  } catch (error) {
    // The reader finds the same, and refuses the report with it.
    if (!(error instanceof Problem) || error.code === 'COMMIT_FAILED') throw error;
  }
}
