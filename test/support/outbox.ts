import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { fanOut } from '../../activities/notifications/fanOut.ts';
import { sendPage, type SentPage } from '../../activities/notifications/sendPage.ts';
import { MAIL_SETTINGS, type MailSettings } from '../../activities/notifications/settings.ts';
import { smtpTransport } from '../../activities/notifications/smtp.ts';
import type { MailTransport } from '../../activities/notifications/transport.ts';
import { createPool } from '../../db/connection.ts';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { type Mail, listMails } from '../../db/stores/mails.ts';
import { type NewNotification, notify } from '../../db/stores/notifications.ts';
import { mailIndexOf } from '../../db/stores/persons.ts';
import { newId } from '../../domain/ids.ts';
import { freshDatabase } from './database.ts';
import { testPersonalData } from './personal.ts';

export const AT = '2026-11-16T09:00:00.000Z';
export const FROM = { name: 'Cashback', address: 'no-reply@cashback.test' };

export interface OutboxFixture {
  pool: Pool;
  appUrl: string;
  ownerUrl: string;
  personal: PersonalData;
  /** A user with somebody who signs in for him. */
  user(address?: string): Promise<{ userId: string; personId: string; address: string }>;
  operator(role: string, address: string): Promise<string>;
  tell(notification: Partial<NewNotification> & Pick<NewNotification, 'kind'>): Promise<string>;
  fanOut(asOf?: string): Promise<void>;
  settings(transport: string | MailTransport, more?: Partial<MailSettings>): MailSettings & { transport: MailTransport };
  send(transport: string | MailTransport, asOf?: string, more?: Partial<MailSettings>): Promise<SentPage>;
  mails(): Promise<Mail[]>;
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

/** Starting is accepted and forgotten. */
export const withoutTemporal = { workflow: { start: async () => undefined } } as unknown as Client;

let counter = 0;

/** A fresh database with people to write to. */
export async function outboxFixture(personal: PersonalData = testPersonalData()): Promise<OutboxFixture> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 12, onError: () => {} });
  const person = async (role: string, userId: string | null, address: string): Promise<string> => {
    const id = newId('person');
    await pool.query(
      `INSERT INTO person (id, role, user_id, state, mail, mail_index, password_hash, created_at, confirmed_at) VALUES ($1, $2, $3, 'active', $4, $5, 'x', $6, $6)`,
      [id, role, userId, await personal.seal(pool, id, address), mailIndexOf(personal, address), AT]);
    return id;
  };
  const settings: OutboxFixture['settings'] = (transport, more = {}) => ({
    ...MAIL_SETTINGS, from: FROM, publicUrl: 'https://app.cashback.test', ...more,
    transport: typeof transport === 'string' ? smtpTransport({ url: transport, from: FROM, connectMs: 3_000, mailMs: 2_000 }) : transport,
  });
  return {
    pool, appUrl: database.appUrl, ownerUrl: database.ownerUrl, personal, settings,
    async user(address = `trader${++counter}@mail.test`) {
      const userId = newId('user');
      await pool.query(`INSERT INTO app_user (id, external_id, status, created_at) VALUES ($1, $1, 'active', $2)`, [userId, AT]);
      return { userId, personId: await person('trader', userId, address), address };
    },
    operator: (role, address) => person(role, null, address),
    async tell(notification) {
      const eventId = notification.eventId ?? `event:${++counter}`;
      await notify(pool, [{ userId: null, facts: {}, at: AT, ...notification, eventId }]);
      return eventId;
    },
    fanOut: async (asOf = AT) => void (await fanOut({ pool, client: withoutTemporal }, settings('smtp://127.0.0.1:1'), asOf)),
    send: (transport, asOf = AT, more = {}) => sendPage({ pool, personal }, settings(transport, more), asOf),
    mails: async () => (await listMails(pool, {}, { before: null, limit: 1_000 })).reverse(),
    rows: async <T>(sql: string, values: unknown[] = []): Promise<T[]> => (await pool.query(sql, values)).rows as T[],
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

/** A kind that needs few facts. */
export const PAID = { kind: 'payout_paid', facts: { payoutId: 'pay_1', amount: '12.5', currency: 'USD' } } as const;
