import { ApplicationFailure } from '@temporalio/common';
import { beginning, storableText } from '../../../domain/storable.ts';
import type { SourceProblem } from '../../../db/stores/reportSources.ts';
import type { SendFailure } from '../../webhooks/sendFailure.ts';

/** The source, or the way to it, is away for now: the activity is tried again by its profile, and meanwhile the operators see why. */
export class SourceAway extends Error {
  readonly code: string;
  /** Seconds that the server asks to wait for. */
  readonly retryAfter: number | null;

  constructor(code: string, sentence: string, retryAfter: number | null = null) {
    super(sentence);
    this.name = 'SourceAway';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** For Temporal: retryable, after the server's own delay where it names one. */
export function retryable(away: SourceAway): ApplicationFailure {
  return ApplicationFailure.create({ message: away.message, type: away.code, nonRetryable: false, ...(away.retryAfter === null ? {} : { nextRetryDelay: away.retryAfter * 1_000 }) });
}

export const shownProblem = ({ code, message }: { code: string; message: string }): SourceProblem => ({ code, message: beginning(storableText(message), 1_000) });

const SENTENCES: Record<string, string> = {
  DNS_FAILED: 'Its name leads nowhere', CONNECT_TIMEOUT: 'It cannot be connected to in time', CONNECTION_REFUSED: 'It refuses the connection', CONNECTION_CLOSED: 'It closed the connection in the middle',
  TLS_FAILED: 'Its certificate cannot be trusted', TIMEOUT: 'It stopped answering', ANSWER_UNREADABLE: 'It does not answer by its protocol',
};

/** What a failed connection means for a source; the error's own text may hold addresses and is not kept. */
export function awayOf(failure: SendFailure): SourceAway {
  return new SourceAway(`SOURCE_${failure.code}`, `${SENTENCES[failure.code] ?? 'It cannot be reached'}; it is tried again.`);
}
