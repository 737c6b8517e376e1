import { SUMMED_FIELDS, type FileProfile } from '../../../domain/reports/profile.ts';
import { mappedFields, type StatedTotal } from '../../../domain/reports/row.ts';

/** A cell of a footer row. */
export interface FooterCell {
  text: string;
  typed: boolean;
  /** A clause that says what is wrong with it, null where it is sound. */
  fault: string | null;
  /** Its name in a workbook. */
  cell?: string;
}

/** Anything with a digit under a summed column means a figure; one in marks that the profile does not declare must not go by unread. */
const FIGURE = /\p{Nd}/u;

/**
 * Keeps the sums that a footer row states, in csv and xlsx alike (cases/README: "a footer's sum that differs refuses the report"). The first one of each summed column
 * counts, in whatever form it is written: `compare` refuses what it cannot read. The row's first cell holds its name and is never a sum.
 *
 * @param columns 0-based columns of the mapped fields, in their order
 * @param first 0-based columns that a row's first cell may stand in
 */
export function keepFooterSums(stated: StatedTotal[], profile: FileProfile, columns: readonly number[], lineNumber: number, first: readonly number[], cellAt: (column: number) => FooterCell): void {
  const fields = mappedFields(profile);
  for (const field of SUMMED_FIELDS) {
    const column = columns[fields.indexOf(field)];
    if (column === undefined || first.includes(column) || stated.some((total) => total.field === field)) continue;
    const { text, typed, fault, cell } = cellAt(column);
    if (fault === null && !FIGURE.test(text)) continue;
    stated.push({ field, text, typed, lineNumber, where: 'footer', column: column + 1, ...(fault === null ? {} : { fault }), ...(cell === undefined ? {} : { cell }) });
  }
}
