import { asc, eq, gt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ChangeKindName } from '../../domain/changes/kinds.ts';
import { type ApprovalPolicy, checkPolicy } from '../../domain/changes/policy.ts';
import { Problem } from '../../domain/problem.ts';
import { approvalPolicy } from '../schema/changes.ts';

/** Throws POLICY_UNKNOWN (404). `lock`: nobody changes it until the transaction ends. */
export async function getPolicy(db: NodePgDatabase, kind: string, lock = false): Promise<ApprovalPolicy> {
  const found = db.select().from(approvalPolicy).where(eq(approvalPolicy.kind, kind as ChangeKindName));
  const [row] = await (lock ? found.for('update') : found);
  if (!row) throw new Problem('POLICY_UNKNOWN', `There is no approval policy for "${kind}".`, { status: 404 });
  return shown(row);
}

/** By kind, after the kind `after`. */
export async function listPolicies(db: NodePgDatabase, page: { after?: string | undefined; limit: number }): Promise<ApprovalPolicy[]> {
  const after = page.after as ChangeKindName | undefined;
  return (await db.select().from(approvalPolicy).where(after === undefined ? undefined : gt(approvalPolicy.kind, after)).orderBy(asc(approvalPolicy.kind)).limit(page.limit)).map(shown);
}

/** Sets a policy whole; changes that wait already keep their expiry. Throws POLICY_UNKNOWN | POLICY_INVALID | DECIMAL_INVALID. */
export async function setPolicy(db: NodePgDatabase, policy: ApprovalPolicy): Promise<ApprovalPolicy> {
  checkPolicy(policy);
  const { kind, ...set } = policy;
  const [row] = await db.update(approvalPolicy).set(set).where(eq(approvalPolicy.kind, kind)).returning();
  if (!row) throw new Problem('POLICY_UNKNOWN', `There is no approval policy for "${kind}".`, { status: 404 });
  return shown(row);
}

function shown({ recordedAt: _, ...row }: typeof approvalPolicy.$inferSelect): ApprovalPolicy {
  return row;
}
