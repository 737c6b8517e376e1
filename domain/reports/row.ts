import { LINE_FIELDS, type FileProfile, type LineField, type SummedField } from './profile.ts';

/** One data row as its format's reader found it, before any cell is judged. */
export interface SourceRow {
  /** 1-based physical line where the row begins. */
  lineNumber: number;
  /** The row's text as it stands in the file. */
  raw: string;
  /** Trimmed texts of the mapped fields, in the order of `mappedFields`; a missing cell is empty text. */
  cells: string[];
  /** Bit i is set where cell i is a number of the format itself (json, xlsx), so that the profile's marks do not apply. */
  typed: number;
  /** What is wrong with the row's form (ragged, no object …), null where it is sound. */
  damage: string | null;
  /** What is wrong with single cells, by their place in `cells` (where they are empty): `holds the error #N/A …`. It counts only where the line's kind needs the cell. */
  faults?: Map<number, string>;
}

/** A sum that the file states about itself, in the file's units. */
export interface StatedTotal {
  field: SummedField;
  text: string;
  typed: boolean;
  lineNumber: number;
  /** `footer` or the totals path. */
  where: string;
  /** 1-based: of the cell in its row, in json of the value in its line. */
  column?: number;
  /** Its name in a workbook. */
  cell?: string;
  /** A clause that says why it cannot be read at all. */
  fault?: string;
}

/** The fields that a profile maps, in the fixed order of LINE_FIELDS. */
export function mappedFields(profile: FileProfile): LineField[] {
  return LINE_FIELDS.filter((field) => profile.columns[field] !== undefined);
}
