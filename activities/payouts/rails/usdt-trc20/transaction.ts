import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../../../domain/problem.ts';
import { signedBy, type TronSigner } from './signer.ts';
import { tronweb } from './tronweb.ts';

/** A block to which a transaction refers, and the newest one's time: what signing needs of the chain. Kept as text in a `ready` answer. */
export interface ChainTerms { refNumber: number; refId: string; headAt: number }

const Terms = z.object({ refNumber: z.coerce.number().int().positive(), refId: z.string().regex(/^[0-9a-f]{64}$/), headAt: z.coerce.number().int().positive() });

/** Throws `Problem` RAIL_TERMS_MISSING: `prepare` without what `ready` answered. */
export function readTerms(terms: Readonly<Record<string, string>>): ChainTerms {
  const read = Terms.safeParse(terms);
  if (!read.success) throw new Problem('RAIL_TERMS_MISSING', 'A TRC-20 transfer cannot be prepared without the block that the node named; ask whether the rail is ready first.', { status: 500 });
  return read.data;
}

export interface TransferOrder {
  /** Hex addresses. */
  token: string; to: string;
  /** Units of the token. */
  units: bigint;
  feeLimitSun: bigint;
  expiresSeconds: number;
  /** Makes two orders of one amount to one address two transactions. */
  attemptId: string;
  terms: ChainTerms;
}

export interface SignedTransfer { bytes: Buffer; txId: string; /** Milliseconds, the chain's time. */ expiration: number }

const word = (hex: string): string => hex.padStart(64, '0');

/**
 * Builds and signs offline: the transaction's id is known before anything leaves, and the same order with the same terms gives the same bytes. TRON's transactions have no nonce, so two
 * orders that agree in everything would be one transaction, paid once: the attempt's id goes into the milliseconds of the time, of the expiration, and into the last digits of the fee
 * limit, of which the chain needs none exactly (10¹⁴ different ones). A signer that fails is no `Problem`: the payout is not given up for it.
 */
export async function signTransfer(signer: TronSigner, order: TransferOrder): Promise<SignedTransfer> {
  const { terms } = order;
  const digest = createHash('sha256').update(order.attemptId).digest();
  const expiration = terms.headAt + order.expiresSeconds * 1000 - digest.readUInt32BE(0) % 10_000;
  const transaction = {
    visible: false,
    raw_data: {
      contract: [{
        type: 'TriggerSmartContract',
        parameter: {
          type_url: 'type.googleapis.com/protocol.TriggerSmartContract',
          value: { owner_address: signer.address, contract_address: order.token, data: `a9059cbb${word(order.to.slice(2))}${word(order.units.toString(16))}` },
        },
      }],
      ref_block_bytes: terms.refId.slice(12, 16), ref_block_hash: terms.refId.slice(16, 32),
      expiration, timestamp: terms.headAt - digest.readUInt32BE(4) % 1_000_000, fee_limit: Number(order.feeLimitSun) - digest.readUInt32BE(8) % 10_000,
    },
  };
  const { txJsonToPb, txPbToRawDataHex, txPbToTxID } = await tronweb();
  const built: unknown = txJsonToPb(transaction);
  const raw = txPbToRawDataHex(built);
  const txId = txPbToTxID(built).replace(/^0x/, '');
  if (createHash('sha256').update(Buffer.from(raw, 'hex')).digest('hex') !== txId) throw new Error('the transaction that was built does not have the id that it should have');
  const signature = await signer.sign(txId);
  if (!await signedBy(signer.address, txId, signature)) throw new Error("the signer's signature is not the hot wallet's");
  return { bytes: Buffer.concat([field(1, Buffer.from(raw, 'hex')), field(2, Buffer.from(signature, 'hex'))]), txId, expiration };
}

/** A protobuf field with a length: `Transaction` is raw_data = 1 and signature = 2. */
function field(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 0x80) return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
  }
}
