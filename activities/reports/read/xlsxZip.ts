import { read } from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl';
import { Problem } from '../../../domain/problem.ts';
import { closeFile, type Spooled } from './spool.ts';
import { MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_RATIO, MAX_UNZIPPED_BYTES, RATIO_FREE_BYTES } from './xlsxLimits.ts';

const readAt = promisify(read);
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

/** The parts of an xlsx file by name, each with a bound on what it can unzip to. */
export class XlsxZip {
  readonly fileName: string;
  readonly #zip: ZipFile;
  readonly #parts: ReadonlyMap<string, Entry>;

  private constructor(fileName: string, zip: ZipFile, parts: ReadonlyMap<string, Entry>) {
    this.fileName = fileName;
    this.#zip = zip;
    this.#parts = parts;
  }

  /**
   * Takes over the descriptor. Throws NOT_XLSX, XLS_NOT_READ, XLSX_ENCRYPTED, XLSX_DAMAGED or ZIP_BOMB before anything is unzipped.
   */
  static async open(file: Spooled, fileName: string): Promise<XlsxZip> {
    let zip: ZipFile | null = null;
    try {
      await refuseOther(file, fileName);
      zip = await fromFdPromise(file.fd, { autoClose: false, lazyEntries: true }).catch((cause: unknown) => { throw damaged(fileName, cause); });
      return new XlsxZip(fileName, zip, await partsOf(zip, fileName));
    } catch (error) {
      if (zip === null) await closeFile(file.fd);
      else zip.close();
      throw error;
    }
  }

  has(part: string): boolean {
    return this.#parts.has(key(part));
  }

  /** The unzipped bytes of a part, checked against its checksum. Throws XLSX_DAMAGED where it is missing or damaged. */
  async *bytes(part: string): AsyncGenerator<Uint8Array> {
    const entry = this.#parts.get(key(part));
    if (entry === undefined) throw damaged(this.fileName, null, `its part ${part} is missing`);
    let sum = 0;
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (cause) {
      throw cause instanceof Problem ? cause : damaged(this.fileName, cause, `its part ${part} cannot be unzipped`);
    }
    if (sum !== entry.crc32) throw damaged(this.fileName, null, `its part ${part} is not what was packed (its checksum differs)`);
  }

  /** Closes the file once what is being read has ended. */
  close(): void {
    this.#zip.close();
  }
}

/** Names are compared as the format says: without regard to case. */
function key(part: string): string {
  return part.toLowerCase();
}

async function refuseOther(file: Spooled, fileName: string): Promise<void> {
  const head = Buffer.alloc(8);
  await readAt(file.fd, head, 0, 8, 0);
  if (head.readUInt32BE(0) === 0xd0cf11e0) {
    if (await contains(file, ENCRYPTED_PACKAGE)) throw encrypted(fileName);
    throw new Problem('XLS_NOT_READ', `${fileName} is an old Excel file (.xls), which is not read: open it in a spreadsheet program and save it as .xlsx or .csv, or ask the broker for one of these.`, { at: { file: fileName } });
  }
  if (head.toString('latin1', 0, 2) !== 'PK') throw new Problem('NOT_XLSX', `${fileName} is no xlsx file (it does not begin like a zip). Check the profile's format, or download the file again.`, { at: { file: fileName } });
}

async function contains(file: Spooled, mark: Buffer): Promise<boolean> {
  const piece = Buffer.alloc(65_536);
  for (let at = 0; at < file.bytes; at += piece.length - mark.length) {
    const { bytesRead } = await readAt(file.fd, piece, 0, piece.length, at);
    if (piece.subarray(0, bytesRead).includes(mark)) return true;
  }
  return false;
}

async function partsOf(zip: ZipFile, fileName: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES) throw bomb(fileName, `it has ${zip.entryCount} parts, more than ${MAX_ENTRIES}`);
  const parts = new Map<string, Entry>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileName: name, uncompressedSize: size, compressedSize: packed } = entry;
      if (entry.isEncrypted()) throw encrypted(fileName);
      if (parts.has(key(name))) throw damaged(fileName, null, `it has the part ${name.slice(0, 100)} twice`);
      if (size > MAX_ENTRY_BYTES) throw bomb(fileName, `its part ${name.slice(0, 100)} unzips to ${size} bytes, more than ${MAX_ENTRY_BYTES}`);
      if (size > RATIO_FREE_BYTES && size > packed * MAX_RATIO) throw bomb(fileName, `its part ${name.slice(0, 100)} unzips to ${Math.floor(size / Math.max(1, packed))} times its size, more than ${MAX_RATIO} times`);
      total += size;
      if (total > MAX_UNZIPPED_BYTES) throw bomb(fileName, `it unzips to more than ${MAX_UNZIPPED_BYTES} bytes`);
      parts.set(key(name), entry);
    }
  } catch (cause) {
    throw cause instanceof Problem ? cause : damaged(fileName, cause);
  }
  return parts;
}

/** XLSX_DAMAGED with what is wrong. */
export function damaged(fileName: string, cause: unknown, what = `it is no whole zip (${cause instanceof Error ? cause.message.slice(0, 120) : 'unknown'})`, at: Record<string, string | number> = {}): Problem {
  return new Problem('XLSX_DAMAGED', `${fileName} cannot be read: ${what}. Download it again, or open and save it in a spreadsheet program.`, { cause, at: { file: fileName, ...at } });
}

function encrypted(fileName: string): Problem {
  return new Problem('XLSX_ENCRYPTED', `${fileName} is protected by a password: save it without one, or ask the broker to send it without.`, { at: { file: fileName } });
}

/** ZIP_BOMB with what is too much. */
export function bomb(fileName: string, what: string): Problem {
  return new Problem('ZIP_BOMB', `${fileName} is refused: ${what}.`, { at: { file: fileName } });
}
