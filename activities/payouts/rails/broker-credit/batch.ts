import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { withTransaction } from '../../../../db/connection.ts';
import { clearCondition, noteCondition, noteHappened } from '../../../../db/stores/railConditions.ts';
import { knownKeys } from '../../../../db/stores/knownKeys.ts';
import { entriesOf, movements } from '../../../../db/stores/railEntries.ts';
import { BankAway, type BankFolders, LARGEST_FILE } from '../bank/drop.ts';
import { forgetHappened } from '../files/happened.ts';
import { handOver, type OpenFolders, stageFile, withFolders } from '../files/handOver.ts';
import type { AttemptHandle, BatchInstruction, CommittedBatch, PreparedAttempt, Rail, RailEvent, RailRecordEntry } from '../rail.ts';
import { creditFile, creditFileName, creditLine } from './creditFile.ts';
import { brokerGuarantees, brokerRailBase, type BrokerTerms } from './order.ts';
import { payoutOf } from './reference.ts';
import { isEnded } from './resultFile.ts';
import { creditedBefore } from './creditedBefore.ts';
import { HAPPENED, judgeEntries, takeResults } from './results.ts';

export interface BrokerBatchConfig extends BrokerTerms {
  pool: Pool;
  /** Where files are handed over and results are fetched. */
  folders: OpenFolders;
  /** Text of every credit. */
  comment: string;
  /** Credits a file (default 1000). */
  most?: number;
}

const AWAY = 'BROKER_FOLDER_AWAY';

/** Credits trading accounts by files: one with credits goes out, the broker's results come in. Only a result says what came of a credit; without one it is unknown, for however long. */
export function brokerBatchRail(config: BrokerBatchConfig): Rail {
  const { pool, folders } = config;
  const guarantees = { ...brokerGuarantees(config), mode: 'batch' as const, provesNonExecution: 'never' as const };
  const base = brokerRailBase(config, guarantees, (order) => creditLine(order, config.comment));
  const known = (keys: readonly string[]): Promise<Map<string, string | null>> => knownKeys(pool, base.id, keys);
  /** Files without their control line, as they looked the last time. */
  const unended = new Map<string, string>();

  return {
    ...base,
    submit: async () => ({ kind: 'deferred', code: 'LEAVES_WITH_A_FILE', reason: 'these credits leave together in a file', retryAfterSeconds: 60 }),
    batch: {
      most: config.most ?? 1000,
      async assemble({ batchId, currency, attempts }: BatchInstruction): Promise<PreparedAttempt> {
        const { bytes, items, controlSum } = creditFile(batchId, currency, attempts.map(({ bytes: line, facts, amount, idempotencyKey }) => ({ line, amount, reference: facts['reference'] ?? idempotencyKey })));
        const facts = { fileName: creditFileName(batchId), items: String(items), controlSum };
        return { bytes, requestHash: createHash('sha256').update(bytes).digest('hex'), railReference: batchId, expiresAt: null, facts };
      },
      stage: ({ batchId, bytes }: CommittedBatch, signal) => stageFile(folders, bytes, creditFileName(batchId), signal),
      submit: (batch: CommittedBatch, signal, lastLook) => handOver(folders, batch, creditFileName(batch.batchId), batch.batchId, signal, lastLook),
      discard: (batchId, signal) => withFolders(folders, signal, (opened) => opened.tidy(creditFileName(batchId))),
    },
    async ingest(asOf: string, signal: AbortSignal): Promise<readonly RailEvent[]> {
      const events: RailEvent[] = [];
      let open: BankFolders | null = null;
      try {
        open = await folders(signal);
        for (const { name, size, mark } of (await open.list()).filter((file) => /\.csv$/i.test(file.name)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
          if (size > LARGEST_FILE) {
            await withTransaction(pool, (tx) => noteHappened(tx, { rail: base.id, code: 'BROKER_FILE_REFUSED', detail: `${name} has ${size} bytes, and no more than ${LARGEST_FILE} are read. It is kept in failed/; ask the broker for several smaller ones.`, at: asOf }));
            await open.move(name, 'failed');
            continue;
          }
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
        await withTransaction(pool, (tx) => clearCondition(tx, { rail: base.id, code: AWAY, at: asOf }));
        await forgetHappened(pool, base.id, HAPPENED, asOf);
      } catch (error) {
        if (!(error instanceof BankAway)) throw error;
        await withTransaction(pool, (tx) => noteCondition(tx, { rail: base.id, code: AWAY, detail: error.message, at: asOf }));
      } finally {
        await open?.close().catch(() => undefined);
      }
      return events;
    },
    lookUp: async (attempt: AttemptHandle) => judgeEntries((await entriesOf(pool, base.id, attempt)).filter(({ idempotencyKey }) => idempotencyKey === attempt.idempotencyKey)),
    takenBefore: (since, signal) => creditedBefore(pool, base.id, folders, since, signal),
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
