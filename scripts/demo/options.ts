import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '../../domain/problem.ts';

export interface DemoOptions {
  /** A report of one's own with its profile; null: the sample broker. Absolute paths. */
  own: { file: string; profile: string } | null;
  /** End after the story instead of staying up. */
  exit: boolean;
}

export const USAGE = `npm run demo                                     the sample broker with its two reports
npm run demo -- FILE.csv --profile PROFILE.json  a report of your own, read by a profile as docs/methodology.md describes
  --exit                                         end after the story instead of staying up`;

/** Paths are relative to the folder from which npm was called. Throws `Problem` USAGE. */
export function demoOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): DemoOptions {
  const callers = env['INIT_CWD'] ?? process.cwd();
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: { profile: { type: 'string' }, exit: { type: 'boolean', default: false } } });
  } catch (error) {
    throw new Problem('USAGE', `${(error as Error).message}\n${USAGE}`);
  }
  const { values, positionals: [file, ...more] } = parsed;
  if (more.length > 0) throw new Problem('USAGE', `One report at a time, please.\n${USAGE}`);
  if ((file === undefined) !== (values.profile === undefined)) {
    throw new Problem('USAGE', `${file === undefined ? '--profile needs a report beside it' : 'A report needs --profile: how its columns, numbers and times are read'}.\n${USAGE}`);
  }
  return {
    own: file === undefined || values.profile === undefined ? null : { file: resolve(callers, file), profile: resolve(callers, values.profile) },
    exit: values.exit || Boolean(env['CI']),
  };
}
