import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { RECOVERY_CODES } from '../../domain/identity/limits.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { recoveryCode } from '../schema/identity.ts';

/** No letters that look alike. */
const LETTERS = '23456789abcdefghjkmnpqrstuvwxyz';
const SIZE = 12;

const hashOf = (personal: PersonalData, personId: string, code: string): string => personal.index('recovery-code', `${personId} ${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`);

/** `k3m9-x7qa-2hvd`: 59 random bits, kept only under a key. */
function newCode(): string {
  const letters: string[] = [];
  while (letters.length < SIZE) {
    for (const byte of randomBytes(SIZE)) if (byte < 256 - (256 % LETTERS.length) && letters.length < SIZE) letters.push(LETTERS[byte % LETTERS.length]!);
  }
  return letters.join('').replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** New codes, shown once; those before do not work any more. */
export async function renewRecoveryCodes(tx: Tx, personal: PersonalData, personId: string, at: string): Promise<string[]> {
  await voidRecoveryCodes(tx, personId, at);
  const codes = Array.from({ length: RECOVERY_CODES }, newCode);
  await tx.db.insert(recoveryCode).values(codes.map((code) => ({ personId, hash: hashOf(personal, personId, code), createdAt: at })));
  return codes;
}

export async function voidRecoveryCodes(tx: Tx, personId: string, at: string): Promise<void> {
  await tx.db.update(recoveryCode).set({ voidedAt: at }).where(and(eq(recoveryCode.personId, personId), isNull(recoveryCode.usedAt), isNull(recoveryCode.voidedAt)));
}

/** Takes a code, once; false where it is none of the person's or was taken before. */
export async function takeRecoveryCode(tx: Tx, personal: PersonalData, personId: string, code: string, at: string): Promise<boolean> {
  const taken = await tx.db.update(recoveryCode).set({ usedAt: at })
    .where(and(eq(recoveryCode.personId, personId), eq(recoveryCode.hash, hashOf(personal, personId, code)), isNull(recoveryCode.usedAt), isNull(recoveryCode.voidedAt))).returning({ hash: recoveryCode.hash });
  return taken.length === 1;
}

export async function recoveryCodesLeft(source: SqlSource, personId: string): Promise<number> {
  const [row] = await drizzle(sqlOf(source)).select({ n: sql<number>`count(*)::int` }).from(recoveryCode)
    .where(and(eq(recoveryCode.personId, personId), isNull(recoveryCode.usedAt), isNull(recoveryCode.voidedAt)));
  return row?.n ?? 0;
}
