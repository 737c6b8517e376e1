/** Cents of a dollar as brokers call them; no ISO code. */
const CENTS = ['USC', 'USX', 'UST', 'CENT', 'CENTS', '¢'];

/** Whether a text plainly names money that is not USD: an ISO code or cents. What it does not know (`US$`, `Dollar`) is for a person to say. */
export function isOtherCurrency(text: string): boolean {
  const code = text.trim().toUpperCase();
  return code !== 'USD' && (CENTS.includes(code) || Intl.supportedValuesOf('currency').includes(code));
}
