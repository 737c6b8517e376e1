import { isValidBIC, validateIBAN, ValidationErrorsIBAN } from 'ibantools';
import type { Destination, DestinationCheck } from '../rail.ts';
import { currencyOf } from './currency.ts';
import { latin } from './latin.ts';

const FIELDS = ['iban', 'bic', 'holderName', 'currency'];
const LONGEST_NAME = 70;

/** In the order in which they help: the first that applies is said. */
const IBAN_FAULTS: readonly [ValidationErrorsIBAN, string, string][] = [
  [ValidationErrorsIBAN.NoIBANProvided, 'IBAN_MISSING', 'The IBAN is missing.'],
  [ValidationErrorsIBAN.NoIBANCountry, 'IBAN_COUNTRY', 'The IBAN does not begin with a country that has IBANs.'],
  [ValidationErrorsIBAN.WrongBBANLength, 'IBAN_LENGTH', 'The IBAN has too many or too few characters for its country.'],
  [ValidationErrorsIBAN.WrongBBANFormat, 'IBAN_FORMAT', 'The IBAN has letters where its country has digits, or the other way round.'],
  [ValidationErrorsIBAN.WrongIBANChecksum, 'IBAN_CHECKSUM', 'The check digits of the IBAN are wrong: one of its characters was mistyped.'],
  [ValidationErrorsIBAN.ChecksumNotNumber, 'IBAN_CHECKSUM', 'The third and fourth characters of the IBAN must be digits.'],
  [ValidationErrorsIBAN.WrongAccountBankBranchChecksum, 'IBAN_ACCOUNT', 'The account number in the IBAN is wrong: one of its digits was mistyped.'],
];

/** Countries whose banks' BIC may bear another one's code: territories that use their state's IBANs, or its BICs. */
const SAME_AS: Readonly<Record<string, readonly string[]>> = {
  FR: ['GF', 'GP', 'MQ', 'RE', 'YT', 'BL', 'MF', 'PM', 'PF', 'NC', 'TF', 'WF', 'MC'], GB: ['GG', 'JE', 'IM'], MC: ['FR'], SM: ['IT'], VA: ['IT'], ES: ['AD'], NO: ['SJ'], FI: ['AX'],
};

/**
 * A bank account, field by field, with the reason in words. Normalised: IBAN and BIC in capitals without spaces, the holder's name as it was entered; in the file it is written in
 * SEPA's letters. `own`: the company's account, to which nothing is paid. `currencies`: those that are paid; the method may name one of them, and euro transfers reach SEPA only.
 */
export function checkDestination(destination: Destination, { own, currencies }: { own: string; currencies: readonly string[] }): DestinationCheck {
  const refused = (field: string, code: string, reason: string): DestinationCheck => ({ ok: false, field, code, reason });
  const other = Object.keys(destination).find((name) => !FIELDS.includes(name));
  if (other !== undefined) return refused(other, 'FIELD_UNKNOWN', `A bank account has no "${other}"; it has ${FIELDS.join(', ')}.`);

  const iban = (destination['iban'] ?? '').replace(/[\s-]/g, '').toUpperCase();
  const { valid, errorCodes } = validateIBAN(iban);
  if (!valid) {
    const [, code, reason] = IBAN_FAULTS.find(([fault]) => errorCodes.includes(fault)) ?? [null, 'IBAN_INVALID', 'The IBAN is not one.'];
    return refused('iban', code, reason);
  }
  if (iban === own) return refused('iban', 'IBAN_OURS', "This is the account that payouts are paid from.");
  const currency = (destination['currency'] ?? '').trim().toUpperCase();
  if (currency !== '' && !currencies.includes(currency)) return refused('currency', 'CURRENCY_NOT_PAID', `Bank transfers are paid in ${currencies.join(', ')}, not in ${currency.slice(0, 10)}.`);
  if (currencyOf({ iban, currency }, currencies) === null) return refused('iban', 'IBAN_NOT_SEPA', 'Euro transfers reach the countries of SEPA only, and this account is in none of them.');

  const bic = (destination['bic'] ?? '').replace(/\s/g, '').toUpperCase();
  if (bic !== '' && !isValidBIC(bic)) return refused('bic', 'BIC_INVALID', 'A BIC has 8 or 11 characters: four letters of the bank, two of the country, two of the place, and three of the branch or none.');
  const [country, ofBic] = [iban.slice(0, 2), bic.slice(4, 6)];
  if (bic !== '' && country !== ofBic && !(SAME_AS[country]?.includes(ofBic) ?? false)) return refused('bic', 'BIC_COUNTRY', `The BIC is of a bank in ${ofBic}, the IBAN of one in ${country}.`);

  const holderName = (destination['holderName'] ?? '').replace(/\s+/g, ' ').trim();
  if (holderName === '') return refused('holderName', 'HOLDER_MISSING', 'The name of the account holder is missing.');
  const written = latin(holderName);
  if (written === null || written === '') return refused('holderName', 'HOLDER_LETTERS', 'Banks take Latin letters only: enter the name as it stands on the bank statement.');
  if (written.length > LONGEST_NAME) return refused('holderName', 'HOLDER_LONG', `The name has ${written.length} characters, and transfers take ${LONGEST_NAME}: shorten it as the bank does.`);
  return { ok: true, destination: { iban, ...(bic === '' ? {} : { bic }), holderName, ...(currency === '' ? {} : { currency }) }, shown: `${iban.slice(0, 4)} … ${iban.slice(-4)}${currency === '' ? '' : `, ${currency}`}` };
}
