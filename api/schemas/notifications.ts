import { z } from 'zod';
import { NOTIFICATION_KINDS, type NotificationKindName } from '../../domain/notifications/kinds.ts';
import { MAIL_STATES } from '../../domain/notifications/mailStates.ts';
import { idIn, idOut, Instant, text } from './common.ts';
import { flag } from './paging.ts';

const security = z.boolean().meta({ description: 'Sign-in, passwords, second factor, payout methods: always true.' });
const money = z.boolean().meta({ description: 'Cashback and payouts.' });
const account = z.boolean().meta({ description: 'Trading accounts, ownership and verification.' });
const operations = z.boolean().meta({ description: 'What operators have to look at, and webhook endpoints.' });
export const Preferences = z.object({ security, money, account, operations }).meta({ id: 'NotificationPreferences', description: 'Whether mails of each kind are wanted.' });
export const PreferencesChange = z.strictObject({ security, money, account, operations }).partial().meta({ id: 'NotificationPreferencesChange' });

const kind = z.enum(Object.keys(NOTIFICATION_KINDS) as [NotificationKindName, ...NotificationKindName[]]);
export const Notification = z.object({
  id: idOut('ntf'), eventId: z.string().meta({ description: 'The same as the `webhook-id` of its webhooks.' }), userId: idOut('usr').nullable(), kind: z.string(), facts: z.record(z.string(), z.string()), at: Instant,
}).meta({ id: 'Notification' });
export const NotificationQuery = { userId: idIn('usr').optional(), kind: kind.optional() };

export const Mail = z.object({
  id: idOut('mal'), notificationId: idOut('ntf'), eventId: z.string(), kind: z.string(), personId: idOut('psn'), userId: idOut('usr').nullable(), state: z.enum(MAIL_STATES), attempts: z.int(),
  nextAttemptAt: Instant.nullable(), messageId: z.string().meta({ description: 'Of the message, made from event and person.' }), reason: z.string().nullable().meta({ description: 'Why it was not, or not yet, sent.' }),
  createdAt: Instant, settledAt: Instant.nullable(),
}).meta({ id: 'Mail', description: 'Neither address nor text is kept.' });
export const MailQuery = { state: z.enum(MAIL_STATES).optional(), personId: idIn('psn').optional(), userId: idIn('usr').optional(), kind: kind.optional() };

export const MailBounce = z.object({
  id: idOut('bnc'), personId: idOut('psn').nullable(), blockedAt: Instant.nullable().meta({ description: 'Since when nothing is sent to the address; null: mails are sent.' }),
  softBounces: z.int().meta({ description: 'How often it took nothing for the moment, since the last mail that it took.' }), reason: z.string(), lastAt: Instant,
}).meta({ id: 'MailBounce', description: 'An address that sent mails back; the address itself is not kept.' });
export const BounceQuery = { blocked: flag('Only those to which nothing is sent, or only the others.'), personId: idIn('psn').optional() };
export const NewBounce = z.strictObject({
  messageId: z.string().regex(/^<[^<>\s]{1,250}>$/, 'must be a Message-ID with its angle brackets').meta({ examples: ['<2c26b46b68ffc68ff99b453c1d30413413422d706483@example.org>'] }),
  kind: z.enum(['hard', 'soft']).meta({ description: '`hard`: there is no such address, nothing more is sent to it; `soft`: not now.' }),
  reason: text(200).optional().meta({ description: 'A code such as `5.1.1`; no address.', examples: ['5.1.1'] }),
}).meta({ id: 'NewMailBounce' });
