import { type Address, type Hex, type TransactionSerializableEIP1559 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { Problem } from '../../../../domain/problem.ts';

/** Who signs for the hot wallet: a key in this process, or a service that keeps it. The key itself is never handed out. */
export interface TransactionSigner {
  /** Checksummed. */
  readonly address: Address;
  /** The signed transaction, ready to be sent. The same transaction always gives the same bytes. */
  sign(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}

/** Throws `Problem` HOT_WALLET_KEY_INVALID, which says nothing of the key. */
export function keySigner(key: string): TransactionSigner {
  let account: ReturnType<typeof privateKeyToAccount>;
  try {
    account = privateKeyToAccount(`0x${key.trim().replace(/^0x/i, '')}`);
  } catch {
    // The library's own message would repeat what it was given.
    throw new Problem('HOT_WALLET_KEY_INVALID', "The hot wallet's key is not a private key: 32 bytes in hex.", { status: 500 });
  }
  const { address } = account;
  return {
    address,
    async sign(transaction) {
      try {
        return await account.signTransaction(transaction);
      } catch {
        throw new Error('the transaction could not be signed');
      }
    },
  };
}
