import type { Tx } from '../../db/connection.ts';
import type { ApiKey } from '../../db/stores/apiKeys.ts';
import { getPerson, personsOfUser } from '../../db/stores/persons.ts';
import { tell } from './tell.ts';

/** Tells a user's people that a key to his account was made, and an operator that one was made in his name. */
export async function tellKeyMade(tx: Tx, key: ApiKey, at: string): Promise<void> {
  const people = key.userId !== null ? await personsOfUser(tx, key.userId) : key.personId === null ? [] : [await getPerson(tx, key.personId)];
  for (const who of people) await tell(tx, who, 'api_key_created', { keyId: key.id }, at, key.id);
}
