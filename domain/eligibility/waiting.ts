import { classOfSymbol } from './symbols.ts';
import type { BrokerContext } from './context.ts';

/** Reasons of lines that wait until somebody says what is unknown; then they are judged again by themselves. */
export const WAITS_FOR_KNOWLEDGE = ['UNKNOWN_SYMBOL', 'UNKNOWN_ACCOUNT_TYPE'] as const;
export type WaitingReason = (typeof WAITS_FOR_KNOWLEDGE)[number];

/** What lines wait for, alike for many of them. `class` is what the profile made of the class text when it read the line. */
export interface Unknown {
  reason: WaitingReason;
  symbol: string | null;
  classText: string | null;
  class: string | null;
  accountType: string | null;
}

/**
 * The instrument classes that it may have: by any of the terms' suffixes, or by the profile's `classes` of today. Which of them applies
 * is only known for a trade, by its close.
 */
export function possibleClasses(unknown: Pick<Unknown, 'symbol' | 'classText' | 'class'>, broker: Pick<BrokerContext, 'terms' | 'symbols'>, classes: ReadonlyMap<string, string>): string[] {
  if (unknown.symbol === null) return [unknown.class ?? classes.get(unknown.classText ?? '')].filter((name) => name !== undefined);
  const found = broker.terms.map((terms) => classOfSymbol(unknown.symbol!, broker.symbols, terms.symbolSuffixes));
  return [...new Set(found.filter((name) => name !== null))];
}

/**
 * Whether lines that wait for this are worth judging again: no where every one of them would be told the same. Yes is no promise – a
 * rate or terms may begin after the trade.
 */
export function mayBeJudged(unknown: Unknown, broker: BrokerContext, classes: ReadonlyMap<string, string>): boolean {
  if (unknown.reason === 'UNKNOWN_ACCOUNT_TYPE') return unknown.accountType !== null && broker.terms.some((terms) => Object.hasOwn(terms.accountTypes, unknown.accountType!));
  return possibleClasses(unknown, broker, classes).some((name) => broker.rates.has(name) || broker.terms.some((terms) => terms.excludedClasses.includes(name)));
}

/** The classes that it may have, and those of them that have a rate at all. */
export function mayHave(unknown: Pick<Unknown, 'symbol' | 'classText' | 'class'>, broker: Pick<BrokerContext, 'terms' | 'symbols' | 'rates'>, classes: ReadonlyMap<string, string>): { possible: string[]; rated: string[] } {
  const possible = possibleClasses(unknown, broker, classes);
  return { possible, rated: possible.filter((name) => broker.rates.has(name)) };
}
