import type { Rate } from '../../domain/calculation/rates.ts';
import type { AccountTypeTerms, BrokerTerms } from '../../domain/calculation/terms.ts';
import type { AccountContext, BrokerContext, FixedTier } from '../../domain/eligibility/context.ts';
import type { AccountLink } from '../../domain/eligibility/links.ts';
import type { Tx } from '../connection.ts';
import type { ReportWork } from './reportWork.ts';

/** What the lines of a broker's report are judged by, as stored now. */
export async function loadBrokerContext(tx: Tx, report: Pick<ReportWork, 'brokerId' | 'periodId'>, adjustmentShare: string): Promise<BrokerContext> {
  const agreements = await tx.client.query<{ active_from: Date; active_to: Date | null }>('SELECT active_from, active_to FROM agreement WHERE broker_id = $1', [report.brokerId]);
  const terms = await tx.client.query<{ id: string; effective_from: Date; account_types: Record<string, AccountTypeTerms>; excluded_classes: string[]; symbol_suffixes: string[]; min_duration_seconds: number | null; min_move_points: string | null }>(
    'SELECT * FROM broker_terms WHERE broker_id = $1 ORDER BY effective_from, version', [report.brokerId]);
  const rates = await tx.client.query<{ id: string; class: string; version: number; per_lot: string; effective_from: Date; applies_to: 'all' | 'new' }>(
    'SELECT * FROM rate WHERE broker_id = $1 ORDER BY class, effective_from, seq', [report.brokerId]);
  const symbols = await tx.client.query<{ symbol: string; class: string }>('SELECT symbol, class FROM broker_symbol WHERE broker_id = $1', [report.brokerId]);
  const byClass = new Map<string, Rate[]>();
  for (const row of rates.rows) {
    const rate: Rate = { id: row.id, class: row.class, version: row.version, perLot: row.per_lot, effectiveFrom: row.effective_from.toISOString(), appliesTo: row.applies_to };
    const list = byClass.get(row.class);
    if (list) list.push(rate);
    else byClass.set(row.class, [rate]);
  }
  return {
    periodId: report.periodId,
    agreements: agreements.rows.map((row) => ({ activeFrom: row.active_from.toISOString(), activeTo: row.active_to?.toISOString() ?? null })),
    terms: terms.rows.map((row): BrokerTerms => ({
      id: row.id, effectiveFrom: row.effective_from.toISOString(), accountTypes: row.account_types, excludedClasses: row.excluded_classes,
      symbolSuffixes: row.symbol_suffixes, minDurationSeconds: row.min_duration_seconds, minMovePoints: row.min_move_points,
    })),
    rates: byClass,
    symbols: new Map(symbols.rows.map((row) => [row.symbol, row.class])),
    adjustmentShare,
  };
}

const UNREGISTERED: AccountContext = { tradingAccountId: null, type: null, links: [], tiers: new Map() };

/** The trading accounts of a page of lines by `server login`, with their links and the period's tiers of those users. */
export async function loadAccountContexts(tx: Tx, report: Pick<ReportWork, 'brokerId' | 'periodId'>, accounts: readonly { server: string; account: string }[]): Promise<(server: string, account: string) => AccountContext> {
  const found = await tx.client.query<{ id: string; server: string; login: string; type: string; link_id: string | null; user_id: string; status: AccountLink['status']; requested_at: Date; ended_at: Date | null; tier: string | null; multiplier: string | null }>(
    `SELECT a.id, a.server, a.login, a.type, k.id AS link_id, k.user_id, k.status, k.requested_at, k.ended_at, t.tier, t.multiplier
     FROM unnest($2::text[], $3::text[]) AS wanted(server, login)
     JOIN trading_account a ON a.broker_id = $1 AND a.server = wanted.server AND a.login = wanted.login
     LEFT JOIN account_link k ON k.trading_account_id = a.id AND k.status <> 'rejected'
     LEFT JOIN user_tier t ON t.period_id = $4 AND t.user_id = k.user_id
     ORDER BY k.requested_at`, [report.brokerId, accounts.map((a) => a.server), accounts.map((a) => a.account), report.periodId]);
  const contexts = new Map<string, AccountContext & { links: AccountLink[]; tiers: Map<string, FixedTier> }>();
  for (const row of found.rows) {
    const name = `${row.server}\n${row.login}`;
    let context = contexts.get(name);
    if (context === undefined) {
      context = { tradingAccountId: row.id, type: row.type, links: [], tiers: new Map() };
      contexts.set(name, context);
    }
    if (row.link_id === null) continue;
    context.links.push({ id: row.link_id, userId: row.user_id, status: row.status, requestedAt: row.requested_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null });
    if (row.tier !== null && row.multiplier !== null) context.tiers.set(row.user_id, { tier: row.tier, multiplier: row.multiplier });
  }
  return (server, account) => contexts.get(`${server}\n${account}`) ?? UNREGISTERED;
}
