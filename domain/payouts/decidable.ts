import { Problem } from '../problem.ts';
import type { AttemptFacts } from './decide.ts';
import type { RailGuarantees } from './guarantees.ts';
import type { LookUpOutcome } from './outcomes.ts';
import type { PayoutState } from './states.ts';

export type DecidedOutcome = 'executed' | 'not_executed';
/** Why operators cannot decide that now; `until` (ISO instant): from then on they can. */
export interface NotDecidable { code: 'PAYOUT_NOT_UNDECIDED' | 'ATTEMPT_CAN_STILL_EXECUTE'; reason: string; until?: string }

type Terms = Pick<RailGuarantees, 'honoursKeysForSeconds' | 'provesNonExecution' | 'settlesWithinSeconds'>;
type Asked = Pick<AttemptFacts, 'state' | 'firstSentAt' | 'lastSentAt' | 'acceptedAt' | 'expiresAt'>;

/**
 * Whether operators may decide what became of a payout: only of one whose outcome nobody knows, or that the rail has had for longer than it promises to settle in. *Not executed*
 * besides only when the latest attempt can no longer be executed by what the rail guarantees, for then another one may follow. Null: they may.
 */
export function notDecidable(payout: PayoutState, attempt: Asked | null, guarantees: Terms, outcome: DecidedOutcome, asOf: string): NotDecidable | null {
  const waiting = attempt !== null && (attempt.state === 'sent' || attempt.state === 'accepted' || attempt.state === 'unknown');
  if (!waiting || (payout !== 'unknown' && payout !== 'submitted')) {
    return { code: 'PAYOUT_NOT_UNDECIDED', reason: `The payout is ${payout}${attempt === null ? '' : `, its latest attempt ${attempt.state}`}.` };
  }
  const settledBy = after(attempt.acceptedAt ?? attempt.firstSentAt, guarantees.settlesWithinSeconds);
  if (payout === 'submitted' && asOf <= settledBy) return { code: 'PAYOUT_NOT_UNDECIDED', reason: `The rail has it, and settles until ${settledBy}: wait for its answer.`, until: settledBy };
  if (outcome === 'executed') return null;
  if (guarantees.honoursKeysForSeconds === 'forever' && attempt.expiresAt === null) {
    return { code: 'ATTEMPT_CAN_STILL_EXECUTE', reason: 'What was signed can be executed for ever; only the rail itself can show that something else has taken its place.' };
  }
  const until = canExecuteUntil(attempt, guarantees);
  return asOf > until ? null : { code: 'ATTEMPT_CAN_STILL_EXECUTE', reason: `What was sent can be executed until ${until} by what the rail guarantees.`, until };
}

/** The same as what is thrown. */
export function undecidable({ code, reason, until }: NotDecidable, state: PayoutState): Problem {
  if (code === 'ATTEMPT_CAN_STILL_EXECUTE') return new Problem('ATTEMPT_CAN_STILL_EXECUTE', `Nobody can say yet that it was not executed. ${reason}`, { status: 409, facts: { state, until } });
  return new Problem('PAYOUT_NOT_UNDECIDED', `Operators decide only about payouts whose outcome nobody knows, or that are overdue. ${reason}`, { status: 409, facts: { state, ...(until === undefined ? {} : { until }) } });
}

/** What an operator may do about it now, `wait` always. */
export function operatorMay(payout: PayoutState, attempt: Asked | null, guarantees: Terms, asOf: string): ('confirm' | 'not_executed' | 'wait')[] {
  const may = (outcome: DecidedOutcome): boolean => notDecidable(payout, attempt, guarantees, outcome, asOf) === null;
  return [...(may('executed') ? ['confirm' as const] : []), ...(may('not_executed') ? ['not_executed' as const] : []), 'wait'];
}

/** The last instant at which the bytes that are out may be executed. ISO. */
function canExecuteUntil(attempt: Asked, { provesNonExecution: rule, settlesWithinSeconds, honoursKeysForSeconds: window }: Terms): string {
  if (attempt.expiresAt !== null) return attempt.expiresAt;
  const settled = attempt.acceptedAt === null && typeof rule === 'object' ? after(attempt.lastSentAt, rule.secondsAfterLastSend) : latest(after(attempt.acceptedAt, settlesWithinSeconds), after(attempt.lastSentAt, settlesWithinSeconds));
  // For so long the same bytes may go out again by themselves.
  return window === 'forever' ? settled : latest(settled, after(attempt.firstSentAt, window));
}

const latest = (a: string, b: string): string => (a > b ? a : b);

const after = (instant: string | null, seconds: number): string => (instant === null ? '' : new Date(Date.parse(instant) + seconds * 1000).toISOString());

/** Why the rail's own answer about an attempt contradicts what operators would decide; null: it does not, or says nothing. */
export function contradicts(answer: LookUpOutcome, outcome: DecidedOutcome, { provesNonExecution }: Terms): string | null {
  if (outcome === 'not_executed') {
    if (answer.kind === 'executed' || answer.kind === 'returned') return `the rail says that it executed it as ${answer.railReference} at ${answer.executedAt}`;
    return answer.kind === 'pending' ? 'the rail says that it still has it' : null;
  }
  if (answer.kind === 'rejected') return `the rail says that it rejected it: ${answer.code}`;
  return answer.kind === 'not_found' && provesNonExecution !== 'never' ? 'the rail says that it does not know it' : null;
}
