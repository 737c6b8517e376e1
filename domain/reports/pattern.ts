import { RE2JS, RE2JSSyntaxException } from 're2js';
import { Problem } from '../problem.ts';
import { beginning } from '../storable.ts';

/** An expression that somebody wrote, ready to be tried on texts that somebody else wrote: each trial takes time linear in the text's length. */
export interface Pattern {
  test(text: string): boolean;
  /** What its named groups hold in the first match; null where it finds nothing. */
  groups(text: string): Record<string, string | undefined> | null;
  readonly names: readonly string[];
}

/** Steps of the compiled expression; a footer's is tried on every row of a file, and each step may be taken for each character. */
const MOST_STEPS = 500;
/** A drop's names and a mail's subject are tried one by one. */
const KEPT = 100;
const compiled = new Map<string, Pattern>();

/**
 * Compiles an expression of a profile or a source by RE2 (docs/decisions/patterns.md): written as in JavaScript, without look-arounds and references back.
 * Throws PATTERN_INVALID with what is wrong.
 */
export function compilePattern(source: string): Pattern {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const pattern = compile(source);
  if (compiled.size >= KEPT) compiled.clear();
  compiled.set(source, pattern);
  return pattern;
}

/** Says what is wrong with an expression, as the rest of a sentence; null where it can be used. */
export function patternFault(source: string): string | null {
  try {
    compilePattern(source);
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return String(error.facts?.['fault']);
  }
}

function compile(source: string): Pattern {
  let expression: RE2JS;
  // Translated, it would be the letter k.
  if (/(?<!\\)(?:\\\\)*\\k</.test(source)) throw invalid(source, 'refers back to a group ("\\k"), which cannot be tried in linear time; write it without');
  try {
    expression = RE2JS.compile(RE2JS.translateRegExp(source));
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw invalid(source, faultOf(error), error);
  }
  if (expression.programSize() > MOST_STEPS) throw invalid(source, 'repeats so much that it is too large; repeat less');
  const names = Object.keys(expression.namedGroups());
  return {
    names,
    test: (text) => expression.test(text),
    groups(text) {
      const matcher = expression.matcher(text);
      return matcher.find() ? Object.fromEntries(names.map((name) => [name, matcher.group(name) ?? undefined])) : null;
    },
  };
}

function faultOf(error: RE2JSSyntaxException): string {
  const at = error.getPattern();
  if (at !== null && /^\(\?<?[=!]/.test(at)) return `has a look-around ("${at}"), which cannot be tried in linear time; write it without`;
  if (at !== null && /^\\[1-9k]/.test(at)) return `refers back to a group ("${at}"), which cannot be tried in linear time; write it without`;
  return `is no regular expression that can be used: ${error.getDescription()}${at === null ? '' : ` "${beginning(at, 60)}"`}`;
}

function invalid(source: string, fault: string, cause?: unknown): Problem {
  return new Problem('PATTERN_INVALID', `The expression "${beginning(source, 200)}" ${fault}.`, { cause, facts: { fault } });
}
