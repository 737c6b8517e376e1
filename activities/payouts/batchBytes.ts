import { Problem } from '../../domain/problem.ts';

/** A file with its attempts' own bytes cut out of it: `bits` are what stands between them, one more than there are attempts; null: it does not hold them as they are. */
interface Recipe { bits: string[] | null; asOf: string }

/**
 * What is stored of a file: a file names many users with their accounts, and each one's part is sealed under his own key, with his attempt. So only the rest is kept, and the file is
 * put together again when it is handed over. Where a rail's file does not hold the attempts' bytes as they are, nothing is kept but when it was made: it is made again.
 */
export function cutOut(file: Buffer, parts: readonly Buffer[], asOf: string): Buffer {
  const bits: string[] = [];
  let at = 0;
  for (const part of parts) {
    const found = part.length === 0 ? -1 : file.indexOf(part, at);
    if (found === -1) return recipe({ bits: null, asOf });
    bits.push(file.subarray(at, found).toString('base64'));
    at = found + part.length;
  }
  bits.push(file.subarray(at).toString('base64'));
  return recipe({ bits, asOf });
}

const recipe = (made: Recipe): Buffer => Buffer.from(JSON.stringify(made));

/** The file of a recipe and its attempts' bytes; `again` makes it where it was not cut. Whether it is the same is for its hash to say. Throws `Problem` BATCH_UNREADABLE. */
export async function putBack(stored: Buffer, parts: readonly Buffer[], again: (asOf: string) => Promise<Buffer>): Promise<Buffer> {
  const { bits, asOf } = JSON.parse(stored.toString()) as Recipe;
  if (bits === null) return again(asOf);
  if (bits.length !== parts.length + 1) throw new Problem('BATCH_UNREADABLE', `A file of ${bits.length - 1} attempts cannot be put together from ${parts.length}.`, { status: 500 });
  return Buffer.concat(bits.flatMap((bit, no) => [Buffer.from(bit, 'base64'), ...(no < parts.length ? [parts[no]!] : [])]));
}
