import { readFileSync } from 'node:fs';
import { ParseOption, XmlDocument, XmlLibError, XsdValidator } from 'libxml2-wasm';
import { Problem } from '../../../../domain/problem.ts';
import { LARGEST_FILE } from './drop.ts';

/** The messages that are written and read, each by the schema that ISO published for it (schemas/SOURCES.md). */
export const MESSAGES = ['pain.001.001.09', 'pain.002.001.10', 'camt.053.001.08', 'camt.054.001.08', 'pacs.004.001.09'] as const;
export type BankMessage = (typeof MESSAGES)[number];

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';
/** Nothing of a DTD, no entities, nothing from elsewhere; lines above 65,535 are counted. */
const OPTIONS: ParseOption = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NO_SYS_CATALOG | ParseOption.XML_PARSE_BIG_LINES | ParseOption.XML_PARSE_NOCDATA;

const validators = new Map<BankMessage, XsdValidator>();

/**
 * Checks bytes against the schema of the message that they say they are, and answers with that and with their text: decoded by libxml2 itself, so that whoever reads on reads
 * what was checked. Throws `Problem` BANK_FILE_TOO_LARGE, BANK_FILE_DTD, BANK_FILE_NOT_XML, BANK_MESSAGE_UNKNOWN or BANK_FILE_INVALID with line and column.
 */
export function validated(file: string, bytes: Uint8Array): { message: BankMessage; text: string } {
  if (bytes.byteLength > LARGEST_FILE) throw tooLarge(file, bytes.byteLength);
  const document = parsed(file, bytes);
  try {
    if (document.dtd !== null) throw new Problem('BANK_FILE_DTD', 'The file declares a document type, which no bank message does; it is not read.', { at: { file, line: 1 } });
    const namespace = document.root.namespaceUri;
    const message = MESSAGES.find((known) => namespace === NAMESPACE + known);
    if (message === undefined) {
      throw new Problem('BANK_MESSAGE_UNKNOWN', `The file is ${namespace === '' ? `a <${document.root.name}> without a namespace` : namespace}; ${MESSAGES.slice(1).join(', ')} are read. Ask the bank to send one of these.`, { at: { file, line: document.root.line } });
    }
    try {
      validatorOf(message).validate(document);
    } catch (error) {
      throw fault('BANK_FILE_INVALID', `The file is not a ${message} by its schema`, file, error);
    }
    return { message, text: document.toString({ format: false }) };
  } finally {
    document.dispose();
  }
}

export const tooLarge = (file: string, size: number): Problem => new Problem('BANK_FILE_TOO_LARGE', `The file has ${size} bytes, and no more than ${LARGEST_FILE} are read. Ask the bank for several smaller ones.`, { at: { file } });

function parsed(file: string, bytes: Uint8Array): XmlDocument {
  // Before any parser sees it: a declared entity may grow without end.
  if (Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 65_536)).includes('<!DOCTYPE')) throw new Problem('BANK_FILE_DTD', 'The file declares a document type, which no bank message does; it is not read.', { at: { file, line: 1 } });
  try {
    return XmlDocument.fromBuffer(bytes, { option: OPTIONS });
  } catch (error) {
    throw fault('BANK_FILE_NOT_XML', 'The file is not well-formed XML', file, error);
  }
}

function validatorOf(message: BankMessage): XsdValidator {
  const known = validators.get(message);
  if (known !== undefined) return known;
  const schema = XmlDocument.fromBuffer(readFileSync(new URL(`./schemas/${message}.xsd`, import.meta.url)));
  const validator = XsdValidator.fromDoc(schema);
  schema.dispose();
  validators.set(message, validator);
  return validator;
}

/** What libxml2 found first, with its place. */
function fault(code: string, sentence: string, file: string, error: unknown): Error {
  if (!(error instanceof XmlLibError)) return error instanceof Error ? error : new Error(String(error));
  const [first] = error.details;
  return new Problem(code, `${sentence}: ${(first?.message ?? error.message).trim()}`, { at: { file, ...(first && { line: first.line, ...(first.col > 0 && { column: first.col }) }) } });
}
