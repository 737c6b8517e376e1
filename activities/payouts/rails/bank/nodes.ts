import { XMLParser } from 'fast-xml-parser';

/** An element of a message that was checked against its schema: texts stay texts, what may repeat is a list, attributes begin with `@`. */
export interface Node { readonly [name: string]: Node | readonly Node[] | string | undefined }

const LISTS = new Set(['Stmt', 'Ntfctn', 'Ntry', 'NtryDtls', 'TxDtls', 'Bal', 'Rcrd', 'OrgnlPmtInfAndSts', 'TxInfAndSts', 'StsRsnInf', 'AddtlInf', 'TxInf', 'RtrRsnInf', 'CdtTrfTxInf', 'Ustrd']);

const parser = new XMLParser({ parseTagValue: false, parseAttributeValue: false, ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text', removeNSPrefix: true, processEntities: true, isArray: (name) => LISTS.has(name) });

/** The text of a message that `validated` answered. */
export function readXml(text: string): Node {
  return (parser.parse(text) as { Document: Node }).Document;
}

/** The element at a path of names; undefined where one is missing. */
export function child(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let at: Node | undefined = node;
  for (const name of path) {
    const next: Node | readonly Node[] | string | undefined = at?.[name];
    if (next === undefined || typeof next === 'string' || isList(next)) return undefined;
    at = next;
  }
  return at;
}

/** The text at a path, of an element with attributes too. */
export function textOf(node: Node | undefined, ...path: readonly string[]): string | undefined {
  const parent = child(node, ...path.slice(0, -1));
  const value = parent?.[path.at(-1)!];
  const text = typeof value === 'object' && !isList(value) ? value['#text'] : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** What may repeat, below a path; empty where there is none. */
export function list(node: Node | undefined, ...path: readonly string[]): readonly Node[] {
  const value = child(node, ...path.slice(0, -1))?.[path.at(-1)!];
  return value !== undefined && typeof value !== 'string' && isList(value) ? value : [];
}

/** Texts that may repeat. */
export const texts = (node: Node | undefined, name: string): string[] => list(node, name).map((one: Node | string) => (typeof one === 'string' ? one : '')).filter((text) => text !== '');

/** A decimal text with the currency that stands beside it. */
export interface Money { amount: string; currency: string }
export function moneyAt(node: Node | undefined, ...path: readonly string[]): Money | undefined {
  const amount = textOf(node, ...path);
  const currency = child(node, ...path)?.['@Ccy'];
  return amount === undefined || typeof currency !== 'string' ? undefined : { amount, currency };
}

function isList(value: Node | readonly Node[]): value is readonly Node[] {
  return Array.isArray(value);
}
