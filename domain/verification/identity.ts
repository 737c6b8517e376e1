import { Problem } from '../problem.ts';

/** Who somebody says he is. `country`: ISO 3166-1 alpha-2 of residence; `dateOfBirth`: YYYY-MM-DD. */
export interface Identity { fullName: string; country: string; dateOfBirth: string }

/** Rules of who can be paid, as data. */
export const IDENTITY_RULES = { minimumAge: 18, maximumAge: 120, blockedCountries: ['CU', 'IR', 'KP', 'SY'] } as const;

/** ISO 3166-1 alpha-2. */
const COUNTRIES = new Set((
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ '
  + 'DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP '
  + 'KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM '
  + 'PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ '
  + 'UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' '));

/**
 * Throws `Problem` (422, naming the field, never its value): COUNTRY_UNKNOWN, COUNTRY_BLOCKED, DATE_OF_BIRTH_INVALID, TOO_YOUNG, NAME_INVALID.
 * `asOf`: ISO instant; a day begins in UTC.
 */
export function checkIdentity({ fullName, country, dateOfBirth }: Identity, asOf: string): void {
  if (!/\p{L}/u.test(fullName)) throw wrong('NAME_INVALID', 'fullName', 'The name must have letters; write it as on the document.');
  if (!COUNTRIES.has(country)) throw wrong('COUNTRY_UNKNOWN', 'country', 'There is no such country; write its two capital letters of ISO 3166, such as DE.');
  if ((IDENTITY_RULES.blockedCountries as readonly string[]).includes(country)) throw wrong('COUNTRY_BLOCKED', 'country', 'We may not pay anybody in this country.');
  const age = ageOn(dateOfBirth, asOf);
  if (age === null || age < 0 || age > IDENTITY_RULES.maximumAge) throw wrong('DATE_OF_BIRTH_INVALID', 'dateOfBirth', 'The date of birth must be a day that exists, such as 1990-05-17.');
  if (age < IDENTITY_RULES.minimumAge) throw wrong('TOO_YOUNG', 'dateOfBirth', `Only who is ${IDENTITY_RULES.minimumAge} or older can be paid.`);
}

/** Whole years on the UTC day of `asOf`; null for a day that does not exist. Who was born on 29 February is a year older on 1 March. */
export function ageOn(dateOfBirth: string, asOf: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(dateOfBirth)) return null;
  const born = new Date(`${dateOfBirth}T00:00:00.000Z`);
  if (Number.isNaN(born.getTime()) || born.toISOString().slice(0, 10) !== dateOfBirth) return null;
  const years = Number(asOf.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  return asOf.slice(5, 10) < dateOfBirth.slice(5) ? years - 1 : years;
}

const wrong = (code: string, field: string, sentence: string): Problem => new Problem(code, sentence, { at: { field } });
