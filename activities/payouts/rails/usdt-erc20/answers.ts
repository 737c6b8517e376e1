import { z } from 'zod';

/* What a node answers, as far as the rail reads it. Quantities become bigint, hex stays lower case. */
export const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i).transform((hex) => BigInt(hex));
export const hex = z.string().regex(/^0x[0-9a-f]*$/i).transform((text) => text.toLowerCase() as `0x${string}`);

export const blockAnswer = z.object({ number: quantity, hash: hex, timestamp: quantity, baseFeePerGas: quantity.optional() });
/** A block with its transactions. */
export const fullBlockAnswer = z.object({ transactions: z.array(z.object({ hash: hex, from: hex, nonce: quantity })) });
export const logAnswer = z.object({ address: hex, topics: z.array(hex), data: hex, blockNumber: quantity, blockHash: hex, transactionHash: hex, logIndex: quantity, removed: z.boolean().optional() });
export type LogAnswer = z.infer<typeof logAnswer>;
export const receiptAnswer = z.object({
  transactionHash: hex, blockNumber: quantity, blockHash: hex, status: z.enum(['0x0', '0x1']), gasUsed: quantity, effectiveGasPrice: quantity, logs: z.array(logAnswer),
});
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;
/** `blockNumber` null: it waits in the mempool. */
export const transactionAnswer = z.object({ hash: hex, nonce: quantity, blockNumber: quantity.nullable() });
export const chainIdAnswer = quantity;
/** False, or how far a node is that still catches up. */
export const syncingAnswer = z.union([z.literal(false), z.object({})]);

/** ISO instant of a block. */
export const blockTime = (timestamp: bigint): string => new Date(Number(timestamp) * 1000).toISOString();
/** A block's number as a request names it. */
export const blockTag = (number: bigint): string => `0x${number.toString(16)}`;
