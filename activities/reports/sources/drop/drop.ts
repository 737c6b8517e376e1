/** A file as a drop's folder shows it. */
export interface Dropped {
  /** As the server names it; it leads anywhere, so it is only used there and shown. */
  name: string;
  size: number;
  /** ISO instant of its last change, by the server's clock. */
  changedAt: string;
  /** How it looks from outside: where it changes, the file may have. */
  mark: string;
}

/** What all kinds of drops have in common. Every call throws `SourceAway` or a `Problem` SOURCE_…. */
export interface Drop {
  /** Whole path of a file, as it is kept. */
  pathOf(name: string): string;
  /** Plain files that match the mask; no links, no folders. */
  list(): Promise<Dropped[]>;
  /** Those of them whose writers have ended. */
  settled(files: readonly Dropped[]): Promise<Dropped[]>;
  read(file: Dropped): AsyncIterable<Uint8Array>;
  /** Whether it is still there as it was listed. */
  same(file: Dropped): Promise<boolean>;
  /** Moves it away where the settings say so; a file of that name that is there already stays too. */
  move(file: Dropped, to: 'done' | 'failed'): Promise<void>;
  close(): Promise<void>;
}

/** A name that leads elsewhere, or that no system shows as it is: such a file is left where it is. */
// oxlint-disable-next-line no-control-regex
export const isUnsafe = (name: string): boolean => /[\u0000-\u001f\u007f/\\]/.test(name) || name === '..' || name === '.';
