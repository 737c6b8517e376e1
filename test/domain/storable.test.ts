import { describe, expect, test } from 'vitest';
import { printable } from '../../activities/reports/sources/take.ts';
import { shownProblem } from '../../activities/reports/sources/failure.ts';
import { shownName } from '../../activities/reports/read/emlAttachment.ts';
import { Problem } from '../../domain/problem.ts';
import { beginning, storable, storableJson, storableText } from '../../domain/storable.ts';

const [HALF, OTHER_HALF] = ['\ud83d', '\ude00'];

test.each([['a\0b\0', 'ab'], [`a${HALF}`, 'a\ufffd'], [`${OTHER_HALF}${HALF}`, '\ufffd\ufffd'], ['a😀\u0001', 'a😀\u0001'], ['', '']])('%j is kept as %j', (text, kept) => {
  expect(storableText(text)).toBe(kept);
});

describe('a cut leaves no half character', () => {
  test.each([['x'.repeat(9) + '😀y', 10, 'x'.repeat(9)], ['x'.repeat(8) + '😀y', 10, `${'x'.repeat(8)}😀`], ['x😀', 3, 'x😀'], ['😀', 1, '']])('%j at %i', (text, length, cut) => expect(beginning(text, length)).toBe(cut));
  test.each<[what: string, cut: (text: string) => string, length: number]>([
    ['a name', printable, 255], ['an attachment’s name', shownName, 200], ['a problem of a source', (message) => shownProblem({ code: 'X', message }).message, 1_000],
  ])('%s', (_what, cut, length) => {
    expect(cut(`${'x'.repeat(length - 1)}😀`)).toBe('x'.repeat(length - 1));
    expect(cut(`a\0${HALF}b`).isWellFormed()).toBe(true);
    expect(cut(`a\0${HALF}b`)).not.toContain('\0');
  });
});

test('JSON for the database: values and keys, and nothing else', () => {
  const kept = { plain: 'a"\\u0000\\ud83d\n😀\u0001', [`k\0${HALF}`]: [`v${OTHER_HALF}`, 1, null, { deep: '\0' }] };
  expect(JSON.parse(storableJson(kept))).toEqual({ plain: 'a"\\u0000\\ud83d\n😀\u0001', 'k\ufffd': ['v\ufffd', 1, null, { deep: '' }] });
  expect(storable(kept)).toEqual(JSON.parse(storableJson(kept)));
});

test('a Problem cleans what it quotes', () => {
  const problem = new Problem('X', `a\0 "${HALF}"`, { at: { file: `f${HALF}`, line: 2 }, facts: { header: ['\0'], when: new Date(0) } });
  expect({ message: problem.message, at: problem.at, facts: problem.facts }).toEqual({ message: 'a "\ufffd"', at: { file: 'f\ufffd', line: 2 }, facts: { header: [''], when: new Date(0) } });
});
