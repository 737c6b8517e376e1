import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsAt, sentenceOf } from './arguments.ts';

export interface FoundCode { code: string; status: number; /** With … for what is filled in. */ sentence: string | undefined; file: string }

const CODE = /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g;
const codesIn = (text: string): string[] => [...text.matchAll(CODE)].map((match) => match[1]!);
const statusIn = (text: string | undefined): number[] => [...(text ?? '').matchAll(/(?:status:|[?:]) ?(\d{3})\b/g)].map((match) => Number(match[1]));

/** Every problem code that the sources can answer or keep with a refused report, with its status and sentence as written where it is thrown. */
export function problemCodes(root: string): FoundCode[] {
  return globSync('{api,db,domain,workflows,activities}/**/*.ts', { cwd: root }).filter((file) => !file.startsWith('api/client/')).sort().flatMap((file) => inSource(readFileSync(join(root, file), 'utf8'), file));
}

/** Of a problem that a helper makes from a sentence that it is given: what its callers say. */
function sentencesOf(source: string, index: number, sentence: string): (string | undefined)[] {
  const helper = /^\w+$/.test(sentence) ? [...source.slice(0, index).matchAll(/\b(?:const|function) (\w+)/g)].at(-1)?.[1] : undefined;
  if (helper === undefined) return [sentenceOf(sentence)];
  const said = [...source.matchAll(new RegExp(`(?<!function )\\b${helper}\\(`, 'g'))].map((call) => argumentsAt(source, call.index + call[0].length).map(sentenceOf).find((text) => text?.includes(' ')));
  return said.some((text) => text !== undefined) ? said.filter((text) => text !== undefined) : [undefined];
}

function inSource(source: string, file: string): FoundCode[] {
  const found: FoundCode[] = [];
  const add = (codes: readonly string[], statuses: readonly number[], sentence: string | undefined): void => {
    for (const code of codes) for (const status of statuses.length > 0 ? statuses : [422]) found.push({ code, status, sentence, file });
  };
  let indirect: number[] | undefined;
  for (const { index } of source.matchAll(/\bnew Problem\(/g)) {
    const [code = '', sentence = '', details] = argumentsAt(source, index + 'new Problem('.length);
    const codes = codesIn(code);
    if (codes.length > 0) for (const said of sentencesOf(source, index, sentence)) add(codes, statusIn(details), said);
    else indirect ??= statusIn(details);
  }
  // A helper of the same file that takes the code and makes the problem.
  if (indirect !== undefined) {
    for (const { index, 0: call } of source.matchAll(/\b(?!Problem\b)\w+\((?='[A-Z][A-Z0-9]*_)/g)) {
      const [code = '', ...rest] = argumentsAt(source, index + call.length);
      add(codesIn(code), indirect, rest.map(sentenceOf).find((text) => text?.includes(' ')));
    }
  }
  for (const { index } of source.matchAll(/\bnonRetryable\(/g)) {
    const [sentence = '', code = ''] = argumentsAt(source, index + 'nonRetryable('.length);
    for (const one of codesIn(code)) add([one], [one.endsWith('_SAME_OPERATOR') ? 403 : one.endsWith('_UNKNOWN') ? 404 : 409], sentenceOf(sentence));
  }
  for (const [, code, status, sentence] of source.matchAll(/\['([A-Z_]+)', (\d{3}), '([^']+)'\]/g)) add([code!], [Number(status)], sentence);
  for (const { 0: start, 1: code, 2: status, index } of source.matchAll(/\{ code: '([A-Z_]+)', status: (\d{3}), detail: /g)) add([code!], [Number(status)], sentenceOf(source.slice(index + start.length, index + 600)));
  for (const [, code, sentence] of source.matchAll(/\bok: false, code: '([A-Z]+_[A-Z_]+)',.*? reason: ['`]([^'`]+)['`]/g)) add([code!], [], sentence!.replaceAll(/\$\{[^}]+\}/g, '…'));
  return found;
}
