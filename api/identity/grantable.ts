import type { Role } from '../../db/stores/apiKeys.ts';
import { Problem } from '../../domain/problem.ts';
import { scopesOf } from '../access.ts';
import type { Caller } from '../plugins/auth.ts';

/**
 * Nobody gives a key more than he has: a trader or partner only his own role and user, a key only scopes it has itself.
 * Throws ROLE_NOT_ALLOWED (403), USER_UNKNOWN (404) or SCOPE_MISSING (403).
 */
export function requireGrantable(caller: Caller, wanted: { role: Role; scopes: readonly string[]; userId?: string | null | undefined }): void {
  if (caller.ownUserId !== null) {
    if (wanted.role !== caller.role) throw new Problem('ROLE_NOT_ALLOWED', `You can make keys with the role ${caller.role} only.`, { status: 403, at: { field: 'role' } });
    if (wanted.userId != null && wanted.userId !== caller.ownUserId) throw new Problem('USER_UNKNOWN', `There is no user "${wanted.userId}".`, { status: 404 });
  }
  if (caller.scopes.includes('*')) return;
  const beyond = (wanted.scopes.includes('*') ? scopesOf(wanted.role) : wanted.scopes).find((scope) => !caller.scopes.includes(scope));
  if (beyond !== undefined) throw new Problem('SCOPE_MISSING', `This key lacks the scope ${beyond}, so it cannot give it.`, { status: 403, facts: { scope: beyond } });
}
