import { Decimal, plain } from '../../domain/decimal.ts';
import type { MonthOfPart } from '../../domain/statements/earnings.ts';
import { figuresOf } from '../../domain/statements/figures.ts';
import { addMoney, type MoneyState, NO_MONEY } from '../../domain/statements/money.ts';
import { partKey, type StatementPart } from '../../domain/statements/statement.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { MOVEMENTS, type StatementScope } from './statement.ts';

interface Sum { month: string | null; kind: string; state: MoneyState; brokerId: string; brokerName: string; programme: StatementPart['programme']; currency: string; amount: string }

/**
 * Opening, change and closing of a user's money by broker, programme and currency, and what happened in each month (UTC)
 * of it; both from one statement, so from one snapshot of the ledger.
 */
export async function statementParts(source: SqlSource, scope: StatementScope): Promise<{ parts: StatementPart[]; months: MonthOfPart[] }> {
  // One row for each part, month, kind and state; what is before the period has no month.
  const { rows } = await sqlOf(source).query<Sum>(
    `WITH account AS MATERIALIZED (SELECT id, kind, broker_id, programme, currency FROM ledger_account WHERE user_id = $1)
     SELECT g.*, g.amount::text AS amount, coalesce(b.name, g."brokerId") AS "brokerName" FROM (
       SELECT CASE WHEN j.effective_at >= coalesce($2::timestamptz, '-infinity') THEN to_char(j.effective_at AT TIME ZONE 'UTC', 'YYYY-MM') END AS month,
         j.kind::text AS kind, s.state, a.broker_id AS "brokerId", a.programme, a.currency, trim_scale(sum(s.amount)) AS amount
       FROM account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id ${MOVEMENTS}
       WHERE s.amount IS NOT NULL AND j.effective_at < coalesce($3::timestamptz, 'infinity') AND j.recorded_at <= $4::timestamptz
       GROUP BY 1, 2, 3, 4, 5, 6) g LEFT JOIN broker b ON b.id = g."brokerId"
     ORDER BY g.month NULLS FIRST, g."brokerId" COLLATE "C", g.programme, g.currency`,
    [scope.userId, scope.from, scope.to, scope.asKnownOn]);
  const within = rows.filter((row) => row.month !== null);
  const months = [...Map.groupBy(within, (row) => `${row.month}\n${partKey(row)}`).values()]
    .map((own) => ({ month: own[0]!.month!, ...named(own[0]!), figures: figuresOf(ownMoney(own)) }));
  const parts = [...Map.groupBy(rows, partKey)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => {
    const opening = moneyOf(own.filter((row) => row.month === null));
    const change = moneyOf(own.filter((row) => row.month !== null));
    return { ...named(own[0]!), opening, change, closing: addMoney(opening, change), figures: figuresOf(ownMoney(own.filter((row) => row.month !== null))) };
  });
  return { parts, months };
}

/** How many entries a statement has, counted no further than `limit`. */
export async function countStatementEntries(source: SqlSource, scope: StatementScope, limit: number): Promise<number> {
  const { rows } = await sqlOf(source).query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT FROM journal j WHERE j.id IN (SELECT p.journal_id FROM ledger_account a JOIN posting p ON p.account_id = a.id WHERE a.user_id = $1)
         AND j.effective_at >= coalesce($2::timestamptz, '-infinity') AND j.effective_at < coalesce($3::timestamptz, 'infinity') AND j.recorded_at <= $4::timestamptz
       LIMIT $5) counted`, [scope.userId, scope.from, scope.to, scope.asKnownOn, limit]);
  return rows[0]!.count;
}

const named = ({ brokerId, brokerName, programme, currency }: Sum): Pick<StatementPart, 'brokerId' | 'brokerName' | 'programme' | 'currency'> => ({ brokerId, brokerName, programme, currency });

/** What is paid is no longer the user's money with us. */
const ownMoney = (rows: readonly Sum[]): Sum[] => rows.filter((row) => row.state !== 'paid');

function moneyOf(rows: readonly Sum[]): StatementPart['opening'] {
  const money = { ...NO_MONEY };
  for (const { state, amount } of rows) money[state] = plain(new Decimal(money[state]).plus(amount));
  return money;
}
