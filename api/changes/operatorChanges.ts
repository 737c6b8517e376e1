import { z } from 'zod';
import { voidMailTokens } from '../../db/stores/mailTokens.ts';
import { anotherOperator, changePerson, lockPerson, type Person } from '../../db/stores/persons.ts';
import { Problem } from '../../domain/problem.ts';
import { sendLink } from '../identity/links.ts';
import { NewOperator } from '../schemas/identity.ts';
import type { Applier } from './applier.ts';

const Role = z.strictObject({ role: NewOperator.shape.role });
export interface AppointedOperator { id: string; role: Person['role']; state: Person['state'] }

/**
 * Gives an operator a role; one who has not accepted yet is invited by mail with it. A second operator agrees: else one could appoint
 * the second operator he needs.
 */
export const OPERATOR_ROLE = {
  kind: 'operator_role', payload: Role,
  async before(tx, _payload, { subject }) {
    const { state, role } = await lockPerson(tx, subject.id);
    return { state, role: state === 'unconfirmed' ? null : role };
  },
  async apply(tx, { role }, { subject, at }): Promise<AppointedOperator> {
    const who = await lockPerson(tx, subject.id);
    if (who.state === 'closed') throw new Problem('PERSON_CLOSED', 'This account is closed.', { status: 409 });
    if (role !== 'admin') await requireAnotherAdmin(tx, who);
    const appointed = await changePerson(tx, who.id, { role });
    if (who.state === 'unconfirmed') {
      await voidMailTokens(tx, who.id, ['invitation'], at);
      await sendLink(tx, appointed, 'invited', { purpose: 'invitation', at });
    }
    return { id: appointed.id, role: appointed.role, state: appointed.state };
  },
} satisfies Applier<z.output<typeof Role>>;

/** Throws LAST_ADMIN (409) where this admin is the only one who can sign in. */
export async function requireAnotherAdmin(tx: Parameters<typeof anotherOperator>[0], who: Person): Promise<void> {
  if (who.role === 'admin' && who.state === 'active' && !(await anotherOperator(tx, who.id, ['admin']))) {
    throw new Problem('LAST_ADMIN', 'This is the last admin; make another one first.', { status: 409 });
  }
}
