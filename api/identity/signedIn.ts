import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../db/stores/audit.ts';
import type { Person } from '../../db/stores/persons.ts';
import { callerOf, type SignedInSession } from '../plugins/auth.ts';

/** The session behind an operation that only people who have signed in may do. */
export function sessionOf(request: FastifyRequest): SignedInSession {
  const { session } = callerOf(request);
  if (session === null) throw new Error('An operation for sessions was reached by a key');
  return session;
}

/** Who acts where nobody has signed in yet, but a password or a mailed link has shown who it is. */
export const actorOf = (who: Pick<Person, 'id' | 'role'>): Actor => ({ kind: 'nobody', id: who.id, principalId: who.id, role: who.role });
