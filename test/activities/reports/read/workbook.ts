import { ZipFile } from 'yazl';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface WorkbookParts {
  /** Inside of `sheetData`, by sheet name. */
  sheets?: Record<string, string>;
  /** Inside of `sst`. */
  strings?: string;
  is1904?: boolean;
  /** Parts that are added, or take the place of others; null leaves one out. */
  parts?: Record<string, string | Buffer | null>;
  /** After `sheetData` of every sheet. */
  after?: string;
}

/** A workbook written part by part, so that a test can have in it what no program would write. */
export async function workbook({ sheets = {}, strings, is1904 = false, parts = {}, after = '' }: WorkbookParts): Promise<Buffer> {
  const names = Object.keys(sheets);
  const relation = (id: string, type: string, target: string): string => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const all: Record<string, string | Buffer | null> = {
    '_rels/.rels': `<Relationships>${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${names.map((name, at) => `<sheet name="${name}" sheetId="${at + 7}" r:id="s${at}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names.map((_, at) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at}.xml`)).join('')}${strings === undefined ? '' : relation('t', 'sharedStrings', '/xl/sharedStrings.xml')}</Relationships>`,
    ...Object.fromEntries(names.map((name, at) => [`xl/worksheets/sheet${at}.xml`, `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="${MAIN}"><sheetData>${sheets[name]}</sheetData>${after}</worksheet>`])),
    ...(strings === undefined ? {} : { 'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${strings}</sst>` }),
    ...parts,
  };
  return zip(all);
}

export async function zip(parts: Record<string, string | Buffer | null>): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(parts)) if (content !== null) file.addBuffer(Buffer.from(content), name, { mtime: new Date(0) });
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A cell of inline text, number (`n:1.5`), or whatever XML is given. */
export function cell(content: string): string {
  if (content.startsWith('<')) return content;
  if (content.startsWith('n:')) return `<c><v>${content.slice(2)}</v></c>`;
  return content === '' ? '<c/>' : `<c t="inlineStr"><is><t xml:space="preserve">${content}</t></is></c>`;
}

/** Rows of such cells, one below the other. */
export function rows(...table: string[][]): string {
  return table.map((cells) => `<row>${cells.map(cell).join('')}</row>`).join('');
}
