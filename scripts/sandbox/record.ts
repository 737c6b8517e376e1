import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A counterparty's durable record, a line of text an entry: appended and synced before anything is answered, so that kill -9 loses nothing that was said. */
export interface LineFile<Line> {
  /** Durable when it returns. */
  append(...lines: readonly Line[]): void;
  /** What may be lost in a crash. */
  note(line: Line): void;
  close(): void;
}

/** Opens a file of lines, and answers what stands in it. A torn last line was never answered and is cut off. */
export function openLines(path: string): { lines: string[]; file: LineFile<string> } {
  const descriptor = openSync(path, 'a+', 0o600);
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) ftruncateSync(descriptor, whole);
  const write = (lines: readonly string[]): void => {
    const added = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    for (let written = 0; written < added.length;) written += writeSync(descriptor, added, written);
  };
  return {
    lines: bytes.subarray(0, whole).toString('utf8').split('\n').filter((line) => line !== ''),
    file: {
      append(...lines) {
        write(lines);
        fdatasyncSync(descriptor);
      },
      note: (line) => write([line]),
      close: () => closeSync(descriptor),
    },
  };
}

/** The same of lines of JSON. */
export function openRecord<Line>(path: string): { lines: Line[]; file: LineFile<Line> } {
  const { lines, file } = openLines(path);
  return {
    lines: lines.map((line) => JSON.parse(line) as Line),
    file: { append: (...added) => file.append(...added.map((line) => JSON.stringify(line))), note: (line) => file.note(JSON.stringify(line)), close: () => file.close() },
  };
}
