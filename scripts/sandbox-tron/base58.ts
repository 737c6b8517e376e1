import { createHash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** Hex (`41…`, 21 bytes) of an address in base58check or already in hex; null: neither. */
export function addressHex(text: string): string | null {
  if (/^41[0-9a-f]{40}$/i.test(text)) return text.toLowerCase();
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    value = value * 58n + BigInt(digit);
  }
  const bytes = Buffer.from(value.toString(16).padStart(50, '0'), 'hex');
  if (bytes.length !== 25 || bytes[0] !== 0x41 || !sha256(sha256(bytes.subarray(0, 21))).subarray(0, 4).equals(bytes.subarray(21))) return null;
  return bytes.subarray(0, 21).toString('hex');
}

export function addressText(hex: string): string {
  const payload = Buffer.from(hex, 'hex');
  let value = BigInt(`0x${hex}${sha256(sha256(payload)).subarray(0, 4).toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)]! + text;
  return text;
}
