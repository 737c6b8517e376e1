import { createDecipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import { concatBytes, hexToBytes, type Hex, keccak256 } from 'viem';
import { z } from 'zod';
import { Problem } from '../../../../domain/problem.ts';

const hexText = z.string().regex(/^(0x)?([0-9a-f]{2})+$/i).transform((text) => Buffer.from(text.replace(/^0x/, ''), 'hex'));
const Keystore = z.object({
  version: z.literal(3),
  crypto: z.object({
    cipher: z.literal('aes-128-ctr'), ciphertext: hexText, cipherparams: z.object({ iv: hexText }), mac: hexText,
    kdf: z.enum(['scrypt', 'pbkdf2']),
    kdfparams: z.object({
      dklen: z.int().min(32).max(64), salt: hexText, n: z.int().min(2).max(1 << 20).optional(), r: z.int().min(1).max(32).optional(), p: z.int().min(1).max(16).optional(),
      c: z.int().min(1).max(10_000_000).optional(), prf: z.literal('hmac-sha256').optional(),
    }),
  }),
});

/** The key in an encrypted keystore (Web3 Secret Storage, version 3, as geth and most wallets write it). Throws `Problem` KEYSTORE_UNREADABLE, which repeats neither content nor password. */
export function openKeystore(json: string, password: string): Hex {
  const parsed = Keystore.safeParse(parse(json));
  if (!parsed.success) throw unreadable('it is no keystore of version 3 (aes-128-ctr, scrypt or pbkdf2)');
  const { ciphertext, cipherparams, mac, kdf, kdfparams } = parsed.data.crypto;
  const derived = deriveKey(password, kdf, kdfparams);
  const expected = Buffer.from(hexToBytes(keccak256(concatBytes([derived.subarray(16, 32), ciphertext]))));
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw unreadable('the password does not open it');
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), cipherparams.iv);
  return `0x${Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('hex')}`;
}

function deriveKey(password: string, kdf: 'scrypt' | 'pbkdf2', { salt, dklen, n = 262_144, r = 8, p = 1, c = 262_144 }: z.infer<typeof Keystore>['crypto']['kdfparams']): Buffer {
  try {
    return kdf === 'scrypt' ? scryptSync(password, salt, dklen, { N: n, r, p, maxmem: 256 * (n + p) * r + 1_000_000 }) : pbkdf2Sync(password, salt, c, dklen, 'sha256');
  } catch {
    throw unreadable('its key derivation has parameters that cannot be computed here');
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const unreadable = (why: string): Problem => new Problem('KEYSTORE_UNREADABLE', `The hot wallet's keystore cannot be opened: ${why}.`, { status: 500 });
