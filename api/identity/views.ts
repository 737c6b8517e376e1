import type { SqlSource } from '../../db/connection.ts';
import type { Person } from '../../db/stores/persons.ts';
import { endsAt, type Session } from '../../db/stores/sessions.ts';
import type { ApiDeps } from '../deps.ts';

/** A person as he and the operators in charge see him. */
export async function personView(source: SqlSource, { personal }: Pick<ApiDeps, 'personal'>, who: Person) {
  const { id, role, userId, state, createdAt, closedAt } = who;
  return { id, role, userId, state, mail: await personal.open(source, id, who.mail), secondFactor: who.totpSecret !== null, createdAt, closedAt };
}

/** What is kept of an answer for its repetition: the address is the person's, and erased with him. */
export const withoutMail = <T extends object>(view: T): T => ('mail' in view ? { ...view, mail: null } : view);

export function sessionView(session: Session) {
  const { id, personId, secondFactor, network, agent, createdAt, seenAt, expiresAt, stepUpUntil, revokedAt } = session;
  return { id, personId, secondFactor, network, agent, createdAt, seenAt, endsAt: endsAt(session), expiresAt, stepUpUntil, revokedAt };
}
