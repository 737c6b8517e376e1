import { createDecipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import { keccak256 } from 'viem';
import { z } from 'zod';
import { Problem } from '../../../../domain/problem.ts';

/** A keystore has a kilobyte. */
const MOST_CHARACTERS = 16_384;
/** Memory that scrypt may take (wallets' usual parameters take 256 MiB), and steps, some seven times as many as are usual. */
const MOST_BYTES = 512 << 20;
const MOST_STEPS = 1 << 24;

const hex = (bytes: number, atMost = bytes) => z.string().regex(/^(0x)?([0-9a-f]{2})+$/i).transform((text) => Buffer.from(text.replace(/^0x/i, ''), 'hex'))
  .refine(({ length }) => length >= bytes && length <= atMost);
const derived = { dklen: z.int().min(32).max(64), salt: hex(1, 256) };
const sealed = { cipher: z.literal('aes-128-ctr'), ciphertext: hex(32), cipherparams: z.object({ iv: hex(16) }), mac: hex(32) };
const Keystore = z.object({
  version: z.literal(3),
  crypto: z.discriminatedUnion('kdf', [
    z.object({
      ...sealed, kdf: z.literal('scrypt'),
      kdfparams: z.object({ ...derived, n: z.int().min(2), r: z.int().min(1), p: z.int().min(1) }).refine(({ n, r, p }) => 128 * r * (n + p) <= MOST_BYTES && n * r * p <= MOST_STEPS),
    }),
    z.object({ ...sealed, kdf: z.literal('pbkdf2'), kdfparams: z.object({ ...derived, c: z.int().min(1).max(10_000_000), prf: z.literal('hmac-sha256') }) }),
  ]),
});
type Crypto = z.infer<typeof Keystore>['crypto'];

/**
 * The private key, 64 hex digits, in an encrypted keystore (Web3 Secret Storage, version 3, as wallets of Ethereum and TRON write it).
 * Throws `Problem` KEYSTORE_UNREADABLE, which repeats neither content nor password; also for parameters that would take too much memory or time.
 */
export function openKeystore(json: string, password: string): string {
  const parsed = Keystore.safeParse(parse(json));
  if (!parsed.success) throw unreadable(`it is no keystore of version 3 with scrypt or pbkdf2, or one that takes too much to open (${[...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'the file'))].join(', ')})`);
  const { crypto } = parsed.data;
  const key = derive(password, crypto);
  const mac = Buffer.from(keccak256(Buffer.concat([key.subarray(16, 32), crypto.ciphertext]), 'bytes'));
  if (!timingSafeEqual(mac, crypto.mac)) throw unreadable('the password is wrong');
  const decipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), crypto.cipherparams.iv);
  return Buffer.concat([decipher.update(crypto.ciphertext), decipher.final()]).toString('hex');
}

function derive(password: string, { kdf, kdfparams }: Crypto): Buffer {
  if (kdf === 'pbkdf2') return pbkdf2Sync(password, kdfparams.salt, kdfparams.c, kdfparams.dklen, 'sha256');
  const { n, r, p, salt, dklen } = kdfparams;
  try {
    return scryptSync(password, salt, dklen, { N: n, r, p, maxmem: 2 * MOST_BYTES });
  } catch {
    throw unreadable(`scrypt (RFC 7914) takes a power of two below 2 to the power of 16 r for n, not n ${n} with r ${r} and p ${p}; write the keystore anew with r 8 and p 1`);
  }
}

function parse(json: string): unknown {
  if (json.length > MOST_CHARACTERS) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const unreadable = (why: string): Problem => new Problem('KEYSTORE_UNREADABLE', `The hot wallet's keystore cannot be opened: ${why}.`, { status: 500 });
