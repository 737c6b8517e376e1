import type { FileProfile } from '../../../domain/reports/profile.ts';
import type { SourceRow, StatedTotal } from '../../../domain/reports/row.ts';

/** A file being read: its bytes, the name to show in errors, and what the reader finds out beside the rows. */
export interface ReportSource {
  bytes: AsyncIterable<Uint8Array>;
  /** Shown only; never a path. */
  fileName: string;
  /** Sums that the file states about itself, filled in while reading. */
  stated: StatedTotal[];
  /** json: the file is the pages of an API's answer, each a document of its own, one after the other. Otherwise text after the document refuses it. */
  pages?: boolean | undefined;
}

/** Reads one format in constant memory: yields rows as they come and throws a Problem where the file as a whole cannot be trusted. */
export type RowReader = (source: ReportSource, profile: FileProfile) => AsyncGenerator<SourceRow[]>;

/** Characters of one row beyond which the file is refused: a broker's row is some hundred. */
export const MAX_ROW_CHARACTERS = 1_048_576;
