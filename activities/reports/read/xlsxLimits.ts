const MIB = 1_048_576;

/** Bytes of the file itself, which is spooled: a full sheet with twenty columns has about 130 MB. */
export const MAX_FILE_BYTES = 256 * MIB;
/** Entries of the zip; a workbook has some dozens. */
export const MAX_ENTRIES = 10_000;
/** Unzipped bytes of one part: a full sheet of 1,048,576 rows with twenty columns has about one GB. */
export const MAX_ENTRY_BYTES = 2_048 * MIB;
/** Unzipped bytes of all parts. */
export const MAX_UNZIPPED_BYTES = 3_072 * MIB;
/** Unzipped to zipped bytes of one part: sheets have 8 to 40, a bomb up to 1,032. Small parts may have any. */
export const MAX_RATIO = 200;
export const RATIO_FREE_BYTES = 4 * MIB;
/** The only thing kept in memory: distinct texts of the whole workbook. A sheet of 1,048,576 rows has one distinct text a row, perhaps. */
export const MAX_SHARED_STRINGS = 1_500_000;
export const MAX_SHARED_CHARACTERS = 48 * MIB;
/** A sheet's own size. */
export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;
/** Columns that are read; reports have some dozens. A cell further right is no data, as is one that stands further right of the header's last. */
export const MAX_READ_COLUMNS = 1_024;
export const COLUMNS_BESIDE = 32;
/** Characters of all rows as text: cells lead to shared texts, so rows can be far larger than the sheet. A full sheet with twenty columns has about 200 million. */
export const MAX_ROWS_CHARACTERS = 1_024 * MIB;
/** Characters of rows that are handed on together, about. */
export const PIECE_CHARACTERS = 4 * MIB;
/** Sheets of one workbook. */
export const MAX_SHEETS = 10_000;
