import type { Tx } from '../../db/connection.ts';
import { notify } from '../../db/stores/notifications.ts';
import type { Person } from '../../db/stores/persons.ts';
import type { NotificationKindName } from '../../domain/notifications/kinds.ts';

/** Tells a person something about his own sign-in. `facts` hold ids, codes and instants only; `event` sets apart what may come twice in an instant. */
export async function tell(tx: Tx, who: Pick<Person, 'id' | 'userId'>, kind: NotificationKindName, facts: Record<string, string>, at: string, event: string = at): Promise<void> {
  await notify(tx, [{ eventId: `${kind}:${who.id}:${event}`, userId: null, personId: who.id, kind, facts, at }]);
}
