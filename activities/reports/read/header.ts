import { Problem } from '../../../domain/problem.ts';
import type { FileProfile } from '../../../domain/reports/profile.ts';
import { mappedFields } from '../../../domain/reports/row.ts';

/**
 * Finds the place of each mapped field's column (order of `mappedFields`) in a header row. Headers are compared trimmed
 * and in Unicode's composed form, otherwise exactly; unmapped columns are free to change, repeat and move.
 * Throws COLUMNS_MISSING (with the headers that look alike) or COLUMN_REPEATED, each with the names.
 */
export function findColumns(header: string[], profile: FileProfile, fileName: string, line: number): number[] {
  const names = header.map(normal);
  const wanted = mappedFields(profile).map((field) => normal(profile.columns[field] ?? ''));
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const hints = missing.flatMap((name) => names.filter((other) => other !== '' && alike(other) === alike(name)).map((other) => `"${other}" looks like "${name}" but is not written the same`));
    throw new Problem(
      'COLUMNS_MISSING',
      `${fileName} has no column ${quoted(missing)} in its header in line ${line}, which has ${quoted(names.slice(0, 40))}.${hints.length > 0 ? ` ${hints.join('; ')}.` : ''} Check the profile's columns, headerRow, delimiter and encoding.`,
      { at: { file: fileName, line }, facts: { missing, header: names.slice(0, 200) } },
    );
  }
  const repeated = wanted.filter((name, at) => wanted.indexOf(name) === at && names.indexOf(name) !== names.lastIndexOf(name));
  if (repeated.length > 0) {
    throw new Problem('COLUMN_REPEATED', `${fileName} has the column ${quoted(repeated)} more than once in its header in line ${line}, so that it is unclear which one counts.`, {
      at: { file: fileName, line, column: names.lastIndexOf(repeated[0] ?? '') + 1 }, facts: { repeated },
    });
  }
  return wanted.map((name) => names.indexOf(name));
}

function normal(header: string): string {
  return header.trim().normalize('NFC');
}

/** Cyrillic and Greek letters that look like Latin ones. */
const LOOK_ALIKES: Record<string, string> = {
  а: 'a', в: 'b', с: 'c', е: 'e', н: 'h', і: 'i', ј: 'j', к: 'k', м: 'm', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x',
  α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', μ: 'm', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ζ: 'z',
};

function alike(header: string): string {
  return header.normalize('NFKD').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '').replace(/./gu, (letter) => LOOK_ALIKES[letter] ?? letter);
}

function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
