import { createDecipheriv, scryptSync, timingSafeEqual } from 'node:crypto';
import { keccak256 } from 'viem';
import { z } from 'zod';
import { Problem } from '../../../../domain/problem.ts';

const hex = z.string().regex(/^([0-9a-fA-F]{2})*$/);
const Keystore = z.object({
  version: z.literal(3),
  crypto: z.object({
    cipher: z.literal('aes-128-ctr'), ciphertext: hex.length(64), cipherparams: z.object({ iv: hex.length(32) }), mac: hex.length(64),
    kdf: z.literal('scrypt'), kdfparams: z.object({ dklen: z.literal(32), n: z.int().max(2 ** 20), r: z.int().max(64), p: z.int().max(64), salt: hex }),
  }),
});

/** The private key (hex) of a keystore of version 3 with scrypt, as TRON and Ethereum wallets write it. Throws `Problem` KEYSTORE_UNREADABLE, which never repeats any of it. */
export function keyOfKeystore(json: string, password: string): string {
  const unreadable = (why: string): Problem => new Problem('KEYSTORE_UNREADABLE', `The keystore of the TRON hot wallet cannot be opened: ${why}.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw unreadable('it is not JSON');
  }
  const keystore = Keystore.safeParse(parsed);
  if (!keystore.success) throw unreadable(`it is no keystore of version 3 with scrypt (${keystore.error.issues.map(({ path }) => path.join('.')).join(', ')})`);
  const { ciphertext, cipherparams, mac, kdfparams: { n, r, p, salt } } = keystore.data.crypto;
  let derived: Buffer;
  try {
    derived = scryptSync(password, Buffer.from(salt, 'hex'), 32, { N: n, r, p, maxmem: 256 * n * r + (1 << 20) });
  } catch {
    throw unreadable(`scrypt does not take n ${n}, r ${r} and p ${p}`);
  }
  const sealed = Buffer.from(ciphertext, 'hex');
  const expected = Buffer.from(keccak256(Buffer.concat([derived.subarray(16, 32), sealed])).slice(2), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(mac, 'hex'))) throw unreadable('the password is wrong');
  return Buffer.concat([createDecipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.from(cipherparams.iv, 'hex')).update(sealed)]).toString('hex');
}
