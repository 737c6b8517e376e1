import { createHash } from 'node:crypto';

/** ISO 20022's Max35Text. */
const LONGEST = 35;

/**
 * The EndToEndId of an attempt, by which every message of the bank is matched: from its key alone, so the same attempt always has the same. Our own keys only lose their prefix
 * (`pay_<32 hex>-1` has 38 characters); any other is hashed.
 */
export function endToEndIdOf(idempotencyKey: string): string {
  const own = /^(?:pay_([0-9a-f]{32}-\d{1,2})|att_([0-9a-f]{32}))$/.exec(idempotencyKey);
  return own?.[1] ?? own?.[2] ?? `K${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, LONGEST - 1)}`;
}

/** The key that an EndToEndId was made from, where it can be read back; null: it was hashed, or is nobody of ours. */
export function keyOf(endToEndId: string): string | null {
  if (/^[0-9a-f]{32}-\d{1,2}$/.test(endToEndId)) return `pay_${endToEndId}`;
  return /^[0-9a-f]{32}$/.test(endToEndId) ? `att_${endToEndId}` : null;
}

/** MsgId, PmtInfId and file name of a batch: its id without the underscore, 35 characters. */
export const messageIdOf = (batchId: string): string => batchId.replace('_', '');

/** The batch that a MsgId names; null: none of ours. */
export const batchOf = (messageId: string): string | null => (/^bat[0-9a-f]{32}$/.test(messageId) ? `bat_${messageId.slice(3)}` : null);
