import { isSEPACountry } from 'ibantools';
import type { Destination } from '../rail.ts';

/** Currencies of two decimals of countries that have IBANs and no euros. */
const OF_COUNTRY: Readonly<Record<string, string>> = {
  AE: 'AED', AL: 'ALL', AZ: 'AZN', BA: 'BAM', BR: 'BRL', BY: 'BYN', CH: 'CHF', CR: 'CRC', CZ: 'CZK', DK: 'DKK', DO: 'DOP', EG: 'EGP', FO: 'DKK', GB: 'GBP', GE: 'GEL', GG: 'GBP', GI: 'GBP', GL: 'DKK', GT: 'GTQ', HU: 'HUF', IL: 'ILS',
  IM: 'GBP', JE: 'GBP', KZ: 'KZT', LI: 'CHF', MD: 'MDL', MK: 'MKD', MU: 'MUR', NO: 'NOK', PK: 'PKR', PL: 'PLN', PS: 'ILS', QA: 'QAR', RO: 'RON', RS: 'RSD', SA: 'SAR', SC: 'SCR', SE: 'SEK', TR: 'TRY', UA: 'UAH',
};

/** Euro transfers reach the countries of SEPA only. */
export const reaches = (currency: string, iban: string): boolean => currency !== 'EUR' || isSEPACountry(iban.slice(0, 2));

/**
 * The one of `currencies` in which a bank account is paid: the one that the method names, else that of the IBAN's country, else the first that reaches it. Null: none does, or the named one is not paid.
 */
export function currencyOf({ iban = '', currency: named = '' }: Destination, currencies: readonly string[]): string | null {
  const written = iban.replace(/[\s-]/g, '').toUpperCase();
  const wanted = named.trim().toUpperCase();
  const fits = currencies.filter((currency) => reaches(currency, written));
  if (wanted !== '') return fits.includes(wanted) ? wanted : null;
  const own = OF_COUNTRY[written.slice(0, 2)] ?? 'EUR';
  return fits.includes(own) ? own : fits[0] ?? null;
}
