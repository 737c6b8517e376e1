/** What a transaction offers for its gas, in wei. */
export interface Fees { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }
export interface FeeMarket { baseFee: bigint; tip: bigint }

/** Room for a base fee that doubles while the transaction waits; never above the configured maximum. */
export function feesNow({ baseFee, tip }: FeeMarket, most: bigint): Fees {
  const maxFeePerGas = least(baseFee * 2n + tip, most);
  return { maxFeePerGas, maxPriorityFeePerGas: least(tip, maxFeePerGas) };
}

/** Whether blocks can take it at all at the moment: the configured maximum covers the base fee and a tip. */
export const affordable = ({ baseFee, tip }: FeeMarket, most: bigint): boolean => baseFee + tip <= most;

/** Blocks pass a transaction by that leaves them less than the tip that others pay: by its own tip, or by what its maximum leaves above the base fee. */
export const tooLow = ({ maxFeePerGas, maxPriorityFeePerGas }: Fees, { baseFee, tip }: FeeMarket): boolean => least(maxPriorityFeePerGas, maxFeePerGas - baseFee) < tip;

/**
 * Fees with which nodes take a transaction in another's place: both at least an eighth higher (go-ethereum asks for a tenth, others for an eighth), and no less than the market's.
 * Null: that would be above the maximum.
 */
export function bumped(old: Fees, market: FeeMarket, most: bigint): Fees | null {
  const now = feesNow(market, most);
  const maxFeePerGas = greatest(anEighthMore(old.maxFeePerGas), now.maxFeePerGas);
  const maxPriorityFeePerGas = greatest(anEighthMore(old.maxPriorityFeePerGas), now.maxPriorityFeePerGas);
  return maxFeePerGas > most ? null : { maxFeePerGas, maxPriorityFeePerGas: least(maxPriorityFeePerGas, maxFeePerGas) };
}

const anEighthMore = (fee: bigint): bigint => (fee * 9n + 7n) / 8n;
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
