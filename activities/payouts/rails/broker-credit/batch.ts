import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { Problem } from '../../../../domain/problem.ts';
import { knownKeys } from '../../../../db/stores/knownKeys.ts';
import { entriesOf, movements } from '../../../../db/stores/railEntries.ts';
import { BankAway, type BankFolders } from '../bank/drop.ts';
import type { AttemptHandle, BatchInstruction, CommittedBatch, PreparedAttempt, Rail, RailEvent, RailReadiness, RailRecordEntry } from '../rail.ts';
import { creditFileName, orderIn, writeCredits } from './creditFile.ts';
import { handOver, type OpenFolders, stageFile } from './handOver.ts';
import { brokerGuarantees, brokerRailBase, type BrokerTerms } from './order.ts';
import { payoutOf } from './reference.ts';
import { isEnded } from './resultFile.ts';
import { judgeEntries, takeResults } from './results.ts';

export interface BrokerBatchConfig extends BrokerTerms {
  pool: Pool;
  /** Where files are handed over and results are fetched. */
  folders: OpenFolders;
  /** Text of every credit. */
  comment: string;
  /** Credits a file (default 1000). */
  most?: number;
}

/** Credits trading accounts by files: one with credits goes out, the broker's results come in. Only a result says what came of a credit; without one it is unknown, for however long. */
export function brokerBatchRail(config: BrokerBatchConfig): Rail {
  const { pool, folders } = config;
  const guarantees = { ...brokerGuarantees(config), mode: 'batch' as const, provesNonExecution: 'never' as const };
  const base = brokerRailBase(config, guarantees);
  const known = (keys: readonly string[]): Promise<Map<string, string | null>> => knownKeys(pool, base.id, keys);
  /** Files without their control line, as they looked the last time. */
  const unended = new Map<string, string>();

  return {
    ...base,
    async ready(signal): Promise<RailReadiness> {
      try {
        const open = await folders(signal);
        await open.list().finally(() => open.close());
        return { ready: true, terms: {} };
      } catch (error) {
        if (!(error instanceof BankAway)) throw error;
        return { ready: false, code: 'RAIL_UNREACHABLE', reason: `The folders of ${config.brokerId} cannot be used: ${error.message}`, retryAfterSeconds: 60 };
      }
    },
    submit: () => { throw new Problem('RAIL_MODE', `Credits at ${config.brokerId} leave in files.`); },
    batch: {
      most: config.most ?? 1000,
      async assemble({ batchId, attempts }: BatchInstruction): Promise<PreparedAttempt> {
        const { bytes, items, controlSum } = writeCredits(batchId, attempts.map((attempt) => orderIn(attempt.bytes)), config.comment);
        const facts = { fileName: creditFileName(batchId), items: String(items), controlSum };
        return { bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: batchId, expiresAt: null, facts };
      },
      stage: (batch: CommittedBatch, signal) => stageFile(folders, batch, creditFileName(batch.batchId), signal),
      submit: (batch: CommittedBatch, signal) => handOver(folders, batch, creditFileName(batch.batchId), signal),
    },
    async ingest(asOf: string, signal: AbortSignal): Promise<readonly RailEvent[]> {
      const events: RailEvent[] = [];
      let open: BankFolders | null = null;
      try {
        open = await folders(signal);
        for (const { name, mark } of (await open.list()).filter((file) => /\.csv$/i.test(file.name)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
          const bytes = await open.read(name);
          // Still being written, unless it has stayed the same since the last look.
          if (!isEnded(bytes) && unended.get(name) !== mark) {
            unended.set(name, mark);
            continue;
          }
          unended.delete(name);
          const taken = await takeResults({ pool, rail: base.id, known }, name, bytes, asOf);
          events.push(...taken.events);
          await open.move(name, taken.accepted ? 'done' : 'failed');
        }
      } catch (error) {
        // `ready` tells operators; what was read so far is kept.
        if (!(error instanceof BankAway)) throw error;
      } finally {
        await open?.close().catch(() => undefined);
      }
      return events;
    },
    lookUp: async (attempt: AttemptHandle) => judgeEntries((await entriesOf(pool, base.id, attempt)).filter(({ idempotencyKey }) => idempotencyKey === attempt.idempotencyKey)),
    async *record(from: string | null, to: string | null): AsyncIterable<RailRecordEntry> {
      for await (const { entryKey, kind, at, idempotencyKey, payoutId, railReference, amount, currency } of movements(pool, base.id, from, to)) {
        yield {
          sequence: entryKey, kind: kind === 'executed' ? 'executed' : 'returned', at, idempotencyKey, payoutId: payoutId ?? payoutOf(idempotencyKey), railReference,
          amount: amount ?? '0', currency: currency ?? config.currency, destination: {},
        };
      }
    },
  };
}
