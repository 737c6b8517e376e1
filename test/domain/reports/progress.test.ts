import { expect, it } from 'vitest';
import { stepProgress } from '../../../domain/reports/progress.ts';

it.each([
  ['half of the lines in ten seconds', { linesDone: 500, done: 500, of: 1000, seconds: 10 }, { linesDone: 500, percent: 50, linesPerSecond: 50, secondsLeft: 10 }],
  ['a third of the bytes, lines as they come', { linesDone: 90, done: 1, of: 3, seconds: 3 }, { linesDone: 90, percent: 33, linesPerSecond: 30, secondsLeft: 6 }],
  ['at the end', { linesDone: 1000, done: 1000, of: 1000, seconds: 20 }, { linesDone: 1000, percent: 100, linesPerSecond: 50, secondsLeft: 0 }],
  ['before the first second there is no rate', { linesDone: 10, done: 10, of: 1000, seconds: 0.4 }, { linesDone: 10, percent: 1, linesPerSecond: null, secondsLeft: null }],
  ['nothing done', { linesDone: 0, done: 0, of: 1000, seconds: 5 }, { linesDone: 0, percent: 0, linesPerSecond: null, secondsLeft: null }],
  ['no end known', { linesDone: 10, done: 10, of: null, seconds: 5 }, { linesDone: 10, percent: null, linesPerSecond: 2, secondsLeft: null }],
  ['an empty file', { linesDone: 0, done: 0, of: 0, seconds: 5 }, { linesDone: 0, percent: null, linesPerSecond: null, secondsLeft: null }],
])('%s', (_name, counts, told) => {
  expect(stepProgress(counts)).toEqual(told);
});
