import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { argumentsAt, sentenceOf } from '../../scripts/problems/arguments.ts';
import { PROBLEM_CODES, problemDocument } from '../../scripts/problem-codes.ts';

test('docs/problem-codes.md has every code of the sources, and no other', () => {
  const written = [...readFileSync(PROBLEM_CODES, 'utf8').matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map((match) => match[1]);
  const known = [...problemDocument().matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map((match) => match[1]);
  expect(written, 'Codes have changed: run `npm run docs:problems` and commit docs/problem-codes.md').toEqual(known);
  expect(new Set(written).size).toBe(written.length);
  expect(written).toEqual(expect.arrayContaining(['USER_UNKNOWN', 'PRECONDITION_FAILED', 'OVERLOADED', 'OWNERSHIP_DIFFERS', 'WORKFLOW_UNAVAILABLE', 'CSV_QUOTE_UNCLOSED']));
});

test('every one says something', () => {
  const silent = problemDocument().split('\n').filter((line) => /^\| `[A-Z_0-9]+` \|.*\|\s+\|$/.test(line));
  expect(silent).toEqual([]);
});

describe('the scan of the sources', () => {
  test('arguments are cut at their commas only', () => {
    expect(argumentsAt("f('a, b', `x ${y(1, `)`)} z`, { a: [1, 2] }, g(1, 2)) rest", 2)).toEqual(["'a, b'", '`x ${y(1, `)`)} z`', '{ a: [1, 2] }', 'g(1, 2)']);
  });
  test('a sentence has … for what is filled in', () => {
    expect([sentenceOf('`There is no "${id(`x`)}", see \\`y\\`.`'), sentenceOf("needs ? 'A' : 'B'"), sentenceOf('text')]).toEqual(['There is no "…", see `y`.', 'A', undefined]);
  });
});
