import { Decimal } from '../../decimal.ts';
import type { MailLinkPurpose } from '../../identity/mailLinks.ts';
import { Problem } from '../../problem.ts';

/** A paragraph; a short table; a link that stands by itself. Text and HTML are both made from these. */
export type Block = string | { rows: readonly (readonly [label: string, value: string])[] } | { link: string; label: string };

export interface MailContent { subject: string; blocks: readonly Block[] }

/** What a template may use. Nothing of it is personal; a secret is only in `secretLink`. */
export interface TemplateInput {
  facts: Readonly<Record<string, string>>;
  /** ISO instant at which it happened. */
  at: string;
  /** The address of a page or object by its path, e.g. `/v1/payouts/pay_…`. */
  link(path: string): string;
  /**
   * The link with a secret that this kind of mail carries (domain/identity/mailLinks.ts): that of the facts `tokenId` and `purpose`, or of another fact for a given purpose. Throws where
   * it carries none.
   */
  secretLink(fact?: string, purpose?: MailLinkPurpose): string;
}

export type Template = (input: TemplateInput) => MailContent;

/** A fact that this kind always has. Throws `Problem` MAIL_FACT_MISSING. */
export function fact(input: TemplateInput, name: string): string {
  const value = input.facts[name];
  if (value === undefined) throw new Problem('MAIL_FACT_MISSING', `The notification has no fact "${name}", which its mail needs.`);
  return value;
}

/** `12.5`, `USD` → `12.50 USD`: at least two places, and never fewer than there are. */
export function amountText(amount: string, currency: string): string {
  const value = new Decimal(amount);
  return `${value.toFixed(Math.max(2, value.decimalPlaces()))} ${currency}`;
}

/** The facts `amount` and `currency`. */
export const amountOf = (input: TemplateInput): string => amountText(fact(input, 'amount'), fact(input, 'currency'));

/** `2026-11-16T09:00:00.000Z` → `16 November 2026, 09:00 UTC`. */
export function when(instant: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(instant) ?? [];
  if (year === undefined) return instant;
  return `${day!.replace(/^0/, '')} ${MONTHS[month!]} ${year}, ${time} UTC`;
}
const MONTHS: Readonly<Record<string, string>> = {
  '01': 'January', '02': 'February', '03': 'March', '04': 'April', '05': 'May', '06': 'June',
  '07': 'July', '08': 'August', '09': 'September', '10': 'October', '11': 'November', '12': 'December',
};

/** Rows for the facts that are there. */
export function rows(input: TemplateInput, labels: Readonly<Record<string, string>>): Block {
  return { rows: Object.entries(labels).flatMap(([name, label]) => (input.facts[name] ? [[label, input.facts[name]] as const] : [])) };
}
