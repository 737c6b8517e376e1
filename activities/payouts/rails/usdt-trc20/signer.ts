import { Problem } from '../../../../domain/problem.ts';
import { addressHex, addressText } from './address.ts';
import { tronweb } from './tronweb.ts';

/** Signs for the hot wallet. Whoever implements it keeps the key to itself: a file, an HSM, a signing service. */
export interface TronSigner {
  /** The wallet's address, hex (`41…`). */
  readonly address: string;
  /** Why it cannot sign at the moment, as a sentence that shows nothing of the key; null: it can. */
  unavailable(): Promise<string | null>;
  /** 65 bytes (r, s, v) as hex over a 32-byte digest given as hex; the same digest gives the same signature. */
  sign(digest: string): Promise<string>;
}

/** A signer that holds the key in memory and shows it to no one. Throws `Problem` HOT_WALLET_KEY_INVALID, which says nothing of the key. */
export async function keySigner(privateKey: string): Promise<TronSigner> {
  const { ECKeySign, hexStr2byteArray } = await tronweb();
  const hex = privateKey.trim().replace(/^0x/i, '');
  const address = await addressOf(hex);
  const key = hexStr2byteArray(hex);
  return { address, unavailable: async () => null, sign: async (digest) => ECKeySign(hexStr2byteArray(digest), key).toLowerCase() };
}

/** Reads the key when it is first needed, and only uses it if it is `address`'s. Without one the rail is not ready, and nothing fails. `read` throws `Problem` where there is no key. */
export function lazySigner(address: string, read: () => string): TronSigner {
  const own = addressHex(address) ?? '';
  let opened: TronSigner | null = null;
  const open = async (): Promise<TronSigner> => {
    const signer = opened ?? await keySigner(read());
    if (signer.address !== own) throw new Problem('HOT_WALLET_KEY_DIFFERS', `The key is that of ${addressText(signer.address)}, and USDT_TRC20_WALLET names ${addressText(own)}.`, { status: 500 });
    opened = signer;
    return signer;
  };
  return {
    address: own,
    async unavailable() {
      try {
        await open();
        return null;
      } catch (error) {
        return error instanceof Problem ? error.message : 'the key cannot be opened';
      }
    },
    sign: async (digest) => (await open()).sign(digest),
  };
}

/** Whether `address` (hex) made the signature. */
export async function signedBy(address: string, digest: string, signature: string): Promise<boolean> {
  const { ecRecover } = await tronweb();
  try {
    return ecRecover(digest, signature).toLowerCase() === address;
  } catch {
    return false;
  }
}

async function addressOf(privateKey: string): Promise<string> {
  const { pkToAddress } = await tronweb();
  try {
    const address = addressHex(pkToAddress(privateKey, true));
    if (address !== null) return address;
  } catch {
    // The library's text could repeat the key.
  }
  throw new Problem('HOT_WALLET_KEY_INVALID', "The TRON hot wallet's key is not a private key: 32 bytes in hex.", { status: 500 });
}
