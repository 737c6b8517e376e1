/** A row of the test broker's file; what is left out is an empty cell. */
export interface Row {
  ticket?: string;
  account?: string;
  symbol?: string;
  lots?: string;
  open?: string;
  close?: string;
  points?: string;
  commission?: string;
  kind?: string;
  amount?: string;
  status?: string;
  reference?: string;
}

const COLUMNS = ['ticket', 'account', 'symbol', 'lots', 'open', 'close', 'points', 'commission', 'kind', 'amount', 'status', 'reference'] as const;

export const csv = (rows: readonly Row[], end = '\n'): string => [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => row[column] ?? '').join(','))].join(end) + end;

export const profile = {
  format: 'csv' as const, dateFormat: 'iso', timeZone: 'UTC', level: 'trade' as const, full: true, server: 'S',
  columns: {
    ticket: 'ticket', account: 'account', symbol: 'symbol', lots: 'lots', openTime: 'open', closeTime: 'close', points: 'points',
    kind: 'kind', amount: 'amount', status: 'status', reference: 'reference',
  },
  kinds: { trade: ['', 'T'], reversal: ['R'], adjustment: ['A'], ignore: ['I'] },
  statuses: { '': null, ok: null, fraud: 'BROKER_FRAUD', partial: 'BROKER_RULE_PARTIAL_CLOSE' },
};

/** A trade that is paid wherever its account is linked: 1 lot of EURUSD, an hour long, 100 points. */
export const trade = (ticket: string, account = 'std', more: Row = {}): Row => ({
  ticket, account, symbol: 'EURUSD', lots: '1.00', open: '2026-11-06T10:00:00Z', close: '2026-11-06T11:00:00Z', points: '100', kind: 'T', ...more,
});

export const reversal = (reference: string, more: Row = {}): Row => ({ kind: 'R', account: 'std', reference, ...more });
export const adjustment = (amount: string, more: Row = {}): Row => ({ kind: 'A', account: 'std', amount, close: '2026-11-06T12:00:00Z', ...more });

export const WEEK1 = { from: '2026-11-02T00:00:00Z', to: '2026-11-09T00:00:00Z' };
export const WEEK2 = { from: '2026-11-09T00:00:00Z', to: '2026-11-16T00:00:00Z' };
export const WEEK3 = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' };

/** The broker of these tests: every kind of account, link, class and rate that a rule distinguishes. */
export const setup = {
  methodology: {
    pendingPeriod: 'P7D', payoutMinimum: '10', tierWindowDays: 30,
    tiers: [{ name: 'base', fromLots: '0', multiplier: '1' }, { name: 'gold', fromLots: '3', multiplier: '1.10' }, { name: 'top', fromLots: '7.5', multiplier: '1.333' }],
  },
  broker: {
    id: 'desk', servers: ['S'], agreement: { from: '2026-11-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
    accountTypes: { standard: { eligible: true, lotFactor: '1' }, cent: { eligible: true, lotFactor: '0.01' }, demo: { eligible: false, lotFactor: '1' } },
    symbols: { EURUSD: 'forex', GBPJPY: 'forex', XAUUSD: 'metals', US30: 'indices', WTI: 'energies', 'EURUSD.m': 'metals' },
    symbolSuffixes: ['m', '.m', '.pro', '#'], excludedClasses: ['indices'], rules: { minDurationSeconds: 180, minMovePoints: 30 },
  },
  rates: [
    { class: 'forex', perLot: '6', from: '2026-01-01T00:00:00Z' },
    { class: 'forex', perLot: '5.5', from: '2026-11-10T00:00:00Z', appliesTo: 'all' as const },
    { class: 'metals', perLot: '8', from: '2026-01-01T00:00:00Z' },
    { class: 'metals', perLot: '3', from: '2026-11-05T00:00:00Z', appliesTo: 'new' as const },
    { class: 'indices', perLot: '1', from: '2026-01-01T00:00:00Z' },
  ],
  users: [{ id: 'ann', tier: 'gold' }, { id: 'bob' }, { id: 'cyd', tier: 'base' }],
  accounts: [
    { login: 'std', server: 'S', type: 'standard', user: 'ann', linkRequestedAt: '2026-01-01T00:00:00Z', link: 'verified' as const },
    { login: 'cent', server: 'S', type: 'cent', user: 'ann', linkRequestedAt: '2026-01-01T00:00:00Z', link: 'verified' as const },
    { login: 'bob', server: 'S', type: 'standard', user: 'bob', linkRequestedAt: '2026-01-01T00:00:00Z', link: 'verified' as const },
    { login: 'late', server: 'S', type: 'standard', user: 'cyd', linkRequestedAt: '2026-11-05T09:00:00Z', link: 'verified' as const },
    { login: 'demo', server: 'S', type: 'demo', user: 'cyd', linkRequestedAt: '2026-11-05T09:00:00Z', link: 'verified' as const },
    { login: 'wait', server: 'S', type: 'standard', user: 'cyd', linkRequestedAt: '2026-01-01T00:00:00Z', link: 'requested' as const },
  ],
  profile,
};
