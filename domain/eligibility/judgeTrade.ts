import { implausible, paidLine } from '../calculation/amount.ts';
import { confirmedRate } from '../calculation/rates.ts';
import { inForce } from '../calculation/terms.ts';
import { Decimal } from '../decimal.ts';
import type { AccountContext, BrokerContext, JudgedLine, LineFacts } from './context.ts';
import { linkFor } from './links.ts';
import { outcomeOf } from './reasons.ts';
import { classOfSymbol } from './symbols.ts';

const isZero = (figure: string): boolean => !/[1-9]/.test(figure);

/**
 * Judges one trade, or one aggregate whose rows were summed, by the first reason that applies in the order of cases/README;
 * without a reason it is paid: reported lots × lot factor × rate × multiplier, cut to 8 decimals (methodology §1, §3).
 * An aggregate is judged at its last millisecond, its link at its start.
 */
export function judgeTrade(line: LineFacts, key: string, broker: BrokerContext, account: AccountContext): JudgedLine {
  const lots = line.lots!;
  const closeTime = line.closeTime!;
  const { link, reason: linkReason } = linkFor(account.links, line.periodStart ?? closeTime);
  const not = (reason: string, detail: string | null = null): JudgedLine => ({
    rowNumber: line.rowNumber, outcome: outcomeOf(reason), reason, detail, key, closeTime, lots, amount: '0', basis: null,
    accountLinkId: link?.id ?? null, userId: link?.userId ?? null,
  });

  const malformed = (detail: string): JudgedLine => ({ ...not('MALFORMED', detail), key: null, lots: '0', accountLinkId: null, userId: null });
  if (lots.startsWith('-') && !isZero(lots)) return malformed(`Traded lots cannot be negative (${lots}).`);
  const tooManyLots = implausible('Lots', lots);
  if (tooManyLots !== null) return malformed(tooManyLots);
  if (link === null) return not('ACCOUNT_NOT_LINKED');
  if (linkReason === 'LINK_NOT_VERIFIED') return not('LINK_NOT_VERIFIED');
  const active = broker.agreements.some((a) => a.activeFrom <= closeTime && (a.activeTo === null || closeTime < a.activeTo));
  const terms = inForce(broker.terms, closeTime);
  if (!active || terms === null) return not('AGREEMENT_INACTIVE');
  const type = account.type !== null && Object.hasOwn(terms.accountTypes, account.type) ? terms.accountTypes[account.type] : undefined;
  if (type === undefined) return not('UNKNOWN_ACCOUNT_TYPE', `The terms in force at ${closeTime} do not name the account type "${account.type ?? ''}".`);
  if (!type.eligible) return not('ACCOUNT_TYPE_EXCLUDED', `Account type: ${account.type}.`);
  if (linkReason === 'LINKED_AFTER_TRADE') return not('LINKED_AFTER_TRADE', `Link requested ${link.requestedAt}, trade ${line.periodStart ?? closeTime}.`);
  if (line.statusReason !== null) return not(line.statusReason);

  const cls = line.symbol !== null ? classOfSymbol(line.symbol, broker.symbols, terms.symbolSuffixes) : line.class;
  if (cls === null) return not('UNKNOWN_SYMBOL', `No class is known for ${line.symbol !== null ? `symbol "${line.symbol}"` : `class text "${line.classText ?? ''}"`}.`);
  if (terms.excludedClasses.includes(cls)) return not('INSTRUMENT_EXCLUDED', `Class: ${cls}.`);
  const rate = confirmedRate(broker.rates.get(cls) ?? [], link.requestedAt, closeTime);
  if (rate === null) return not('UNKNOWN_SYMBOL', `Class ${cls} has no rate for this link at ${closeTime}.`);
  if (isZero(lots)) return not('ZERO_VOLUME_CLOSE_BY');
  if (terms.minDurationSeconds !== null && line.openTime !== null) {
    const held = Date.parse(closeTime) - Date.parse(line.openTime);
    if (held < terms.minDurationSeconds * 1000) return not('MIN_DURATION', `Open for ${held} ms, at least ${terms.minDurationSeconds} s are needed.`);
  }
  if (terms.minMovePoints !== null && line.points !== null && new Decimal(line.points).abs().lt(terms.minMovePoints)) {
    return not('MIN_MOVE', `Moved ${line.points} points, at least ${terms.minMovePoints} are needed.`);
  }

  const tier = account.tiers.get(link.userId);
  if (tier === undefined) throw new Error(`no tier was fixed for user ${link.userId} in period ${broker.periodId}`);
  const paid = paidLine(lots, type.lotFactor, rate.perLot, tier.multiplier);
  const tooMuch = implausible('Cashback', paid.amount);
  if (tooMuch !== null) return malformed(tooMuch);
  return {
    rowNumber: line.rowNumber, outcome: 'paid', reason: null, detail: null, key, closeTime,
    accountLinkId: link.id, userId: link.userId,
    lots: paid.lots,
    amount: paid.amount,
    basis: {
      userId: link.userId, accountLinkId: link.id, termsId: terms.id, class: cls, rateId: rate.id, perLot: rate.perLot,
      lotFactor: type.lotFactor, tier: tier.tier, multiplier: tier.multiplier,
    },
  };
}
