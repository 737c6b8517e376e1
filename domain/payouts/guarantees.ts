import { Decimal, plain } from '../decimal.ts';

/**
 * What a rail promises, as data. The payout workflow decides from this declaration alone (`domain/payouts/decide.ts`);
 * a rail that promises too much here is how money is paid twice, so when in doubt promise less.
 * Amounts are decimal strings in the pay-out currency, times are whole seconds.
 */
export interface RailGuarantees {
  /** For how long after the first send the same key with the same bytes executes at most once. 0: keys are not honoured. */
  honoursKeysForSeconds: number | 'forever';
  /**
   * When a look-up's `not_found` proves that the attempt was not executed and never will be: never; once the attempt's
   * own expiry has passed; or so many seconds after its last send (and only if the rail had never accepted it).
   */
  provesNonExecution: 'never' | 'after_expiry' | { secondsAfterLastSend: number };
  /** What is final at this rail: only the booked or confirmed execution, or already the acceptance (then it is looked up at once). */
  finalOn: 'executed' | 'accepted';
  /** An accepted payment without a final answer after this is shown as unknown; it is never taken for failed. */
  settlesWithinSeconds: number;
  /** Whether an executed payment can come back later (bank return); then `lookUp` may answer `returned`. */
  canReturn: boolean;
  minimum: string;
  maximum: string | null;
  fee: string;
  feeBearer: 'company' | 'payee';
  /** Decimals that the rail pays; the rest of an amount is cut off and carried. Of a currency with others than these: `precisionOf`. */
  precision: number;
  currencyPrecision?: Readonly<Record<string, number>>;
  currencies: readonly string[];
  /** `batch`: attempts leave together in one file (`Rail.batch`). */
  mode: 'single' | 'batch';
  /** Bytes that are out may be replaced by others of which at most one can execute (`Rail.replace`), once they wait this long; missing: never. */
  replacesAfterSeconds?: number;
  /** A payout usually arrives within this of its sending; shown to the user. Missing: `settlesWithinSeconds`. */
  arrivesWithinSeconds?: number;
  /** Calls a second that the rail allows; its task queue is limited to it. Missing: unlimited. */
  callsPerSecond?: number;
  /** The network, as the user is shown it (`Ethereum, ERC-20`). */
  network?: string;
  /**
   * What a payment's reference is called (`transaction hash`), and where anybody can look at it: an address with `{reference}` in it. `fact`: that fact of the attempt, and not the rail's
   * reference, is what the payee can ask his side about.
   */
  reference?: { name: string; explorer?: string; fact?: string };
  /** A currency that is paid as if it were USD, and the rule in words; missing: rates are asked for. */
  peg?: { currency: string; rule: string };
}

/** Decimals of `currency` at this rail. */
export function precisionOf({ precision, currencyPrecision }: Pick<RailGuarantees, 'precision' | 'currencyPrecision'>, currency: string): number {
  return currencyPrecision?.[currency] ?? precision;
}

/** The least that a rail pays, USD with the fee that the payee bears; null: it has no minimum, or one in a currency whose rate it would take to know. */
export function minimumInUsd({ minimum, fee, feeBearer, currencies, peg }: RailGuarantees): string | null {
  const atPar = currencies.every((currency) => currency === 'USD' || currency === peg?.currency);
  const least = new Decimal(minimum).plus(feeBearer === 'payee' ? fee : 0);
  return atPar && least.gt(0) ? plain(least) : null;
}
