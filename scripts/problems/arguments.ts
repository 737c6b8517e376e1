/** The arguments of a call as source text; `start` is the place after its opening bracket. */
export function argumentsAt(source: string, start: number): string[] {
  const parts: string[] = [];
  let from = start;
  for (let i = start; i < source.length; i++) {
    const char = source[i]!;
    if (char === "'" || char === '"' || char === '`') i = endOfText(source, i);
    else if ('([{'.includes(char)) i = endOfGroup(source, i);
    else if (char === ',' || char === ')') {
      const part = source.slice(from, i).trim();
      if (part !== '') parts.push(part);
      if (char === ')') return parts;
      from = i + 1;
    }
  }
  return parts;
}

/** Place of the bracket that closes the one at `open`. */
function endOfGroup(source: string, open: number): number {
  for (let i = open + 1; i < source.length; i++) {
    const char = source[i]!;
    if (char === "'" || char === '"' || char === '`') i = endOfText(source, i);
    else if ('([{'.includes(char)) i = endOfGroup(source, i);
    else if (')]}'.includes(char)) return i;
  }
  return source.length;
}

/** Place of the quote that ends the text that begins at `open`. */
function endOfText(source: string, open: number): number {
  const quote = source[open];
  for (let i = open + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (quote === '`' && source.startsWith('${', i)) i = endOfGroup(source, i + 1);
    else if (source[i] === quote) return i;
  }
  return source.length;
}

/** What the first text or template literal of an argument says, with … for what is filled in; undefined where there is none. */
export function sentenceOf(argument: string): string | undefined {
  const open = argument.search(/['"`]/);
  if (open < 0) return undefined;
  let said = '';
  for (let i = open + 1, end = endOfText(argument, open); i < end; i++) {
    if (argument.startsWith('${', i)) {
      said += '…';
      i = endOfGroup(argument, i + 1);
    } else said += argument[i] === '\\' ? argument[++i]! : argument[i]!;
  }
  return said;
}
