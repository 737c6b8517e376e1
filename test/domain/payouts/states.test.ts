import { describe, expect, it } from 'vitest';
import { ATTEMPT_BLOCKS_ANOTHER, ATTEMPT_MOVES, ATTEMPT_OPEN, ATTEMPT_STATES, ATTEMPT_TERMINAL, assertMove, attemptStatesBefore, PAYOUT_MOVES, PAYOUT_STATES, PAYOUT_TERMINAL, payoutStatesBefore } from '../../../domain/payouts/states.ts';

describe('payout states', () => {
  it('end in failed and returned; paid may only be returned; failed money never becomes paid', () => {
    expect(PAYOUT_TERMINAL).toEqual(['failed', 'returned']);
    expect(PAYOUT_MOVES.paid).toEqual(['returned']);
    expect(payoutStatesBefore('returned')).toEqual(['paid']);
    expect(payoutStatesBefore('paid')).toEqual(['submitting', 'submitted', 'unknown']);
  });

  it.each(PAYOUT_STATES)('%s moves only to states that exist, and every other move is refused with what is possible', (from) => {
    const allowed: readonly string[] = PAYOUT_MOVES[from];
    for (const to of PAYOUT_STATES) {
      if (from === to || allowed.includes(to)) assertMove('payout', from, to);
      else expect(() => assertMove('payout', from, to)).toThrow(expect.objectContaining({ code: 'PAYOUT_MOVE_REFUSED', status: 409, facts: { from, to } }));
    }
    for (const to of allowed) expect(PAYOUT_STATES).toContain(to);
  });
});

describe('attempt states', () => {
  it('block another attempt unless it is certain that no money left', () => {
    expect(ATTEMPT_BLOCKS_ANOTHER).toEqual(['prepared', 'sent', 'accepted', 'unknown', 'executed', 'returned']);
    expect(ATTEMPT_OPEN).toEqual(['prepared', 'sent', 'accepted', 'unknown']);
    expect(ATTEMPT_TERMINAL).toEqual(['returned', 'rejected', 'not_executed', 'abandoned']);
  });

  it('abandon only what was never sent, and execute only what was', () => {
    expect(attemptStatesBefore('abandoned')).toEqual(['prepared']);
    expect(attemptStatesBefore('executed')).toEqual(['sent', 'accepted', 'unknown']);
  });

  it.each(ATTEMPT_STATES)('%s: every move that is not in the table is refused', (from) => {
    const allowed: readonly string[] = ATTEMPT_MOVES[from];
    for (const to of ATTEMPT_STATES) {
      if (from === to || allowed.includes(to)) assertMove('attempt', from, to);
      else expect(() => assertMove('attempt', from, to)).toThrow(expect.objectContaining({ code: 'PAYOUT_ATTEMPT_MOVE_REFUSED' }));
    }
  });
});
