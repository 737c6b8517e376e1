import { createHash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
const checkSum = (payload: Buffer): Buffer => sha256(sha256(payload)).subarray(0, 4);

/** Hex of an address (`41…`, 42 lower-case digits), given in base58check or already in hex; null: it is none. Compared with tronweb in a test; written out because that library takes a second to load. */
export function addressHex(text: string): string | null {
  if (/^41[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase();
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text)) return null;
  let value = 0n;
  for (const character of text) value = value * 58n + BigInt(ALPHABET.indexOf(character));
  const bytes = Buffer.from(value.toString(16).padStart(50, '0'), 'hex');
  const payload = bytes.subarray(0, 21);
  return bytes.length === 25 && payload[0] === 0x41 && checkSum(payload).equals(bytes.subarray(21)) ? payload.toString('hex') : null;
}

/** Base58check of a hex address. */
export function addressText(hex: string): string {
  const payload = Buffer.from(hex, 'hex');
  let text = '';
  // The first byte is never zero, so that nothing is lost in front.
  for (let value = BigInt(`0x${hex}${checkSum(payload).toString('hex')}`); value > 0n; value /= 58n) text = ALPHABET.charAt(Number(value % 58n)) + text;
  return text;
}

/** Why a text is no address that can be paid, as a sentence for the user; null: it is one. Only base58check is taken: nothing else shows a mistyped character. */
export function addressFault(text: string): string | null {
  if (text === '') return 'Enter the TRON address; it begins with T and has 34 characters.';
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return 'This is an Ethereum address; for TRC-20 enter a TRON address, which begins with T. Money sent over the wrong network cannot be fetched back.';
  if (/^(0x)?41[0-9a-fA-F]{40}$/.test(text)) return 'This is a TRON address in hex, in which a mistyped character would not show; enter it as your wallet shows it, beginning with T.';
  if (/^(bc1|[13])[0-9A-Za-z]{20,}$/.test(text)) return 'This looks like a Bitcoin address; enter a TRON address, which begins with T.';
  const wrong = /[^1-9A-HJ-NP-Za-km-z]/.exec(text);
  if (wrong !== null) return `The character "${wrong[0]}" (the ${wrong.index + 1}. of the address) does not occur in TRON addresses; copy the address instead of typing it.`;
  if (!text.startsWith('T')) return 'A TRON address begins with T.';
  if (text.length !== 34) return `A TRON address has 34 characters, this one has ${text.length}; copy all of it.`;
  if (addressHex(text) === null) return "The address's check sum is wrong, so at least one character is mistyped; copy the address instead of typing it.";
  return null;
}
