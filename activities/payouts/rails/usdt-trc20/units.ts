import { Decimal, plain } from '../../../../domain/decimal.ts';

/** Decimals of USDT; compared with what the token says before anything is signed. */
export const USDT_DECIMALS = 6;
/** Decimals of TRX: a sun is a millionth. */
const TRX_DECIMALS = 6;

/** Whole units of the token. The amount has at most six decimals. */
export function toUnits(amount: string): bigint { return BigInt(new Decimal(amount).times(Decimal.pow(10, USDT_DECIMALS)).toFixed(0)); }

export function fromUnits(units: bigint): string { return plain(new Decimal(units.toString()).dividedBy(Decimal.pow(10, USDT_DECIMALS))); }

/** `13.2855 TRX` of sun. */
export function trxText(sun: bigint): string { return `${plain(new Decimal(sun.toString()).dividedBy(Decimal.pow(10, TRX_DECIMALS)))} TRX`; }
