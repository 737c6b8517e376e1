import type { LightMyRequestResponse } from 'fastify';
import { Secret, TOTP } from 'otpauth';
import { linkSecretOf, linkToken, type MailLinkPurpose } from '../../domain/identity/mailLinks.ts';
import { testPersonalData } from '../support/personal.ts';
import type { CallOptions, TestApi } from './support.ts';

export const PASSWORD = 'correct horse battery staple';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Keeps the cookie like a browser, and the secret of the second factor like a telephone. */
export class Visitor {
  readonly #api: TestApi;
  readonly agent: string;
  cookie: string | null = null;
  secret: string | null = null;
  constructor(api: TestApi, agent = FIREFOX) {
    this.#api = api;
    this.agent = agent;
  }
  async send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options: CallOptions = {}): Promise<LightMyRequestResponse> {
    const response = await this.#api.call(method, url, { ...options, key: '', headers: { 'user-agent': this.agent, ...(this.cookie === null ? {} : { cookie: `__Host-cashback=${this.cookie}` }), ...options.headers } });
    const set = response.cookies.find(({ name }) => name === '__Host-cashback');
    if (set) this.cookie = set.value === '' ? null : set.value;
    return response;
  }
  /** What the app on the telephone shows. */
  code(): string {
    return codeAt(this.secret!, this.#api.clock.now);
  }
  async signIn(mail: string, more: { password?: string; code?: string } = {}): Promise<LightMyRequestResponse> {
    return this.send('POST', '/v1/sign-in', { body: { mail, password: PASSWORD, ...more } });
  }
  /** Enrols a second factor, which also steps up. */
  async enrol(): Promise<string[]> {
    this.secret = (await this.send('POST', '/v1/second-factor', { body: { password: PASSWORD } })).json<{ secret: string }>().secret;
    return (await this.send('POST', '/v1/second-factor/confirm', { body: { code: this.code() } })).json<{ recoveryCodes: string[] }>().recoveryCodes;
  }
}

export const codeAt = (secret: string, now: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.parse(now) });

/** The token of the latest link that was to be mailed, made as the mail is. */
export async function latestLink(api: TestApi, purpose: MailLinkPurpose): Promise<string> {
  const { rows } = await api.pool.query<{ id: string }>('SELECT id FROM mail_token WHERE purpose = $1 ORDER BY id DESC LIMIT 1', [purpose]);
  return linkToken(rows[0]!.id, testPersonalData().token(linkSecretOf(purpose), rows[0]!.id));
}

/** Moves the API's clock; ISO durations are too much for tests. */
export function later(api: TestApi, { minutes = 0, seconds = 0 }: { minutes?: number; seconds?: number }): void {
  api.clock.now = new Date(Date.parse(api.clock.now) + minutes * 60_000 + seconds * 1000).toISOString();
}

/** Somebody who has signed up, confirmed and signed in. */
export async function signedUp(api: TestApi, mail: string, role: 'trader' | 'partner' = 'trader'): Promise<{ visitor: Visitor; personId: string; userId: string }> {
  const visitor = new Visitor(api);
  await visitor.send('POST', '/v1/sign-up', { body: { mail, password: PASSWORD, role } });
  const confirmed = (await visitor.send('POST', '/v1/sign-up/confirm', { body: { token: await latestLink(api, 'confirm_mail') } })).json<{ id: string; userId: string }>();
  await visitor.signIn(mail);
  return { visitor, personId: confirmed.id, userId: confirmed.userId };
}

/** An operator who was invited by `by` (or with a key as the first admin), accepted, signed in and enrolled. */
export async function operatorOf(api: TestApi, mail: string, role: 'support' | 'finance' | 'compliance' | 'admin', by?: Visitor): Promise<{ visitor: Visitor; personId: string }> {
  const body = { mail, role };
  const invited = by === undefined ? await api.call('POST', '/v1/operators', { body }) : await by.send('POST', '/v1/operators', { body });
  const visitor = new Visitor(api);
  await visitor.send('POST', '/v1/operators/accept', { body: { token: await latestLink(api, 'invitation'), password: PASSWORD } });
  await visitor.signIn(mail);
  await visitor.enrol();
  return { visitor, personId: invited.json<{ id: string }>().id };
}

/** What people were told, oldest first. */
export async function told(api: TestApi, personId: string): Promise<string[]> {
  const { rows } = await api.pool.query<{ kind: string }>('SELECT kind FROM notification WHERE person_id = $1 ORDER BY id', [personId]);
  return rows.map(({ kind }) => kind);
}
