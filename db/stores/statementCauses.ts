import type { StatementCause } from '../../domain/statements/statement.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** A journal by its idempotency key, with its cause as the ledger wrote it. */
export interface LedgerCause { key: string; type: string; id: string }

interface OfAccrual { id: string; report: StatementCause['report']; account: StatementCause['account'] }
interface OfReport { id: string; report: NonNullable<StatementCause['report']> }
interface OfHold { id: string; accrualId: string; reason: string }
interface OfLines { key: string; lines: number; tickets: string[]; accrualIds: string[]; account: StatementCause['account'] }

const REPORT = `json_build_object('id', r.id, 'fileName', r.file_name, 'from', to_char(p.period_from, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'to', to_char(p.period_to, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS report`;
const ACCOUNT = `json_build_object('id', t.id, 'server', t.server, 'login', t.login) AS account`;

/** What the causes of journals stand for, by the journals' keys: a look-up for each sort of cause, whatever their number. */
export async function statementCauses(source: SqlSource, causes: readonly LedgerCause[]): Promise<Map<string, StatementCause>> {
  const idsOf = (type: string): string[] => [...new Set(causes.filter((cause) => cause.type === type).map((cause) => cause.id))];
  const holds = await holdsById(source, idsOf('hold'));
  const accruals = await accrualsById(source, [...new Set([...idsOf('accrual'), ...[...holds.values()].map((hold) => hold.accrualId)])]);
  const reports = await reportsByNo(source, idsOf('report').filter((no) => /^\d{1,18}$/.test(no)));
  const takenBack = await takenBackLines(source, causes.filter((cause) => cause.type === 'report').map((cause) => cause.key));
  const posted = await postedLines(source, causes.filter((cause) => cause.type === 'accrual' && cause.key.endsWith(':posted')));
  return new Map(causes.map((cause): [string, StatementCause] => {
    const hold = cause.type === 'hold' ? holds.get(cause.id) : undefined;
    const accrualId = cause.type === 'accrual' ? cause.id : hold?.accrualId;
    const accrual = accrualId === undefined ? undefined : accruals.get(accrualId);
    const report = cause.type === 'report' ? reports.get(cause.id) : undefined;
    const lines = takenBack.get(cause.key) ?? posted.get(cause.key);
    return [cause.key, {
      type: cause.type, id: report?.report.id ?? cause.id, accrualIds: accrual !== undefined ? [accrual.id] : lines?.accrualIds ?? [],
      report: report?.report ?? accrual?.report ?? null, account: accrual?.account ?? lines?.account ?? null, holdReason: hold?.reason ?? null,
      lines: lines?.lines ?? null, tickets: lines?.tickets ?? [],
    }];
  }));
}

async function accrualsById(source: SqlSource, ids: readonly string[]): Promise<Map<string, OfAccrual>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<OfAccrual>(
    `SELECT a.id, ${REPORT}, ${ACCOUNT} FROM accrual a JOIN report r ON r.no = a.report_no JOIN report_period p ON p.id = a.period_id JOIN trading_account t ON t.id = a.trading_account_id
     WHERE a.id = ANY ($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

async function reportsByNo(source: SqlSource, nos: readonly string[]): Promise<Map<string, OfReport>> {
  if (nos.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<OfReport>(`SELECT r.no AS id, ${REPORT} FROM report r JOIN report_period p ON p.id = r.period_id WHERE r.no = ANY ($1::bigint[])`, [nos]);
  return new Map(rows.map((row) => [row.id, row]));
}

async function holdsById(source: SqlSource, ids: readonly string[]): Promise<Map<string, OfHold>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<OfHold>('SELECT id, accrual_id AS "accrualId", reason FROM hold WHERE id = ANY ($1)', [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

const FIRST_TICKETS = '(array_agg(l.ticket ORDER BY n.id) FILTER (WHERE l.ticket IS NOT NULL))[1:10]';

/** The lines behind what a report took back; the index of negative entries by journal serves it. */
async function takenBackLines(source: SqlSource, keys: readonly string[]): Promise<Map<string, OfLines>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<OfLines>(
    `SELECT g.key, g.lines, coalesce(g.tickets, '{}') AS tickets, coalesce(c.ids, '{}') AS "accrualIds", ${ACCOUNT}
     FROM (SELECT n.journal_key AS key, count(DISTINCT (n.report_no, n.row_number))::int AS lines, ${FIRST_TICKETS} AS tickets, array_agg(DISTINCT n.earning_id) AS earnings,
             min(e.account_link_id) AS link_id, array_agg(DISTINCT n.accrual_seq) FILTER (WHERE n.accrual_seq IS NOT NULL) AS seqs
           FROM earning_entry n JOIN earning e ON e.id = n.earning_id LEFT JOIN report_line l ON l.report_no = n.report_no AND l.row_number = n.row_number
           WHERE n.journal_key = ANY ($1) AND n.amount < 0 GROUP BY n.journal_key) g
     -- What had cleared was taken from the balance, not from an accrual: then the accruals are those that once brought it.
     LEFT JOIN LATERAL (SELECT (array_agg(a.id ORDER BY a.seq))[1:20] AS ids FROM accrual a
       WHERE a.seq = ANY (coalesce(g.seqs, ARRAY(SELECT o.accrual_seq FROM earning_entry o WHERE o.earning_id = ANY (g.earnings) AND o.accrual_seq IS NOT NULL)))) c ON true
     JOIN account_link k ON k.id = g.link_id JOIN trading_account t ON t.id = k.trading_account_id`, [keys]);
  return new Map(rows.map((row) => [row.key, row]));
}

/** The lines that an accrual was posted for. */
async function postedLines(source: SqlSource, posted: readonly LedgerCause[]): Promise<Map<string, Pick<OfLines, 'lines' | 'tickets' | 'account' | 'accrualIds'>>> {
  if (posted.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<{ key: string; lines: number; tickets: string[] | null }>(
    `SELECT n.journal_key AS key, count(DISTINCT (n.report_no, n.row_number))::int AS lines, ${FIRST_TICKETS} AS tickets
     FROM accrual a JOIN earning_entry n ON n.accrual_seq = a.seq LEFT JOIN report_line l ON l.report_no = n.report_no AND l.row_number = n.row_number
     WHERE a.id = ANY ($1) AND n.journal_key = ANY ($2) GROUP BY 1`, [posted.map((cause) => cause.id), posted.map((cause) => cause.key)]);
  return new Map(rows.map((row) => [row.key, { lines: row.lines, tickets: row.tickets ?? [], account: null, accrualIds: [] }]));
}
