import type { Tx } from '../../../db/connection.ts';
import { loadAccountContexts, loadBrokerContext } from '../../../db/stores/brokerContext.ts';
import { getMethodology, methodologyInForce } from '../../../db/stores/methodologies.ts';
import { tiersToFix } from '../../../db/stores/userTiers.ts';
import type { AccountContext, BrokerContext, FixedTier, JudgedLine, LineFacts } from '../../../domain/eligibility/context.ts';
import { judgeAccount } from '../../../domain/eligibility/judgeAccount.ts';
import { repeatedTickets } from '../../../domain/eligibility/repeatedTickets.ts';
import type { ReportLine } from '../../../domain/reports/line.ts';
import type { KnownPeriod } from './period.ts';

/** Accounts whose links are loaded at a time. */
const ACCOUNTS = 5_000;

export interface JudgedSample {
  /** By row number. */
  outcomes: Map<number, Pick<JudgedLine, 'outcome' | 'reason' | 'detail' | 'key' | 'lots' | 'amount'>>;
  broker: BrokerContext;
  /** By server and login. */
  accounts: Map<string, { server: string; account: string; known: boolean; linked: boolean }>;
}

/**
 * Judges the lines of a sample by what is stored now, as `judgePage` judges a report's (the same functions of domain/eligibility on the same contexts), without
 * writing anything: a methodology and tiers that a first report would fix are worked out and not kept. Throws METHODOLOGY_MISSING.
 */
export async function judgeSample(tx: Tx, lines: readonly ReportLine[], period: KnownPeriod, adjustmentShare: string): Promise<JudgedSample> {
  const methodology = period.methodologyId === null ? await methodologyInForce(tx.db, period.from) : await getMethodology(tx.db, period.methodologyId);
  const tiers = new Map<string, FixedTier>((await tiersToFix(tx, { brokerId: period.brokerId, periodId: period.id, periodFrom: period.from }, methodology, period.posted))
    .map(({ userId, tier }) => [userId, { tier: tier.name, multiplier: tier.multiplier }]));
  const report = { brokerId: period.brokerId, periodId: period.id ?? 'none' };
  const broker = await loadBrokerContext(tx, report, adjustmentShare);
  const superseded = repeatedTickets(lines.map(factsOf));
  const judged: JudgedSample = { outcomes: new Map(), broker, accounts: new Map() };
  for (const [row, { reason, standing }] of superseded) judged.outcomes.set(row, { outcome: 'superseded', reason, detail: `Row ${standing} of the file counts.`, key: null, lots: '0', amount: '0' });

  const byAccount = [...Map.groupBy(lines, (line) => `${line.server ?? ''}\n${line.account ?? ''}`).values()];
  for (let from = 0; from < byAccount.length; from += ACCOUNTS) {
    const page = byAccount.slice(from, from + ACCOUNTS);
    const contextOf = await loadAccountContexts(tx, report, page.map(([first]) => ({ server: first!.server ?? '', account: first!.account ?? '' })));
    for (const own of page) {
      const [server, account] = [own[0]!.server ?? '', own[0]!.account ?? ''];
      const context = contextOf(server, account);
      judged.accounts.set(`${server}\n${account}`, { server, account, known: context.tradingAccountId !== null, linked: context.links.some((link) => link.status === 'verified') });
      const facts = own.filter((line) => !superseded.has(line.rowNumber)).map(factsOf);
      for (const { rowNumber, outcome, reason, detail, key, lots, amount } of judgeAccount(facts, broker, withTiers(context, tiers))) judged.outcomes.set(rowNumber, { outcome, reason, detail, key, lots, amount });
    }
  }
  return judged;
}

function withTiers(context: AccountContext, fixed: ReadonlyMap<string, FixedTier>): AccountContext {
  const tiers = new Map(context.tiers);
  for (const { userId } of context.links) {
    const tier = fixed.get(userId);
    if (tier !== undefined) tiers.set(userId, tier);
  }
  return { ...context, tiers };
}

/** A line as it will stand in the table of report lines, where missing names are empty texts. */
function factsOf(line: ReportLine): LineFacts {
  return { ...line, server: line.server ?? '', account: line.account ?? '' };
}
