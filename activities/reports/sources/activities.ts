import { alive } from '../../alive.ts';
import type { Dependencies } from '../../dependencies.ts';
import { refusing } from '../../failure.ts';
import { publicDns, type Resolver, systemResolver } from '../../webhooks/addresses.ts';
import { pollMailbox } from '../mail/pollMailbox.ts';
import { mailboxTest } from '../mail/testMailbox.ts';
import { pullApi } from './api/pullApi.ts';
import { pollDrop } from './drop/pollDrop.ts';
import type { LookInput } from './look.ts';
import { SOURCE_SETTINGS, type SourceSettings } from './settings.ts';
import { type MailboxTest, testSource, type TestInput } from './testSource.ts';

/** `resolve`: in the place of DNS; for tests. */
export interface SourceOptions { settings?: SourceSettings | undefined; resolve?: Resolver | undefined; testMailbox?: MailboxTest | undefined }

/** Fetching from the brokers' sources, for `reportPeriod` and `sourceTest`. Each is safe to run again: what was taken is known by its key. */
export function createSourceActivities({ pool, client, personal }: Pick<Dependencies, 'pool' | 'client' | 'personal'>, { settings = SOURCE_SETTINGS, resolve, testMailbox }: SourceOptions = {}) {
  const deps = { pool, client, personal, settings, resolve: resolve ?? (settings.allowPrivate ? systemResolver : publicDns()) };
  const step = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => refusing(() => alive(work));
  return {
    pullApi: (input: LookInput): Promise<{ received: number }> => step((signal) => pullApi(deps, input, signal)),
    pollMailbox: (input: LookInput): Promise<{ received: number }> => step((signal) => pollMailbox(deps, input, signal)),
    pollDrop: (input: LookInput): Promise<{ received: number }> => step((signal) => pollDrop(deps, input, signal)),
    testSource: (input: TestInput): Promise<void> => step((signal) => testSource(deps, input, testMailbox ?? mailboxTest(deps), signal)),
  };
}
