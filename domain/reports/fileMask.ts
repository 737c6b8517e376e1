/** Whether a file's name matches a mask such as `trades_*.csv`: `*` stands for any characters, `?` for one; case matters. */
export function matchesMask(mask: string, name: string): boolean {
  const [first = '', ...rest] = mask.split('*');
  if (rest.length === 0) return same(first, name);
  if (!same(first, name.slice(0, first.length))) return false;
  const last = rest.pop()!;
  let at = first.length;
  for (const part of rest) {
    // The earliest place leaves the most for the others.
    while (at + part.length <= name.length && !same(part, name.slice(at, at + part.length))) at++;
    at += part.length;
  }
  return name.length - last.length >= at && same(last, name.slice(name.length - last.length));
}

function same(mask: string, text: string): boolean {
  if (mask.length !== text.length) return false;
  for (let at = 0; at < mask.length; at++) if (mask[at] !== '?' && mask[at] !== text[at]) return false;
  return true;
}
