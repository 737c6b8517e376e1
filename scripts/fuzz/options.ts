import { parseArgs } from 'node:util';
import { Problem } from '../../domain/problem.ts';

export const PASSES = ['admin', 'trader', 'nobody'] as const;
export type Pass = (typeof PASSES)[number];

export interface FuzzOptions {
  seed: number;
  /** Cases for each operation, phase and pass. */
  maxExamples: number;
  passes: readonly Pass[];
  phases: string;
  /** Only these operations (operationId); none: all. */
  operations: readonly string[];
}

export const USAGE = `npm run fuzz                          every operation by schemathesis, with all checks and phases: as an admin, as a trader, without a key
  --short                             a minute: as an admin, without the long phases, few cases
  --seed N                            the same cases again (default 1)
  --max-examples N                    cases for each operation, phase and pass (default 60; short: 3)
  --as admin,trader,nobody            only these passes
  --phases examples,coverage,fuzzing,stateful
  --operation ID                      only this operation; may be repeated`;

/** Throws `Problem` USAGE. */
export function fuzzOptions(args: readonly string[]): FuzzOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        short: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' }, 'max-examples': { type: 'string' },
        as: { type: 'string' }, phases: { type: 'string' }, operation: { type: 'string', multiple: true, default: [] },
      },
    }));
  } catch (error) {
    throw new Problem('USAGE', `${(error as Error).message}\n${USAGE}`);
  }
  const number = (name: string, text: string): number => {
    if (!/^\d{1,9}$/.test(text)) throw new Problem('USAGE', `--${name} wants a whole number, not "${text}".\n${USAGE}`);
    return Number(text);
  };
  const passes = (values.as ?? (values.short ? 'admin' : PASSES.join(','))).split(',').map((name) => {
    const pass = PASSES.find((known) => known === name);
    if (pass === undefined) throw new Problem('USAGE', `--as knows ${PASSES.join(', ')}, not "${name}".\n${USAGE}`);
    return pass;
  });
  return {
    seed: number('seed', values.seed), maxExamples: number('max-examples', values['max-examples'] ?? (values.short ? '3' : '60')),
    passes, phases: values.phases ?? (values.short ? 'examples,fuzzing' : 'examples,coverage,fuzzing,stateful'), operations: values.operation,
  };
}
