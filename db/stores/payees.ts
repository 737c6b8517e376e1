import type { PayeeVerdict } from '../../domain/verification/gate.ts';
import { payeeNameMatches } from '../../domain/verification/payeeName.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { openFields, PAYEE_FIELD, sealFields, type StoredFields } from './sealedFields.ts';

/** A destination ready to be stored. `payeeName`: what its rail's payee field says; null where it has none. */
export async function sealDestination(personal: PersonalData, source: SqlSource, userId: string, destination: StoredFields, payeeName: string | null): Promise<Record<string, string>> {
  return sealFields(personal, source, userId, { ...destination, ...(payeeName === null ? {} : { [PAYEE_FIELD]: payeeName }) });
}

export function payeeVerdict(fullName: string | null, payeeName: string | null): PayeeVerdict {
  if (payeeName === null) return 'not_asked';
  if (fullName === null) return 'unjudged';
  return payeeNameMatches(fullName, payeeName) ? 'matches' : 'differs';
}

/** Judges each method of a user that names a payee; `fullName` null: nobody to compare with. */
export async function judgePayees(tx: Tx, personal: PersonalData, userId: string, fullName: string | null): Promise<void> {
  const { rows } = await tx.client.query<{ id: string; payee: PayeeVerdict; destination: StoredFields }>(
    `SELECT id, payee, destination FROM payout_method WHERE user_id = $1 AND removed_at IS NULL AND payee <> 'not_asked' ORDER BY id FOR UPDATE`, [userId]);
  const fields = await openFields(personal, tx, rows.map(({ destination }) => ({ userId, fields: destination })));
  const verdicts = rows.map((row, index) => ({ id: row.id, was: row.payee, is: payeeVerdict(fullName, fields[index]![PAYEE_FIELD] ?? null) })).filter(({ was, is }) => was !== is);
  if (verdicts.length === 0) return;
  await sqlOf(tx).query('UPDATE payout_method m SET payee = v.payee FROM unnest($1::text[], $2::text[]) AS v (id, payee) WHERE m.id = v.id', [verdicts.map(({ id }) => id), verdicts.map(({ is }) => is)]);
}
