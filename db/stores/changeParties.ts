import type { SqlSource } from '../connection.ts';
import type { Change } from './changes.ts';
import { humanBehind } from './persons.ts';
import { handedInBy } from './reportRereads.ts';

/**
 * The people, as `humanBehind` names them, who cannot decide about a change: who asked for it, and of a report that reads a kept file again also whoever handed that
 * file in or had it read before. Otherwise the one who has it read again would take the place of the one who handed it in, and that one could agree to his own file.
 */
export async function partiesTo(source: SqlSource, change: Pick<Change, 'subject' | 'requestedBy'>): Promise<string[]> {
  const principals = [change.requestedBy, ...(change.subject.type === 'report' ? await handedInBy(source, change.subject.id) : [])];
  const people = new Set<string>();
  for (const principal of principals) people.add(await humanBehind(source, principal));
  return [...people];
}
