import { type Address, checksumAddress, zeroAddress } from 'viem';
import type { Destination, DestinationCheck } from '../rail.ts';

/** How users, wallets and exchanges write the network. */
const NETWORKS = new Set(['erc20', 'ethereum', 'eth', 'ethereumerc20']);
export const NETWORK = 'ERC-20';

/**
 * Checks `address` and `network` (may be left out). Addresses in mixed case must bear the right checksum (EIP-55), in one case they have none. Where money would be lost or come back
 * to us it is refused: the zero address, the token's own, our hot wallet. `network`: how the configuration names it, which is accepted as well.
 */
export function checkAddress(destination: Destination, own: { wallet: Address; token: Address; network: string }): DestinationCheck {
  const refused = (field: string, reason: string): DestinationCheck => ({ ok: false, code: 'DESTINATION_REFUSED', field, reason });
  const foreign = Object.keys(destination).find((field) => field !== 'address' && field !== 'network');
  if (foreign !== undefined) return refused(foreign, 'USDT (ERC-20) takes the fields address and network only.');
  const network = destination['network']?.trim() ?? NETWORK;
  if (network !== own.network && !NETWORKS.has(network.toLowerCase().replace(/[^a-z0-9]/g, ''))) {
    return refused('network', `This method pays on ${own.network} (${NETWORK}) only; USDT on another network needs a method of its own.`);
  }
  const text = destination['address']?.trim() ?? '';
  if (/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text)) return refused('address', 'This is a TRON address (TRC-20); here an Ethereum address (0x…) is needed.');
  if (!/^0x[0-9a-f]{40}$/i.test(text)) return refused('address', 'An address is 0x and 40 hexadecimal digits.');
  const digits = text.slice(2);
  const address = checksumAddress(`0x${digits.toLowerCase()}`);
  const mixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  if (mixed && address.slice(2) !== digits) return refused('address', 'The capital letters of the address do not fit (EIP-55 checksum): a character may be mistyped. Copy it again from the wallet.');
  if (address === zeroAddress) return refused('address', 'This is the zero address; what is sent there is lost.');
  if (address === own.token) return refused('address', "This is the token's own address; what is sent there is lost.");
  if (address === own.wallet) return refused('address', 'This is our own hot wallet; give the address of a wallet of yours.');
  return { ok: true, destination: { address, network: NETWORK }, shown: `${address.slice(0, 8)}…${address.slice(-6)} (${NETWORK})` };
}
