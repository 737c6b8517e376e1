import type { DestinationState } from '../../domain/payouts/destinations.ts';
import { destinationState } from '../../domain/payouts/destinations.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { methodSql } from './payoutGate.ts';
import type { PayoutMethod } from './payoutMethods.ts';
import { withDestinations } from './sealedFields.ts';

/** A method as its user sees it at an instant. `inUse`: the next payout goes there. */
export type OpenedMethod = PayoutMethod & { state: DestinationState; inUse: boolean };

/** Methods with destination and name read, and what they are at `asOf`; in their order, in three queries whatever their number. */
export async function openedMethods(personal: PersonalData, source: SqlSource, methods: readonly PayoutMethod[], asOf: string): Promise<OpenedMethod[]> {
  if (methods.length === 0) return [];
  const opened = await withDestinations(personal, source, methods);
  const named = methods.flatMap(({ userId, name }) => (name === null ? [] : [{ subjectId: userId, sealed: name }]));
  const names = (await personal.openMany(source, named)).values();
  const { rows } = await sqlOf(source).query<{ id: string }>(`SELECT m.id FROM app_user u CROSS JOIN LATERAL (${methodSql('$2')}) m WHERE u.id = ANY ($1)`, [[...new Set(methods.map(({ userId }) => userId))], asOf]);
  const used = new Set(rows.map(({ id }) => id));
  return opened.map((method) => ({ ...method, name: method.name === null ? null : names.next().value ?? null, state: destinationState(method, asOf), inUse: used.has(method.id) }));
}
