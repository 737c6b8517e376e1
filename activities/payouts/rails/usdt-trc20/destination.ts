import type { Destination, DestinationCheck } from '../rail.ts';
import { addressFault, addressHex } from './address.ts';

const ZERO = `41${'0'.repeat(40)}`;

/** Takes `address` (base58check) and, if the form asks for it, `network`. `own` and `token` are hex: money sent there would be lost or go round in a circle. */
export function checkDestination(destination: Destination, { own, token }: { own: string; token: string }): DestinationCheck {
  const refuse = (field: string, reason: string): DestinationCheck => ({ ok: false, code: 'DESTINATION_REFUSED', field, reason });
  const foreign = Object.keys(destination).find((field) => field !== 'address' && field !== 'network');
  if (foreign !== undefined) return refuse(foreign, 'USDT by TRC-20 takes the fields address and network only.');
  const network = destination['network']?.trim();
  if (network !== undefined && network !== '' && !/^(trc-?20|tron)$/i.test(network)) return refuse('network', `This method pays over TRON (TRC-20), not over ${network.slice(0, 40)}; choose the method of that network.`);
  const address = destination['address']?.trim() ?? '';
  const fault = addressFault(address);
  if (fault !== null) return refuse('address', fault);
  const hex = addressHex(address);
  if (hex === ZERO) return refuse('address', 'This is the zero address, to which no one has the key; enter your own.');
  if (hex === token) return refuse('address', "This is the address of the USDT contract itself; money sent there is lost. Enter your own wallet's address.");
  if (hex === own) return refuse('address', 'This is the address that we pay from; enter your own.');
  return { ok: true, destination: { address }, shown: `${address.slice(0, 4)}…${address.slice(-4)} (TRC-20)` };
}
