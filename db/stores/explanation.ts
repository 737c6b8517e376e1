import { explain, type ExplainedEntry, type Explanation } from '../../domain/explanation.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { getAccrual } from './accruals.ts';

/** Everything a person needs to follow an accrual back to the broker's file, with the sum worked out anew. */
export interface AccrualExplanation extends Explanation {
  accrualId: string;
  /** As posted, and after what was taken back later. */
  amount: string;
  takenBack: string;
  entries: ExplainedEntry[];
}

/** Of a line that was judged again, the outcome as it was known when the entry was posted. */
const known = (outcome: string): string => `(${outcome}.revision = 1 OR coalesce(${outcome}.known_at <= j.effective_at, true))`;

/** A posting's step, out of its journals' keys: without the link and what was done to it (differencePosting.ts). */
const stepOf = (entry: string): string => `regexp_replace(${entry}.journal_key, '(:[^:]*){2}$', '')`;

/** @throws Problem ACCRUAL_UNKNOWN */
export async function explainAccrual(source: SqlSource, accrualId: string): Promise<AccrualExplanation> {
  const accrual = await getAccrual(source, accrualId);
  const found = await sqlOf(source).query<ExplainedEntry>(
    `SELECT r.id AS "reportId", r.file_name AS "fileName", r.sha256 AS "fileSha256", l.line_number AS "lineNumber", l.row_number AS "rowNumber", l.raw, l.kind, l.ticket,
            trim_scale(n.amount)::text AS amount,
            CASE WHEN l.kind = 'aggregate' THEN
              (SELECT trim_scale(sum(s.lots))::text FROM report_line s
               JOIN LATERAL (SELECT so.key FROM line_outcome so WHERE so.report_no = s.report_no AND so.row_number = s.row_number AND ${known('so')} ORDER BY so.basis_id IS NULL, so.key IS NULL, so.revision DESC LIMIT 1) so ON true
               WHERE s.report_no = l.report_no AND s.server = l.server AND s.account = l.account AND so.key = o.key)
              ELSE trim_scale(l.lots)::text END AS "lots",
            trim_scale(b.lot_factor)::text AS "lotFactor", b.class, b.rate_id AS "rateId", rt.version AS "rateVersion", trim_scale(b.per_lot)::text AS "perLot", b.tier, trim_scale(b.multiplier)::text AS multiplier,
            m.version AS "methodologyVersion", trim_scale(o.amount)::text AS "lineAmount",
            coalesce((SELECT trim_scale(sum(p.amount))::text FROM earning_entry p WHERE p.earning_id = n.earning_id AND p.id < n.id
              AND ((p.report_no, p.row_number) <> (n.report_no, n.row_number) OR ${stepOf('p')} <> ${stepOf('n')})), '0') AS "earnedBefore",
            o.outcome, o.reason, n.journal_key AS "journalKey"
     FROM earning_entry n JOIN accrual a ON a.seq = n.accrual_seq JOIN report r ON r.no = n.report_no
     JOIN report_line l ON l.report_no = n.report_no AND l.row_number = n.row_number
     LEFT JOIN journal j ON j.idempotency_key = n.journal_key
     JOIN LATERAL (SELECT * FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number AND ${known('o')} ORDER BY o.basis_id IS NULL, o.revision DESC LIMIT 1) o ON true
     LEFT JOIN calculation_basis b ON b.id = o.basis_id LEFT JOIN rate rt ON rt.id = b.rate_id LEFT JOIN methodology m ON m.id = b.methodology_id
     WHERE a.id = $1 ORDER BY n.id`, [accrualId]);
  return { accrualId, amount: accrual.amount, takenBack: accrual.takenBack, ...explain(found.rows, accrual) };
}
