import { inflateSync } from 'node:zlib';

export interface PdfText { page: number; x: number; y: number; size: number; text: string }

/** The texts of a PDF as our sheets write them: each with its page, where it begins (points from the upper left) and its size. */
export function pdfTexts(file: Buffer): PdfText[] {
  const objects = new Map<string, { dictionary: string; stream: string }>();
  const source = file.toString('latin1');
  for (const match of source.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [dictionary, rest] = match[2]!.split('\nstream\n') as [string, string?];
    const bytes = rest === undefined ? undefined : Buffer.from(rest.slice(0, rest.lastIndexOf('\nendstream')), 'latin1');
    objects.set(match[1]!, { dictionary, stream: bytes === undefined ? '' : (dictionary.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1') });
  }
  const letters = new Map<string, Map<number, string>>();
  for (const [, font, id] of source.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id!)!.dictionary)?.[1];
    if (unicode !== undefined) letters.set(font!, readMap(objects.get(unicode)!.stream));
  }
  const root = /\/Type \/Pages[\s\S]*?\/Kids \[([^\]]*)\]|\/Kids \[([^\]]*)\]/.exec([...objects.values()].map((o) => o.dictionary).find((d) => d.includes('/Kids'))!)!;
  const pages = [...(root[1] ?? root[2]!).matchAll(/(\d+) 0 R/g)].map((match) => /\/Contents (\d+) 0 R/.exec(objects.get(match[1]!)!.dictionary)![1]!);
  return pages.flatMap((id, page) => textsOf(objects.get(id)!.stream, letters, page + 1));
}

/** A page's texts put together line by line, left to right, with a bar between them. */
export function pdfLines(texts: readonly PdfText[], page?: number): string[] {
  const own = texts.filter((text) => page === undefined || text.page === page);
  const lines = Map.groupBy(own, (text) => `${text.page}/${Math.round(text.y * 2)}`);
  return [...lines.values()].sort((a, b) => a[0]!.page - b[0]!.page || a[0]!.y - b[0]!.y).map((line) => line.sort((a, b) => a.x - b.x).map((text) => text.text).join(' | '));
}

function textsOf(content: string, letters: ReadonlyMap<string, ReadonlyMap<number, string>>, page: number): PdfText[] {
  const found: PdfText[] = [];
  let [font, size, x, y] = ['', 0, 0, 0];
  for (const match of content.matchAll(/\/(F\d+) ([\d.]+) Tf|1 0 0 1 ([\d.-]+) ([\d.-]+) Tm|\[((?:<[0-9a-f]*>|[\s\d.-])*)\] TJ/g)) {
    if (match[1] !== undefined) [font, size] = [match[1], Number(match[2])];
    else if (match[3] !== undefined) [x, y] = [Number(match[3]), 595.28 - Number(match[4])];
    else {
      const codes = [...match[5]!.matchAll(/<([0-9a-f]*)>/g)].flatMap((part) => part[1]!.match(/.{4}/g) ?? []);
      found.push({ page, x, y, size, text: codes.map((code) => letters.get(font)!.get(Number.parseInt(code, 16)) ?? '?').join('') });
    }
  }
  return found;
}

function readMap(cmap: string): Map<number, string> {
  const map = new Map<number, string>();
  const text = (hex: string): string => String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));
  for (const match of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    for (const [i, entry] of [...match[2]!.matchAll(/<([0-9a-f ]*)>/g)].entries()) map.set(Number.parseInt(match[1]!, 16) + i, text(entry[1]!.replaceAll(' ', '')));
  }
  return map;
}
