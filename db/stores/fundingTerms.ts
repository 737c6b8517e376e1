import { Decimal, plain } from '../../domain/decimal.ts';
import { checkDecimal } from '../../domain/decimalText.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { lockBroker, requireBroker } from './brokers.ts';
import type { Page } from './page.ts';

/** `exposureLimit`: USD of a broker's cashback that may be paid before the broker has paid us; null: any. In force from `effectiveFrom`, ISO. */
export interface FundingTerms { brokerId: string; version: number; effectiveFrom: string; exposureLimit: string | null }

interface Row { broker_id: string; version: number; effective_from: Date; exposure_limit: string | null }
const COLUMNS = 'broker_id, version, effective_from, exposure_limit';
const shown = (row: Row): FundingTerms => ({ brokerId: row.broker_id, version: row.version, effectiveFrom: row.effective_from.toISOString(), exposureLimit: row.exposure_limit === null ? null : plain(new Decimal(row.exposure_limit)) });

/** Stores the broker's next version. Throws BROKER_UNKNOWN | DECIMAL_INVALID | INSTANT_INVALID. */
export async function addFundingTerms(tx: Tx, input: Omit<FundingTerms, 'version'>): Promise<FundingTerms> {
  await requireBroker(tx.db, input.brokerId);
  if (input.exposureLimit !== null) checkDecimal(input.exposureLimit, 'exposureLimit');
  await lockBroker(tx.db, input.brokerId);
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO funding_terms (broker_id, version, effective_from, exposure_limit)
     SELECT $1, (SELECT coalesce(max(version), 0) + 1 FROM funding_terms WHERE broker_id = $1), $2, $3 RETURNING ${COLUMNS}`,
    [input.brokerId, normaliseInstant(input.effectiveFrom, 'effectiveFrom'), input.exposureLimit]);
  return shown(rows[0]!);
}

/** A page of a broker's versions in their order; the page's key is the version. */
export async function fundingTermsPage(source: SqlSource, brokerId: string, page: Page): Promise<FundingTerms[]> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM funding_terms WHERE broker_id = $1 AND version > $2::bigint ORDER BY version LIMIT $3`, [brokerId, page.after ?? '0', page.limit]);
  return rows.map(shown);
}

/** The version that was added last; null: there is none yet. */
export async function newestFundingTerms(source: SqlSource, brokerId: string): Promise<FundingTerms | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM funding_terms WHERE broker_id = $1 ORDER BY version DESC LIMIT 1`, [brokerId]);
  return rows[0] === undefined ? null : shown(rows[0]);
}

/** SQL for the limit of broker `b.id` at the instant `asOf`: of the versions in force the one that came into force last. */
export const limitSql = (broker: string, asOf: string): string =>
  `(SELECT t.exposure_limit FROM funding_terms t WHERE t.broker_id = ${broker} AND t.effective_from <= ${asOf}::timestamptz ORDER BY t.effective_from DESC, t.version DESC LIMIT 1)`;

/** Throws PAYMENT_DATE (422) for a day after that of `now`. */
export function checkDay(day: string, now: string, field: string): void {
  if (day > now.slice(0, 10)) throw new Problem('PAYMENT_DATE', `${day} has not come yet; give the day on which the money was booked.`, { at: { field } });
}
