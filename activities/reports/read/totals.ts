import { Problem } from '../../../domain/problem.ts';
import { beginning } from '../../../domain/storable.ts';
import { exactSum, timesExactly } from '../../../domain/reports/exactSum.ts';
import { isFloatSum, isSameFloatSum, readFloatSum } from '../../../domain/reports/floatSum.ts';
import type { ReportLine } from '../../../domain/reports/line.ts';
import { numberReader } from '../../../domain/reports/number.ts';
import { SUMMED_FIELDS, type FileProfile } from '../../../domain/reports/profile.ts';
import type { StatedTotal } from '../../../domain/reports/row.ts';

/** Sums the summed columns of a file's lines as they pass, to compare with what the file states about itself. */
export class Totals {
  readonly #sums = { lots: exactSum(), commission: exactSum(), amount: exactSum() };
  readonly #profile: FileProfile;

  constructor(profile: FileProfile) {
    this.#profile = profile;
  }

  add(line: ReportLine): void {
    for (const field of SUMMED_FIELDS) {
      const figure = line[field];
      if (figure !== null) this.#sums[field].add(figure);
    }
  }

  /** Exact sum of reported lots. */
  lots(): string {
    return this.#sums.lots.total();
  }

  /**
   * Every readable cell of a data row counts, whatever its line's kind or state (cases/README: a footer's or totals' sum that
   * differs refuses the report). Throws TOTALS_DIFFER with both figures, or TOTALS_UNREADABLE. Lots are compared in reported lots; a sum that a program
   * reckoned in doubles as such (docs/decisions/workbooks.md).
   */
  compare(stated: StatedTotal[], fileName: string): void {
    const profile = this.#profile;
    const readText = numberReader({ decimal: profile.decimal ?? '.', thousands: profile.thousands ?? '', unitSuffix: profile.unitSuffix ?? '' });
    for (const total of stated) {
      const { field, lineNumber, column, cell } = total;
      const where = `${total.where}, line ${lineNumber}${column === undefined ? '' : `, column ${column}`}`;
      const at = { file: fileName, line: lineNumber, ...(column === undefined ? {} : { column }), ...(cell === undefined ? {} : { cell }) };
      if (total.fault !== undefined) throw new Problem('TOTALS_UNREADABLE', `${fileName} should state a sum of ${field} (${where}), but the cell ${total.fault}.`, { at });
      const read = total.typed ? readFloatSum(total.text) : readText(total.text);
      if (read === null) throw new Problem('TOTALS_UNREADABLE', `${fileName} states a sum of ${field} (${where}) that is no number by the profile's marks: "${beginning(total.text, 60)}". Declare its marks, or mend the profile's footer where this is none.`, { at });
      const says = field === 'lots' && profile.lotUnit !== undefined ? timesExactly(read, profile.lotUnit) : read;
      const sum = this.#sums[field].total();
      if (sum === says || (total.typed && isFloatSum(total.text, profile.format) && isSameFloatSum(says, this.#sums[field]))) continue;
      const difference = exactSum();
      difference.add(sum);
      difference.add(timesExactly(says, '-1'));
      throw new Problem(
        'TOTALS_DIFFER',
        `${fileName} states ${says} as the sum of ${field} (${where}), its rows add up to ${sum}: a difference of ${difference.total()}. Ask the broker for a whole file.`,
        { at, facts: { field, stated: says, summed: sum, difference: difference.total() } },
      );
    }
  }
}
