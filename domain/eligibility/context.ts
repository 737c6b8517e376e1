import type { BrokerTerms } from '../calculation/terms.ts';
import type { Rate } from '../calculation/rates.ts';
import type { LineKind } from '../reports/line.ts';
import type { Outcome } from './reasons.ts';
import type { AccountLink } from './links.ts';

/** What a line is judged by: the facts of a staged report line that a rule reads. Lots as reported, instants ISO. */
export interface LineFacts {
  rowNumber: number;
  kind: LineKind | null;
  malformed: string | null;
  contentHash: string;
  server: string;
  account: string;
  ticket: string | null;
  symbol: string | null;
  classText: string | null;
  class: string | null;
  bucket: string | null;
  lots: string | null;
  openTime: string | null;
  closeTime: string | null;
  periodStart: string | null;
  points: string | null;
  commission: string | null;
  amount: string | null;
  statusReason: string | null;
}

/** A user's tier in the report period, fixed when its first version was posted. */
export interface FixedTier { tier: string; multiplier: string }

/** Everything of a broker and period that does not differ between accounts. */
export interface BrokerContext {
  periodId: string;
  /** [activeFrom, activeTo) of each agreement. */
  agreements: readonly { activeFrom: string; activeTo: string | null }[];
  /** Oldest first. */
  terms: readonly BrokerTerms[];
  /** By class, oldest first. */
  rates: ReadonlyMap<string, readonly Rate[]>;
  symbols: ReadonlyMap<string, string>;
  /** Share of a money adjustment that is the trader's (profile; default 1). */
  adjustmentShare: string;
}

/** One trading account as known when the report is judged; `type` null where nobody has registered the login. */
export interface AccountContext {
  tradingAccountId: string | null;
  type: string | null;
  links: readonly AccountLink[];
  tiers: ReadonlyMap<string, FixedTier>;
}

/** What a paid line was calculated with: stored once for all lines that share it. */
export interface Basis {
  userId: string;
  accountLinkId: string;
  termsId: string;
  class: string | null;
  rateId: string | null;
  perLot: string | null;
  lotFactor: string;
  tier: string;
  multiplier: string;
}

export interface JudgedLine {
  rowNumber: number;
  outcome: Outcome;
  reason: string | null;
  /** A sentence with the figures behind the reason, where there are any. */
  detail: string | null;
  /** What the line speaks of, unique per broker; null where nothing can be earned or known by it. */
  key: string | null;
  accountLinkId: string | null;
  userId: string | null;
  closeTime: string | null;
  /** Lots that count: standardised where paid, as reported elsewhere, 0 where the line adds none. */
  lots: string;
  /** USD the line earns in all. */
  amount: string;
  basis: Basis | null;
}
