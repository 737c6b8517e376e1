import type { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import type { ChangeSubject } from '../../db/stores/changes.ts';
import type { ChangeKindName } from '../../domain/changes/kinds.ts';
import type { ApiDeps } from '../deps.ts';

/** `at`: ISO instant of the applying, not of the request. */
export interface ApplyContext { subject: ChangeSubject; at: string }

/** How one kind of change is checked, shown and applied; both when it is asked for and when it is agreed to. */
export interface Applier<P extends object = never, R extends object = object> {
  kind: ChangeKindName;
  /** What is stored is read by it again when the change is applied: a change outlives a deploy. */
  payload: z.ZodType<P>;
  /** What is there now, in the payload's form: shown beside it, and a change whose `before` no longer holds is outdated. It locks what it reads where it can. */
  before(tx: Tx, payload: P, context: ApplyContext): Promise<object | null>;
  /** Applies it by stores alone, without Temporal: asked for, it is tried and undone. Throws the store's problems. */
  apply(tx: Tx, payload: P, context: ApplyContext): Promise<R>;
  /** Wakes workflows after the commit; may be repeated. A call that is lost is the sweep's to mend. */
  afterCommit?(deps: ApiDeps, result: R, context: ApplyContext): Promise<unknown>;
}
