import { Problem } from '../../../domain/problem.ts';
import type { RowReader } from './source.ts';

/** The place of a format that is not read yet: says so instead of guessing. */
export function notSupported(format: string): RowReader {
  return (source) => {
    throw new Problem('FORMAT_NOT_SUPPORTED', `${source.fileName}: reports in the format ${format} cannot be read yet; send csv or json.`, { at: { file: source.fileName } });
  };
}
