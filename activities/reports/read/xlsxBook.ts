import { Problem } from '../../../domain/problem.ts';
import { attribute, walkPart, type PartHandler } from './xmlPart.ts';
import { MAX_SHEETS } from './xlsxLimits.ts';
import { damaged, type XlsxZip } from './xlsxZip.ts';

/** What a workbook says about itself: where its rows and its texts are. */
export interface Book {
  sheetName: string;
  sheetPart: string;
  /** Null where the workbook has no shared texts. */
  stringsPart: string | null;
  /** Its day numbers count from 1904. */
  is1904: boolean;
}

interface Sheet {
  name: string;
  relation: string;
}

interface Relation {
  type: string;
  target: string;
  external: boolean;
}

/**
 * Finds the sheet that the profile asks for: by name (exactly, else without regard to case as spreadsheets compare names) or by its 1-based place;
 * hidden ones count. Throws SHEET_MISSING with the names that there are, NOT_XLSX, XLSX_DAMAGED.
 */
export async function openBook(zip: XlsxZip, wanted: string | number): Promise<Book> {
  const roots = zip.has('_rels/.rels') ? await relationsOf(zip, '_rels/.rels', '') : [];
  const main = roots.find(([, { type }]) => type === 'officeDocument')?.[1].target ?? 'xl/workbook.xml';
  if (!zip.has(main) || main.endsWith('.bin')) {
    throw new Problem('NOT_XLSX', `${zip.fileName} is a zip but no xlsx workbook. Check the profile's format; a binary workbook (.xlsb) or another document must be saved as .xlsx.`, { at: { file: zip.fileName } });
  }
  const { sheets, is1904 } = await readBook(zip, main);
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const relations = new Map(await relationsOf(zip, `${folder}_rels/${main.slice(folder.length)}.rels`, folder));
  const sheet = typeof wanted === 'number' ? sheets[wanted - 1] : pickByName(sheets, wanted);
  const relation = sheet === undefined ? undefined : relations.get(sheet.relation);
  if (sheet === undefined || relation?.type === 'chartsheet' || relation?.type === 'dialogsheet') throw missing(zip.fileName, wanted, sheets);
  if (relation === undefined || relation.external) throw damaged(zip.fileName, null, `its sheet "${sheet.name}" leads to no part`);
  const strings = [...relations.values()].find(({ type }) => type === 'sharedStrings')?.target ?? null;
  return { sheetName: sheet.name, sheetPart: relation.target, stringsPart: strings, is1904 };
}

function pickByName(sheets: Sheet[], wanted: string): Sheet | undefined {
  const name = wanted.normalize('NFC');
  return sheets.find((sheet) => sheet.name.normalize('NFC') === name) ?? sheets.find((sheet) => sheet.name.normalize('NFC').toLowerCase() === name.toLowerCase());
}

function missing(fileName: string, wanted: string | number, sheets: Sheet[]): Problem {
  const names = sheets.slice(0, 100).map(({ name }) => name.slice(0, 100));
  return new Problem('SHEET_MISSING', `${fileName} has no sheet ${typeof wanted === 'number' ? `number ${wanted}` : `"${wanted}"`} with cells; it has ${names.map((name) => `"${name}"`).join(', ') || 'none'}. Check the profile's sheet.`, {
    at: { file: fileName, field: 'sheet' }, facts: { sheets: names },
  });
}

async function readBook(zip: XlsxZip, part: string): Promise<{ sheets: Sheet[]; is1904: boolean }> {
  const sheets: Sheet[] = [];
  let is1904 = false;
  await walk(zip, part, (name, attributes) => {
    if (name === 'sheet') {
      if (sheets.length >= MAX_SHEETS) throw damaged(zip.fileName, null, `it has more than ${MAX_SHEETS} sheets`);
      sheets.push({ name: attributes['name'] ?? '', relation: attribute(withoutOwn(attributes), 'id') ?? '' });
    } else if (name === 'workbookPr') is1904 = /^(1|true|on)$/.test(attributes['date1904'] ?? '');
  });
  return { sheets, is1904 };
}

/** A sheet's relation is the `id` of another namespace; `sheetId` is something else. */
function withoutOwn(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name.includes(':')));
}

async function relationsOf(zip: XlsxZip, part: string, folder: string): Promise<[string, Relation][]> {
  const relations: [string, Relation][] = [];
  await walk(zip, part, (name, { Id = '', Type = '', Target = '', TargetMode = '' }) => {
    if (name === 'Relationship' && relations.length < 2 * MAX_SHEETS) relations.push([Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target: resolved(folder, Target), external: TargetMode === 'External' }]);
  });
  return relations;
}

async function walk(zip: XlsxZip, part: string, open: PartHandler['open']): Promise<void> {
  for await (const _ of walkPart(zip, part, { open, close: () => undefined, text: () => undefined }));
}

/** A part's name from a relation's target; it is only ever looked up in the zip. */
function resolved(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}
