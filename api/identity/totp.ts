import { Secret, TOTP } from 'otpauth';

const PERIOD = 30;
/** One step to each side: clocks of telephones are not ours. */
const WINDOW = 1;
const make = (secret: string, label = ''): TOTP => new TOTP({ issuer: 'Cashback', label, algorithm: 'SHA1', digits: 6, period: PERIOD, secret: Secret.fromBase32(secret) });

/** 160 random bits in base32. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** What authenticator apps read from a QR code (RFC 6238 parameters that all of them know). */
export const totpUri = (secret: string, mail: string): string => make(secret, mail).toString();

/** The step whose code this is, at the API's clock; null: none near it. A step may be taken once: the store sees to that. */
export function stepOf(secret: string, code: string, now: string): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const timestamp = Date.parse(now);
  const delta = make(secret).validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD) + delta;
}
