import type { SourceKind } from '../../db/stores/reportSources.ts';
import { Problem } from '../../domain/problem.ts';
import { SOURCE_SETTINGS_SCHEMAS } from '../schemas/reportSources.ts';

/** `allowPrivate`: http and unencrypted mail too; where a name leads is checked at every look, not here. */
export interface ReachPolicy { allowPrivate: boolean }

/** Settings of a kind, checked and filled in. Throws SOURCE_SETTINGS_INVALID (422), SOURCE_URL_NOT_ALLOWED. */
export function readSettings(kind: SourceKind, settings: Record<string, unknown>, policy: ReachPolicy): Record<string, unknown> {
  const { success, data, error } = SOURCE_SETTINGS_SCHEMAS[kind].safeParse(settings);
  if (!success) {
    const issue = error.issues[0]!;
    const field = ['settings', ...issue.path].join('.');
    throw new Problem('SOURCE_SETTINGS_INVALID', `${field}: ${issue.message}.`, { at: { field } });
  }
  checkReach(kind, data, policy);
  return data;
}

/** Throws SOURCE_URL_NOT_ALLOWED. */
export function checkReach(kind: SourceKind, settings: object, { allowPrivate }: ReachPolicy): void {
  if (allowPrivate) return;
  const { url, endpoint, secure } = settings as { url?: string; endpoint?: string; secure?: string };
  const address = kind === 'api' ? url : kind === 's3' ? endpoint : undefined;
  if (address !== undefined && !address.startsWith('https://')) throw new Problem('SOURCE_URL_NOT_ALLOWED', 'A source is reached by https only: the secret goes along.', { at: { field: kind === 'api' ? 'settings.url' : 'settings.endpoint' } });
  if (kind === 'mailbox' && secure === 'none') throw new Problem('SOURCE_URL_NOT_ALLOWED', 'A mailbox is reached over TLS only: the password goes along.', { at: { field: 'settings.secure' } });
}

/** A source that has to prove itself needs something to prove it with. Throws SOURCE_SECRET_MISSING. */
export function checkSecret(kind: SourceKind, settings: object, hasSecret: boolean): void {
  const { auth } = settings as { auth?: { kind?: string } };
  if (!hasSecret && !(kind === 'api' && auth?.kind === 'none')) throw new Problem('SOURCE_SECRET_MISSING', 'The source has to prove who it is; give its password, key or token as `secret`.', { at: { field: 'secret' } });
}
