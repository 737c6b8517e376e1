import type { Pool } from 'pg';
import type { Address } from 'viem';
import type { RailGuarantees } from '../../../../domain/payouts/guarantees.ts';
import type { EthereumNode } from './node.ts';
import type { TransactionSigner } from './signer.ts';

export interface UsdtErc20Config {
  id: string;
  pool: Pool;
  node: EthereumNode;
  signer: TransactionSigner;
  chainId: number;
  /** Checksummed. */
  token: Address;
  /** As the user is shown it. */
  network: string;
  /** Address with `{reference}` in it; null: none. */
  explorer: string | null;
  /** The chain's own coin, in which gas is paid. */
  coin: string;
  /** Blocks from the transaction's own on, after which what they say is final. */
  confirmations: number;
  minimum: string;
  maximum: string | null;
  fee: string;
  feeBearer: RailGuarantees['feeBearer'];
  /** Gas a transfer may use, and the most it may offer for it, in wei. */
  gasLimit: bigint;
  mostFeePerGas: bigint;
  replacesAfterSeconds: number;
  /** Below these (USDT, coin) operators are warned. */
  lowUsdt: string;
  lowCoin: string;
  /** Where the record begins, and how many blocks are asked for at once. */
  firstBlock: bigint;
  logBlocks: bigint;
  /** Nonces below this that our database does not know were looked into by operators. */
  knownNonce: bigint;
  /** Missing: unlimited. */
  callsPerSecond?: number;
  /** How long what the chain said of the wallet is good for (milliseconds). */
  cacheMs: number;
}
