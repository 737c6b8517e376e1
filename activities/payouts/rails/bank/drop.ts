/** A file that the bank left. */
export interface Incoming { name: string; size: number; /** How it looks from outside: where it changes, the file may have. */ mark: string }

/**
 * Where files are handed over and fetched: two folders, on this machine or on an SFTP server. Every call throws `BankAway` where they cannot be reached or used now.
 */
export interface BankFolders {
  /** Writes the whole file beside its place, under a name that no bank reads, on disk when it returns. */
  stage(temporary: string, bytes: Uint8Array): Promise<void>;
  /** Gives a staged file its own name, at once and as a whole. `missing`: it is not there (any more), in a folder that is. */
  publish(temporary: string, name: string): Promise<'published' | 'missing'>;
  /** Removes what was staged for a file and never got its name. */
  tidy(name: string): Promise<void>;
  /** Whether a file stands there under its own name. */
  stands(name: string): Promise<boolean>;
  list(): Promise<Incoming[]>;
  read(name: string): Promise<Buffer>;
  /** What was moved out of the way and is there still; none where the folder is not. `modifiedMs`: of the file, which moving leaves as it was. */
  taken(from: 'done' | 'failed'): Promise<{ name: string; modifiedMs: number }[]>;
  readTaken(from: 'done' | 'failed', name: string): Promise<Buffer>;
  /** Out of the way; one that is gone already stays so. */
  move(name: string, to: 'done' | 'failed'): Promise<void>;
  close(): Promise<void>;
}

/** A file of more bytes is listed, told and not read. */
export const LARGEST_FILE = 64 << 20;

/** The folders, or the way to them, are away for now. */
export class BankAway extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'BankAway';
  }
}

/** Begins with a dot and ends with `.part`: by every convention a file that is not there yet. */
export const temporaryName = (name: string, token: string): string => `.${name}.${token}.part`;
export const isTemporaryOf = (name: string, found: string): boolean => found.startsWith(`.${name}.`) && found.endsWith('.part');

/** Half-written or hidden files, of whomever. */
export const isUnfinished = (name: string): boolean => name.startsWith('.') || /\.(tmp|part|filepart|writing|swp|processing)$/i.test(name);
