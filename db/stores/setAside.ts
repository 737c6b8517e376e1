import type { Tx } from '../connection.ts';

/**
 * The report `r` is a mail that nobody's signature speaks for, and two people have not agreed to it yet: it could be anybody's. It is as if it had not come: the period's
 * report stays expected, sources are looked at, and what comes later passes it (docs/decisions/mail-reports.md).
 */
export const setAside = (r: string): string =>
  `(${r}.state = 'awaiting_approval' AND EXISTS (SELECT FROM change c WHERE c.subject_type = 'report' AND c.subject_id = ${r}.id AND c.kind = 'unaligned_mail' AND c.state = 'requested'))`;

export async function isSetAside(tx: Tx, reportId: string): Promise<boolean> {
  return (await tx.client.query(`SELECT FROM report r WHERE r.id = $1 AND ${setAside('r')}`, [reportId])).rowCount === 1;
}
