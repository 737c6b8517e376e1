import { Problem } from '../../../domain/problem.ts';
import { exactSum } from '../../../domain/reports/exactSum.ts';
import { numberReader, readPlainNumber } from '../../../domain/reports/number.ts';
import type { FileProfile, SummedField } from '../../../domain/reports/profile.ts';
import type { StatedTotal } from '../../../domain/reports/row.ts';
import type { JsonRows, JsonScalar } from './jsonRows.ts';
import type { ReportSource } from './source.ts';

/**
 * Keeps what the documents state at the profile's `totals`. Every page states it once: either the sum of the whole (then all must say
 * the same) or its own rows' (`totalsOf: 'page'`: then they are added up). Throws TOTALS_MISSING or KEY_REPEATED.
 */
export function keepTotals(totals: { field: SummedField; path: string }[], document: JsonRows, source: ReportSource, profile: FileProfile): void {
  for (const { field, path } of totals) {
    const found = document.scalars.filter((scalar) => scalar.path === path);
    const byPage = Map.groupBy(found, (scalar) => scalar.page);
    for (let page = 1; page <= document.pages; page++) checkPage(byPage.get(page) ?? [], page, field, path, source);
    const stated = found.map((scalar): StatedTotal => ({ field, text: scalar.text, typed: scalar.isNumber, lineNumber: scalar.lineNumber, column: scalar.column, where: path }));
    const [first] = stated;
    if (first === undefined) continue;
    const others = stated.slice(1);
    if (others.length === 0) source.stated.push(first);
    else if (profile.totalsOf === 'page') source.stated.push(...added(stated, profile));
    else source.stated.push(first, ...others.filter(({ text, typed }) => text !== first.text || typed !== first.typed));
  }
}

function checkPage(found: JsonScalar[], page: number, field: SummedField, path: string, source: ReportSource): void {
  const [scalar, other] = found;
  const onPage = page > 1 ? ` on its page ${page}` : '';
  if (other !== undefined) throw new Problem('KEY_REPEATED', `${source.fileName} has two figures at the path "${path}"${onPage}, in lines ${scalar?.lineNumber} and ${other.lineNumber}.`, { at: { file: source.fileName, line: other.lineNumber, column: other.column, field: path } });
  if (scalar === undefined) throw new Problem('TOTALS_MISSING', `${source.fileName} has no figure at the path "${path}"${onPage}, where the profile expects the sum of ${field}.`, { at: { file: source.fileName, field: path } });
}

/** One sum of what the pages state; a text that is no number stands for itself, so that it is refused with its line. */
function added(stated: StatedTotal[], profile: FileProfile): StatedTotal[] {
  const readText = numberReader({ decimal: profile.decimal ?? '.', thousands: profile.thousands ?? '', unitSuffix: profile.unitSuffix ?? '' });
  const sum = exactSum();
  for (const total of stated) {
    const figure = total.typed ? readPlainNumber(total.text) : readText(total.text);
    if (figure === null) return [total];
    sum.add(figure);
  }
  const last = stated.at(-1);
  return last === undefined ? [] : [{ ...last, text: sum.total(), typed: true, where: `${last.where} of ${stated.length} pages` }];
}
