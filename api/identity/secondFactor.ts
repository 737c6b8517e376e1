import type { Tx } from '../../db/connection.ts';
import { recoveryCodesLeft, takeRecoveryCode } from '../../db/stores/recoveryCodes.ts';
import { takeStep } from '../../db/stores/secondFactors.ts';
import type { Person } from '../../db/stores/persons.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { ApiDeps } from '../deps.ts';
import { tell } from './tell.ts';
import { stepOf } from './totp.ts';

/** The same for a wrong code, a late one and one that was taken before. */
export const codeWrong = (): Problem => new Problem('CODE_WRONG', 'This code is wrong, too old or was used already; take the one that your app shows now, or a recovery code that you have not used.', { status: 401, at: { field: 'code' } });

/** Takes a code of the person's app or one of his recovery codes, once. Throws CODE_WRONG (401). */
export async function takeCode(tx: Tx, { personal, now }: Pick<ApiDeps, 'personal' | 'now'>, who: Person, code: string): Promise<void> {
  const secret = who.totpSecret === null ? null : await personal.open(tx, who.id, who.totpSecret);
  if (secret === null) throw codeWrong();
  if (/^\d{6}$/.test(code)) {
    const step = stepOf(secret, code, now());
    if (step === null || !(await takeStep(tx, who.id, step))) throw codeWrong();
    return;
  }
  if (!(await takeRecoveryCode(tx, personal, who.id, code, now()))) throw codeWrong();
  const left = String(await recoveryCodesLeft(tx, who.id));
  await tell(tx, who, 'recovery_codes_used', { left }, now(), newId('notification'));
}
