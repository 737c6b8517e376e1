import { beginning } from '../storable.ts';
import { readPlainNumber, numberReader, type NumberReader } from './number.ts';
import { mappedFields, type SourceRow } from './row.ts';
import type { FileProfile, LineField } from './profile.ts';

/** Reads single cells of a row by the profile, and words what is wrong with one. */
export interface Cells {
  has(field: LineField): boolean;
  /** Trimmed text, empty where there is no such column. */
  text(row: SourceRow, field: LineField): string;
  /** Trimmed text, null where it is empty. */
  optional(row: SourceRow, field: LineField): string | null;
  /** Plain decimal text, null where the cell is not a number. */
  figure(row: SourceRow, field: LineField): string | null;
  isTyped(row: SourceRow, field: LineField): boolean;
  /** The cell holds something that is no text, number or literal; it reads as empty. */
  isBroken(row: SourceRow, field: LineField): boolean;
  /** `Column "Volume" (lots): "1,2" is not a number …` */
  fault(row: SourceRow, field: LineField, clause: string): string;
  readNumber: NumberReader;
}

export function cellsOf(profile: FileProfile): Cells {
  const places = new Map<LineField, number>(mappedFields(profile).map((field, at) => [field, at]));
  const readNumber = numberReader({ decimal: profile.decimal ?? '.', thousands: profile.thousands ?? '', unitSuffix: profile.unitSuffix ?? '' });
  const text = (row: SourceRow, field: LineField): string => {
    const at = places.get(field);
    return at === undefined ? '' : (row.cells[at] ?? '');
  };
  const isTyped = (row: SourceRow, field: LineField): boolean => row.typed !== 0 && (row.typed & (1 << (places.get(field) ?? 31))) !== 0;
  return {
    has: (field) => places.has(field),
    text,
    optional: (row, field) => text(row, field) || null,
    figure(row, field) {
      const cell = text(row, field);
      return cell === '' ? null : isTyped(row, field) ? readPlainNumber(cell) : readNumber(cell);
    },
    isTyped,
    isBroken: (row, field) => row.faults?.has(places.get(field) ?? -1) === true,
    fault(row, field, clause) {
      const cell = text(row, field);
      const shown = cell.length > 60 ? `${beginning(cell, 60)}…` : cell;
      const column = `Column "${profile.columns[field] ?? field}" (${field})`;
      const broken = row.faults?.get(places.get(field) ?? -1);
      if (broken !== undefined) return `${column} ${broken}.`;
      return cell === '' ? `${column} is empty.` : `${column} holds "${shown}": ${clause}.`;
    },
    readNumber,
  };
}
