import { Problem } from '../../domain/problem.ts';

/**
 * Inserts the next version of something that is versioned per owner: `insert` reads max + 1 in its own statement and answers no row
 * when another session took that number meanwhile; then it is tried again, without failing the caller's transaction.
 */
export async function insertNextVersion<T>(insert: () => Promise<T[]>): Promise<T> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const [row] = await insert();
    if (row !== undefined) return row;
  }
  throw new Problem('VERSION_CONTENDED', 'Many changes to this came at once; send it again.', { status: 409 });
}
