import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { person } from '../schema/identity.ts';
import type { Person } from './persons.ts';

/** Keeps a secret that was shown and waits for its first code; one asked for before is replaced. */
export async function proposeTotp(tx: Tx, personal: PersonalData, personId: string, secret: string): Promise<void> {
  await tx.db.update(person).set({ totpPending: await personal.seal(tx, personId, secret) }).where(eq(person.id, personId));
}

/** Puts the pending secret in force; its first code was of `step`. */
export async function enrolTotp(tx: Tx, who: Person, step: number, at: string): Promise<void> {
  await tx.db.update(person).set({ totpSecret: who.totpPending, totpPending: null, totpSince: at, totpLastStep: BigInt(step) }).where(eq(person.id, who.id));
}

export async function removeTotp(tx: Tx, personId: string): Promise<void> {
  await tx.db.update(person).set({ totpSecret: null, totpPending: null, totpSince: null, totpLastStep: null }).where(eq(person.id, personId));
}

/** Takes the code of a step; false where it, or a later one, was taken before. */
export async function takeStep(tx: Tx, personId: string, step: number): Promise<boolean> {
  const taken = await tx.db.update(person).set({ totpLastStep: BigInt(step) })
    .where(and(eq(person.id, personId), or(isNull(person.totpLastStep), lt(person.totpLastStep, BigInt(step))))).returning({ id: person.id });
  return taken.length === 1;
}
