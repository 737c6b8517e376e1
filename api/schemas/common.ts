import { z } from 'zod';
import { normaliseInstant } from '../../domain/instant.ts';

/** A text that people typed: trimmed, not empty, without control characters (Postgres cannot store NUL). */
// eslint-disable-next-line no-control-regex
export const text = (max = 200) => z.string().min(1).max(max).regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters').regex(/^\S(.*\S)?$/su, 'must not begin or end with a space');

const YEAR = String.raw`(?:19[7-9]\d|[2-9]\d{3})`;
const LEAP_YEAR = '(?:19(?:[79][26]|8[048])|[2-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[3579][26])00)';
const MONTH_AND_DAY = String.raw`(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
/** No place on earth is further from UTC, and Postgres refuses what is far beyond. */
const OFFSET = String.raw`(?:0\d|1[0-4]):[0-5]\d`;
/** As exact as a pattern can be: whoever follows the OpenAPI document is not refused for a day that does not exist. */
const INSTANT = new RegExp(String.raw`^(?:${YEAR}-${MONTH_AND_DAY}|${LEAP_YEAR}-02-29)T${CLOCK}(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-]${OFFSET})$`);

/** An instant as the caller may write it: any offset, at most milliseconds. */
export const instantIn = () => z.string().regex(INSTANT, 'must be an ISO instant with an offset, such as 2026-11-02T09:00:00Z').refine((value) => {
  try {
    return normaliseInstant(value) !== '';
  } catch {
    return false;
  }
}, 'is not an instant that exists').meta({ description: 'ISO 8601 instant with an offset.', examples: ['2026-11-02T09:00:00Z'] });

/** An instant as we write it. */
export const Instant = z.string().meta({ description: 'ISO 8601 instant in UTC with milliseconds.', examples: ['2026-11-02T09:00:00.000Z'] });

/** A decimal as the caller may write it; never a JSON number, which would be a float. */
export const decimalIn = (places = 8, example = '6.00') => z.string().regex(new RegExp(`^\\d{1,15}(\\.\\d{1,${places}})?$`), `must be a plain non-negative decimal text with at most ${places} places`)
  .meta({ description: 'Plain decimal text.', examples: [example] });

/** A decimal as we write it. */
export const DecimalText = z.string().meta({ description: 'Exact decimal text.', examples: ['18.37'] });

/** An id as it may come in: its shape is checked loosely, one that does not exist is 404. */
export const idIn = (prefix: string) => z.string().min(1).max(100).regex(/^[A-Za-z0-9_-]+$/, 'is not an id').meta({ examples: [`${prefix}_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e`] });
export const idOut = (prefix: string) => z.string().meta({ examples: [`${prefix}_0190b3c2f4a17c3e9b1d2f3a4b5c6d7e`] });
export const brokerIdIn = () => z.string().min(1).max(63).regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens').meta({ examples: ['alpha'] });
/** Of several layouts that one broker's files have. */
export const profileNameIn = () => z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens').meta({ examples: ['default'] });
export const instrumentClass = () => text(60).meta({ examples: ['forex'] });
