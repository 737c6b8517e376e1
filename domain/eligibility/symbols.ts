/**
 * The instrument class of a raw symbol: by the whole symbol, else with one declared suffix stripped, longest first
 * (`XAUUSD.m` → `XAUUSD`). Null where nothing matches: the line is then quarantined, never paid as zero.
 */
export function classOfSymbol(symbol: string, symbols: ReadonlyMap<string, string>, suffixes: readonly string[]): string | null {
  const whole = symbols.get(symbol);
  if (whole !== undefined) return whole;
  for (const suffix of [...suffixes].sort((a, b) => b.length - a.length)) {
    if (suffix === '' || !symbol.endsWith(suffix)) continue;
    const found = symbols.get(symbol.slice(0, -suffix.length));
    if (found !== undefined) return found;
  }
  return null;
}
