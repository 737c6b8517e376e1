import { Problem } from '../../domain/problem.ts';

const MOST_WAITING = 10;
let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * Setting a PDF keeps the processor busy for up to a second or two: one at a time in this process, so that whoever asks
 * for many slows down nobody but those who ask for PDFs. Throws `OVERLOADED` (503) where too many wait already.
 */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING) throw new Problem('OVERLOADED', 'Too many documents are being made; ask again in a moment.', { status: 503 });
  waiting++;
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  try {
    return await mine;
  } finally {
    waiting--;
  }
}
