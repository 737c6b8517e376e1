const CURRENCIES = new Set(['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'AUD', 'NZD', 'CAD', 'SEK', 'NOK', 'DKK', 'PLN', 'HUF', 'CZK', 'TRY', 'ZAR', 'MXN', 'SGD', 'HKD', 'CNH', 'ILS', 'THB']);
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^(XAU|XAG|XPT|XPD|GOLD|SILVER)/, 'metals'],
  [/^(BTC|ETH|LTC|XRP|BCH|ADA|SOL|DOGE|DOT|BNB|TRX)/, 'crypto'],
  [/^(UKOIL|USOIL|BRENT|WTI|XBR|XTI|XNG|NGAS|NATGAS|CRUDE|CL\b)/, 'energies'],
  [/^(US30|US500|US100|USTEC|NAS100|SPX500|SP500|DJ30|GER40|GER30|DE40|DE30|DAX|UK100|FTSE|FRA40|EU50|STOXX50|JP225|JPN225|AUS200|HK50|ES35|CHINA50)/, 'indices'],
];

/** Rates of the demo in USD per standardised lot: a guess for brokers it does not know. */
export const DEFAULT_RATES: Readonly<Record<string, string>> = { forex: '6.00', metals: '8.00', indices: '1.00', crypto: '2.50', energies: '3.00' };

/** The instrument class that a symbol's name suggests, suffixes and all (`EURUSDm`, `XAUUSD.pro`); null where it suggests none. */
export function guessClass(symbol: string): string | null {
  const upper = symbol.toUpperCase().replace(/[^A-Z0-9].*$/, '');
  if (CURRENCIES.has(upper.slice(0, 3)) && CURRENCIES.has(upper.slice(3, 6)) && upper.slice(0, 3) !== upper.slice(3, 6)) return 'forex';
  return PATTERNS.find(([pattern]) => pattern.test(upper))?.[1] ?? null;
}
