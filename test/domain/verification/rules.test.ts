import { expect, test } from 'vitest';
import { ageOn, checkIdentity } from '../../../domain/verification/identity.ts';
import { SCREENING_MOVES, SCREENING_STATES, screeningStatesBefore } from '../../../domain/verification/screenings.ts';
import { VERIFICATION_CURRENT, VERIFICATION_DECIDED, VERIFICATION_MOVES, VERIFICATION_STATES, verificationStatesBefore } from '../../../domain/verification/states.ts';
import { verificationDelay } from '../../../domain/verification/terms.ts';

const ANN = { fullName: 'Ann Lee', country: 'DE', dateOfBirth: '2000-02-29' };
const refused = (change: Partial<typeof ANN>, asOf = '2026-11-16T10:00:00.000Z') => {
  try { checkIdentity({ ...ANN, ...change }, asOf); } catch (error) { return (error as { code: string }).code; }
  return null;
};

test('who can be paid: of age on the day, of a country that exists and is not blocked', () => {
  expect(refused({})).toBeNull();
  expect([refused({ country: 'XX' }), refused({ country: 'de' }), refused({ country: 'KP' }), refused({ fullName: '123' })]).toEqual(['COUNTRY_UNKNOWN', 'COUNTRY_UNKNOWN', 'COUNTRY_BLOCKED', 'NAME_INVALID']);
  expect([refused({ dateOfBirth: '2001-02-29' }), refused({ dateOfBirth: '2030-01-01' }), refused({ dateOfBirth: '1900-01-01' })]).toEqual(['DATE_OF_BIRTH_INVALID', 'DATE_OF_BIRTH_INVALID', 'DATE_OF_BIRTH_INVALID']);
  expect(refused({}, '2018-02-28T23:59:59.999Z')).toBe('TOO_YOUNG');
  expect(refused({}, '2018-03-01T00:00:00.000Z')).toBeNull();
  expect(refused({ dateOfBirth: '2008-11-16' }, '2026-11-15T23:59:59.999Z')).toBe('TOO_YOUNG');
  expect(refused({ dateOfBirth: '2008-11-16' }, '2026-11-16T00:00:00.000Z')).toBeNull();
  expect(ageOn('1990-13-01', '2026-11-16T00:00:00.000Z')).toBeNull();
});

test('an error names the field and never its value', () => {
  try { checkIdentity({ ...ANN, country: 'QQ', fullName: 'Secret Name' }, '2026-11-16T10:00:00.000Z'); } catch (error) {
    expect(JSON.stringify([error, (error as Error).message])).not.toMatch(/QQ|Secret|2000-02/);
    expect(error).toMatchObject({ at: { field: 'country' } });
    return;
  }
  throw new Error('nothing was refused');
});

test('states: every move leads to a state, ends have none, and the ways in are the moves turned round', () => {
  for (const [moves, states, before] of [[VERIFICATION_MOVES, VERIFICATION_STATES, verificationStatesBefore], [SCREENING_MOVES, SCREENING_STATES, screeningStatesBefore]] as const) {
    const table = moves as Record<string, readonly string[]>;
    for (const from of states) for (const to of states) expect([from, to, (before as (to: string) => string[])(to).includes(from)]).toEqual([from, to, table[from]!.includes(to)]);
  }
  expect(VERIFICATION_CURRENT.filter((state) => VERIFICATION_DECIDED.includes(state))).toEqual(['approved']);
});

test('the provider is asked with pauses that double up to the longest', () => {
  const terms = { firstLookSeconds: 10, maxLookSeconds: 100 };
  expect([0, 1, 2, 3, 4, 50].map((looks) => verificationDelay(looks, terms))).toEqual([10, 20, 40, 80, 100, 100]);
});
