import { z } from 'zod';
import { lockPreferences, readPreferences, writePreferences } from '../../db/stores/mailPreferences.ts';
import { listNotifications, type Notification as Row } from '../../db/stores/notifications.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { Notification, NotificationQuery, Preferences, PreferencesChange } from '../schemas/notifications.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** What people are told, and of what they want mails. */
export function notificationRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Notifications';

  app.get('/v1/notifications', operation('listNotifications', { tag, summary: 'What happened, newest first', querystring: z.object({ ...pageQuery, ...NotificationQuery }), response: { 200: pageOf(Notification) } }), (request) => {
    const { ownUserId, actor } = callerOf(request);
    const { userId, kind } = request.query;
    const filter = defined({ userId, kind, own: ownUserId === null ? undefined : { userId: ownUserId, personId: actor.principalId } });
    return readPage<Row>(request.query, ({ id }) => id, ({ after, limit }) => listNotifications(pool, filter, { before: after ?? null, limit }));
  });
  app.get('/v1/me/notification-preferences', operation('getNotificationPreferences', { tag, summary: 'Of what you want mails', etag: true, response: { 200: Preferences } }), (request) => readPreferences(pool, callerOf(request).session!.personId));
  app.put('/v1/me/notification-preferences', operation('putNotificationPreferences', { tag, summary: 'Say of what you want mails', description: 'What is not named stays. Mails about security cannot be switched off.', body: PreferencesChange, etag: true, ifMatch: 'optional', response: { 200: Preferences } }), (request, reply) => {
    const { personId } = callerOf(request).session!;
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        audit.subject = { type: 'person', id: personId };
        await lockPreferences(tx, personId);
        const before = await readPreferences(tx, personId);
        requireMatch(request, before, { optional: true });
        audit.before = before;
        return writePreferences(tx, personId, defined(request.body), deps.now());
      },
    });
  });
}
