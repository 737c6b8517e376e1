import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { withTransaction } from '../../../../db/connection.ts';
import { clearCondition, noteCondition } from '../../../../db/stores/railConditions.ts';
import { entriesOf, movements, type NewRailEntry } from '../../../../db/stores/railEntries.ts';
import { fileOf } from '../../../../db/stores/payoutBatches.ts';
import { Decimal } from '../../../../domain/decimal.ts';
import type { RailGuarantees } from '../../../../domain/payouts/guarantees.ts';
import type { LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import type { FxRate } from '../../../../domain/payouts/quote.ts';
import { Problem } from '../../../../domain/problem.ts';
import { forgetHappened } from '../files/happened.ts';
import { handOver, type OpenFolders, stageFile, withFolders } from '../files/handOver.ts';
import type { BatchInstruction, CommittedBatch, PreparedAttempt, Rail, RailEvent } from '../rail.ts';
import { type BankCalendar, executionDay } from './bankDays.ts';
import { currencyOf } from './currency.ts';
import { checkDestination } from './destination.ts';
import { BankAway, type Incoming, LARGEST_FILE } from './drop.ts';
import { HAPPENED, keepFile } from './entries.ts';
import { outcomeOf } from './lookUp.ts';
import { toldBefore } from './toldBefore.ts';
import { type Debtor, transferFile, transferXml } from './pain001.ts';
import { endToEndIdOf, messageIdOf } from './references.ts';

export interface BankRailConfig {
  id?: string;
  pool: Pool;
  debtor: Debtor;
  folders: OpenFolders;
  currencies: readonly string[];
  calendar: BankCalendar;
  minimum: string; maximum: string | null; fee: string; feeBearer: RailGuarantees['feeBearer'];
  settlesWithinSeconds: number;
  /** A file of the bank is read once it has looked the same for so long. */
  settleMs: number;
  remittance: string;
  rate(currency: string, asOf: string, signal: AbortSignal): Promise<FxRate>;
  /** The clock of look-ups; default: this machine's. */
  now?(): Date;
  /** Transfers in one file; default 1,000. */
  most?: number;
}

const PLACES = 2;
const AWAY = 'BANK_FOLDER_AWAY';

/**
 * Bank transfers by file: pain.001 out; pain.002, camt.054, camt.053 and pacs.004 in. A file is never handed over twice unless it is proven that the bank cannot have seen the first;
 * a bank that says nothing leaves the outcome unknown, and only a booked debit is execution.
 */
export function bankRail(config: BankRailConfig): Rail {
  const { pool, debtor, currencies } = config;
  const id = config.id ?? 'bank';
  const seen = new Map<string, { mark: string; since: number }>();
  const guarantees: RailGuarantees = {
    honoursKeysForSeconds: 0, provesNonExecution: 'never', finalOn: 'executed', settlesWithinSeconds: config.settlesWithinSeconds, arrivesWithinSeconds: Math.min(config.settlesWithinSeconds, 2 * 86_400), canReturn: true,
    minimum: config.minimum, maximum: config.maximum, fee: config.fee, feeBearer: config.feeBearer, precision: PLACES, currencies, mode: 'batch', network: currencies.every((currency) => currency === 'EUR') ? 'SEPA' : 'Bank transfer',
    reference: { name: 'EndToEndId', fact: 'endToEndId' },
  };
  const validateDestination: Rail['validateDestination'] = (destination) => checkDestination(destination, { own: debtor.iban, currencies });

  return {
    id, guarantees, payeeField: 'holderName', validateDestination,
    // Of a destination that is refused nothing is paid, in whichever currency.
    currencyOf: (destination) => currencyOf(destination, currencies) ?? currencies[0]!,
    rate: (currency, asOf, signal) => config.rate(currency, asOf, signal),

    async prepare({ payoutId, idempotencyKey, amount, currency, destination }): Promise<PreparedAttempt> {
      const checked = validateDestination(destination);
      if (!checked.ok) throw new Problem('DESTINATION_REFUSED', `${checked.code}: ${checked.reason}`, { at: { field: checked.field } });
      const pays = new Decimal(amount);
      if (!currencies.includes(currency)) throw new Problem('CURRENCY_REFUSED', `Bank transfers are paid in ${currencies.join(', ')}, not in ${currency}.`);
      if (pays.lte(0) || pays.lt(config.minimum) || (config.maximum !== null && pays.gt(config.maximum)) || pays.decimalPlaces() > PLACES) {
        throw new Problem('AMOUNT_REFUSED', `A bank transfer pays from ${config.minimum}${config.maximum === null ? '' : ` to ${config.maximum}`} ${currency} with ${PLACES} decimals, not ${amount}.`);
      }
      const { iban, bic, holderName } = checked.destination;
      const endToEndId = endToEndIdOf(idempotencyKey);
      const bytes = Buffer.from(transferXml({ endToEndId, amount: pays.toFixed(PLACES), currency, holderName: holderName!, iban: iban!, bic: bic ?? null, remittance: `${config.remittance} ${payoutId.replace('_', '-')}` }));
      return { bytes, requestHash: sha256(bytes), railReference: endToEndId, expiresAt: null, facts: { endToEndId } };
    },
    submit: async () => ({ kind: 'deferred', code: 'LEAVES_WITH_A_FILE', reason: 'bank transfers leave together in a file', retryAfterSeconds: 60 }),
    async lookUp(attempt): Promise<LookUpOutcome> {
      const entries = await entriesOf(pool, id, attempt);
      const now = config.now?.() ?? new Date();
      const isOverdue = attempt.lastSentAt !== null && now.getTime() > Date.parse(attempt.lastSentAt) + config.settlesWithinSeconds * 1000;
      return outcomeOf(attempt, entries, entries.length === 0 ? await fileOf(pool, attempt.attemptId) : null, now.toISOString(), isOverdue);
    },

    /** Every file of the bank once: read ones go to `done/`, refused ones to `failed/`. */
    async ingest(asOf, signal): Promise<readonly RailEvent[]> {
      try {
        const events = await withFolders(config.folders, signal, async (folders) => {
          const told: RailEvent[] = [];
          const files = (await folders.list()).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
          for (const { name, size, mark } of settled(seen, files, config.settleMs)) {
            signal.throwIfAborted();
            const bytes = size > LARGEST_FILE ? null : await folders.read(name);
            const { outcome, entries } = await keepFile(pool, id, debtor.iban, { name, bytes, size: bytes?.length ?? size, mark, receivedAt: asOf }, (currency) => config.rate(currency, asOf, signal));
            await folders.move(name, outcome === 'refused' ? 'failed' : 'done');
            told.push(...entries.map(eventOf));
          }
          return told;
        });
        await withTransaction(pool, (tx) => clearCondition(tx, { rail: id, code: AWAY, at: asOf }));
        await forgetHappened(pool, id, HAPPENED, asOf);
        return events;
      } catch (error) {
        if (!(error instanceof BankAway)) throw error;
        await withTransaction(pool, (tx) => noteCondition(tx, { rail: id, code: AWAY, detail: error.message, at: asOf }));
        return [];
      }
    },

    takenBefore: (since, signal) => toldBefore(pool, id, debtor.iban, config.folders, since, signal),
    async* record(from, to) {
      for await (const { id: sequence, kind, at, idempotencyKey, payoutId, railReference, amount, currency, settledUsd } of movements(pool, id, from, to)) {
        if (kind !== 'executed' && kind !== 'returned') continue;
        yield { sequence, kind, at, idempotencyKey, payoutId, railReference, amount: amount ?? '0', currency: currency ?? currencies[0]!, ...(settledUsd !== null && { settledUsd }), destination: {} };
      }
    },

    batch: {
      most: config.most ?? 1_000,
      dayOf: (asOf) => executionDay(config.calendar, asOf),
      async assemble({ batchId, currency, day, attempts, asOf }: BatchInstruction): Promise<PreparedAttempt> {
        const messageId = messageIdOf(batchId);
        const transfers = attempts.map(({ bytes, facts, amount }) => ({ xml: bytes.toString(), endToEndId: facts['endToEndId'] ?? '', amount }));
        const bytes = transferFile({ messageId, createdAt: asOf, currency, day, debtor, transfers });
        return { bytes, requestHash: sha256(bytes), railReference: messageId, expiresAt: null, facts: { messageId } };
      },
      stage: ({ batchId, bytes }: CommittedBatch, signal) => stageFile(config.folders, bytes, fileName(batchId), signal),
      submit: (batch: CommittedBatch, signal, lastLook) => handOver(config.folders, batch, fileName(batch.batchId), messageIdOf(batch.batchId), signal, lastLook),
      discard: (batchId, signal) => withFolders(config.folders, signal, (folders) => folders.tidy(fileName(batchId))),
    },
  };
}

const fileName = (batchId: string): string => `${messageIdOf(batchId)}.xml`;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Files that have looked the same for so long; those that are seen the first time are remembered. */
function settled(seen: Map<string, { mark: string; since: number }>, files: readonly Incoming[], settleMs: number): Incoming[] {
  const now = performance.now();
  for (const name of seen.keys()) if (!files.some((file) => file.name === name)) seen.delete(name);
  return files.filter(({ name, mark }) => {
    const before = seen.get(name);
    if (before?.mark !== mark) seen.set(name, { mark, since: now });
    return settleMs === 0 || (before?.mark === mark && now - before.since >= settleMs);
  });
}

function eventOf({ entryKey, kind, at, idempotencyKey, railReference }: NewRailEntry): RailEvent {
  return { eventId: entryKey, type: kind === 'pending' ? 'other' : kind, occurredAt: at, idempotencyKey, railReference };
}
