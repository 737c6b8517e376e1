import type { AccountContext, BrokerContext, JudgedLine, LineFacts } from '../../../domain/eligibility/context.ts';
import { judgeAccount } from '../../../domain/eligibility/judgeAccount.ts';
import type { AccountLink } from '../../../domain/eligibility/links.ts';
import type { Rate } from '../../../domain/calculation/rates.ts';

/** A line that is paid as it stands: 1 lot of EURUSD, an hour long, 100 points. */
export const line = (more: Partial<LineFacts> = {}): LineFacts => ({
  rowNumber: 1, kind: 'trade', malformed: null, contentHash: 'h1', server: 'S', account: '1', ticket: '100', symbol: 'EURUSD', classText: null, class: null, bucket: null,
  lots: '1', openTime: '2026-11-06T10:00:00.000Z', closeTime: '2026-11-06T11:00:00.000Z', periodStart: null, points: '100', commission: null, amount: null, statusReason: null, ...more,
});

export const rate = (cls: string, perLot: string, effectiveFrom = '2026-01-01T00:00:00.000Z', appliesTo: Rate['appliesTo'] = 'all'): Rate => ({ id: `rat_${cls}_${perLot}`, class: cls, version: 1, perLot, effectiveFrom, appliesTo });
export const link = (more: Partial<AccountLink> = {}): AccountLink => ({ id: 'lnk_1', userId: 'usr_1', status: 'verified', requestedAt: '2026-01-01T00:00:00.000Z', endedAt: null, ...more });

export const broker = (more: Partial<BrokerContext> & { terms0?: Partial<BrokerContext['terms'][number]> } = {}): BrokerContext => {
  const { terms0, ...rest } = more;
  return {
    periodId: 'per_1', agreements: [{ activeFrom: '2026-11-01T00:00:00.000Z', activeTo: '2026-12-01T00:00:00.000Z' }],
    terms: [{
      id: 'trm_1', effectiveFrom: '1970-01-01T00:00:00.000Z', excludedClasses: ['indices'], symbolSuffixes: ['m', '.m', '.pro', '#', '.cash'], minDurationSeconds: 180, minMovePoints: '30',
      accountTypes: { standard: { eligible: true, lotFactor: '1' }, cent: { eligible: true, lotFactor: '0.01' }, demo: { eligible: false, lotFactor: '1' } }, ...terms0,
    }],
    rates: new Map([['forex', [rate('forex', '6')]], ['metals', [rate('metals', '8')]], ['indices', [rate('indices', '1')]]]),
    symbols: new Map([['EURUSD', 'forex'], ['GBPJPY', 'forex'], ['XAUUSD', 'metals'], ['US30', 'indices'], ['WTI', 'energies']]), adjustmentShare: '1', ...rest,
  };
};

export const account = (more: Partial<AccountContext> & { multiplier?: string } = {}): AccountContext => {
  const { multiplier, ...rest } = more;
  return { tradingAccountId: 'tac_1', type: 'standard', links: [link()], tiers: new Map(['usr_1', 'usr_2'].map((id) => [id, { tier: 'base', multiplier: multiplier ?? '1' }])), ...rest };
};

/** Judges the lines of one account and answers them in file order. */
export function judge(lines: readonly LineFacts[], b: BrokerContext = broker(), a: AccountContext = account()): JudgedLine[] {
  return judgeAccount(lines.map((own, i) => ({ ...own, rowNumber: i + 1 })), b, a).sort((x, y) => x.rowNumber - y.rowNumber);
}

/** Reason of a single line, `paid` where it is. */
export function reason(own: Partial<LineFacts>, b: BrokerContext = broker(), a: AccountContext = account()): string {
  const [judged] = judge([line(own)], b, a);
  return judged!.outcome === 'paid' ? 'paid' : (judged!.reason ?? judged!.outcome);
}
