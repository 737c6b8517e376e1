import { createHash } from 'node:crypto';
import { z } from 'zod';
import { lockBroker } from '../../db/stores/brokers.ts';
import { addSource, changeSource, getSource, type ReportSource, sealedSecretOf, SOURCE_KINDS } from '../../db/stores/reportSources.ts';
import { profileNameIn } from '../schemas/common.ts';
import { sourcesWereChanged } from '../workflowCalls.ts';
import type { Applier } from './applier.ts';

const settings = z.record(z.string(), z.unknown());
/** `secret`: sealed under the source's id. The settings were checked by the schema of their kind when it was asked for. */
const Added = z.strictObject({ added: z.string(), kind: z.enum(SOURCE_KINDS), name: z.string(), settings, secret: z.string().nullable(), profileName: profileNameIn(), pollSeconds: z.int() });
const Changed = z.strictObject({ settings: settings.optional(), secret: z.string().nullable().optional(), profileName: profileNameIn().optional(), pollSeconds: z.int().optional() });
const Payload = z.union([Added, Changed]);

/**
 * A source is added, or points elsewhere: what it brings becomes money, so alone one could send in his own figures. The subject of a new one is
 * the broker.
 */
export const REPORT_SOURCE = {
  kind: 'report_source', payload: Payload,
  async before(tx, payload, { subject }) {
    if ('added' in payload) {
      await lockBroker(tx.db, subject.id);
      return null;
    }
    const { settings: was, profileName, pollSeconds } = await getSource(tx, subject.id, true);
    const sealed = await sealedSecretOf(tx, subject.id);
    return { settings: was, profileName, pollSeconds, secret: sealed === null ? null : `sha256 ${createHash('sha256').update(sealed).digest('hex').slice(0, 16)}` };
  },
  apply(tx, payload, { subject, at }): Promise<ReportSource> {
    if (!('added' in payload)) return changeSource(tx, subject.id, { settings: payload.settings, sealedSecret: payload.secret, profileName: payload.profileName, pollSeconds: payload.pollSeconds });
    const { added, secret, ...source } = payload;
    return addSource(tx, { ...source, id: added, brokerId: subject.id, sealedSecret: secret, at });
  },
  afterCommit: (deps, { brokerId }) => sourcesWereChanged(deps.client, brokerId),
} satisfies Applier<z.output<typeof Payload>, ReportSource>;
