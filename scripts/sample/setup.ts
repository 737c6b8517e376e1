import { type CaseSetup, caseSetupSchema } from '../case/setup.ts';

export const BROKER = 'north';
export const SERVER = 'North-Live';

export interface SampleOptions {
  /** Trading accounts, logins `100000` and up, each its own user `u0`, `u1`, … */
  accounts: number;
  /** ISO duration; default `P7D`. */
  pendingPeriod?: string;
  /** USD; default `10.00`. */
  payoutMinimum?: string;
  /** This many of the last users have not yet proved a broker account to be theirs; default none. */
  unproven?: number;
  /** Whether a report states its whole period, so that a line that vanished is taken back. Default true. */
  full?: boolean;
  /** Links that wait for an operator instead of being verified: this many of the last accounts. */
  unverified?: number;
}

export const login = (account: number): string => String(100_000 + account);

/** A plain broker for tests, recordings and benchmarks: forex 6.00 and metals 8.00 USD a lot, one tier, one csv profile. */
export function sampleSetup(options: SampleOptions): CaseSetup {
  const accounts = Array.from({ length: options.accounts }, (_, i) => i);
  const verified = options.accounts - (options.unverified ?? 0);
  return caseSetupSchema.parse({
    methodology: {
      pendingPeriod: options.pendingPeriod ?? 'P7D', payoutMinimum: options.payoutMinimum ?? '10.00', tierWindowDays: 30,
      tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }],
    },
    broker: {
      id: BROKER, servers: [SERVER], agreement: { from: '2026-01-01T00:00:00Z', to: null }, accountTypes: { standard: { eligible: true, lotFactor: '1' } },
      symbols: { EURUSD: 'forex', XAUUSD: 'metals' },
    },
    rates: [{ class: 'forex', perLot: '6.00', from: '2026-01-01T00:00:00Z' }, { class: 'metals', perLot: '8.00', from: '2026-01-01T00:00:00Z' }],
    users: accounts.map((i) => ({ id: `u${i}`, ownership: i < options.accounts - (options.unproven ?? 0) ? 'confirmed' : 'missing' })),
    accounts: accounts.map((i) => ({ login: login(i), server: SERVER, type: 'standard', user: `u${i}`, linkRequestedAt: '2026-10-01T00:00:00Z', link: i < verified ? 'verified' : 'requested' })),
    profile: {
      format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: SERVER, full: options.full ?? true,
      columns: { ticket: 'ticket', account: 'account', symbol: 'symbol', lots: 'lots', closeTime: 'closed' },
    },
    steps: [],
  });
}
