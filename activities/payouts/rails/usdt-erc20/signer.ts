import { type Address, type Hex, type TransactionSerializableEIP1559 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { Problem } from '../../../../domain/problem.ts';

/** Who signs for the hot wallet: a key in this process, or a service that keeps it. The key itself is never handed out. */
export interface TransactionSigner {
  /** Checksummed; known without the key. */
  readonly address: Address;
  /** Why nothing can be signed here; null: it can. Never says anything of the key. */
  unusable(): Problem | null;
  /** The signed transaction, ready to be sent. The same transaction always gives the same bytes. Throws an `Error` that repeats nothing of the key. */
  sign(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}

/** Signs with a key that is read when it is first needed, and only if it is that wallet's: processes that never sign need none. `read` throws `Problem` where there is no key. */
export function keySigner(address: Address, read: () => string): TransactionSigner {
  let opened: { account: ReturnType<typeof privateKeyToAccount> } | { problem: Problem } | null = null;
  const open = (): { account: ReturnType<typeof privateKeyToAccount> } | { problem: Problem } => {
    opened ??= opening(address, read);
    return opened;
  };
  return {
    address,
    unusable() {
      const result = open();
      return 'problem' in result ? result.problem : null;
    },
    async sign(transaction) {
      const result = open();
      // No `Problem`: a payout is not given up for want of a key.
      if ('problem' in result) throw new Error(`the hot wallet cannot sign: ${result.problem.code}`);
      try {
        return await result.account.signTransaction(transaction);
      } catch {
        throw new Error('the transaction could not be signed');
      }
    },
  };
}

function opening(address: Address, read: () => string): { account: ReturnType<typeof privateKeyToAccount> } | { problem: Problem } {
  let key: string;
  try {
    key = read();
  } catch (error) {
    return { problem: error instanceof Problem ? error : new Problem('HOT_WALLET_KEY_INVALID', "The hot wallet's key cannot be read.", { status: 500 }) };
  }
  try {
    const account = privateKeyToAccount(`0x${key.trim().replace(/^0x/i, '')}`);
    if (account.address === address) return { account };
  } catch {
    // The library's own message would repeat what it was given.
    return { problem: new Problem('HOT_WALLET_KEY_INVALID', "The hot wallet's key is not a private key: 32 bytes in hex.", { status: 500 }) };
  }
  return { problem: new Problem('HOT_WALLET_KEY_DIFFERS', `The key is not that of the hot wallet ${address}; set USDT_ERC20_WALLET and the key of the same wallet.`, { status: 500 }) };
}
