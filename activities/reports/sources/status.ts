import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../../../domain/problem.ts';
import { SourceAway } from './failure.ts';

/** What an answer's status means: null for 200, `SourceAway` where it is worth asking again by itself, else what an operator has to look at. */
export function faultOf({ status, headers }: { status: number; headers: IncomingHttpHeaders }, mostSeconds: number): Error | null {
  if (status === 429 || status === 408 || status === 425 || status >= 500) {
    return new SourceAway(status === 429 ? 'SOURCE_BUSY' : 'SOURCE_FAILING', `The source answers with ${status}; it is asked again.`, retryAfter(headers['retry-after'], mostSeconds));
  }
  if (status >= 300 && status < 400) return new Problem('SOURCE_REDIRECTS', `The source answers with ${status} and leads elsewhere, which is not followed: the secret would go along. Set the address where it leads, if that is the broker's.`);
  if (status === 401 || status === 403) return new Problem('SOURCE_REFUSES_US', `The source answers with ${status}: it does not accept the user, key or secret.`);
  if (status === 404 || status === 410) return new Problem('SOURCE_NOT_THERE', `The source answers with ${status}: nothing is at the address of the settings.`);
  if (status !== 200) return new Problem('SOURCE_REFUSED', `The source answers with ${status}; look at the address and parameters of the settings.`);
  const encoding = headers['content-encoding'] ?? 'identity';
  return encoding === 'identity' ? null : new Problem('SOURCE_ANSWER_UNREADABLE', `The source answers in the encoding "${encoding.slice(0, 40)}" although none was asked for.`);
}

/** Seconds or a date (RFC 9110), at most `most`; null where it says nothing. */
function retryAfter(header: string | undefined, most: number): number | null {
  if (header === undefined) return null;
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 1), most);
}
