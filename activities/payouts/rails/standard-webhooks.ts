import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '../../../domain/problem.ts';

/** How far an event's time may be from ours, in seconds; older ones may be replays. */
const TOLERANCE_SECONDS = 300;

/**
 * Checks an inbound event by the Standard Webhooks convention (`v1`, HMAC-SHA256 over `id.timestamp.body`; several
 * signatures may be given, one must fit) and returns its id. `asOf` is the receiving server's clock, never a workflow's.
 * Throws `Problem` RAIL_EVENT_UNSIGNED or RAIL_EVENT_FORGED or RAIL_EVENT_STALE, all 401.
 */
export function verifyStandardWebhook(headers: Readonly<Record<string, string | string[] | undefined>>, rawBody: Buffer, key: Buffer, asOf: Date): string {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) {
    throw new Problem('RAIL_EVENT_UNSIGNED', 'The event needs the headers webhook-id, webhook-timestamp (seconds) and webhook-signature.', { status: 401 });
  }
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest();
  const fits = signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.startsWith('v1,') ? signature.slice(3) : '', 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fits) throw new Problem('RAIL_EVENT_FORGED', 'No signature of the event fits its id, time and body; it was not sent by the rail.', { status: 401 });
  if (Math.abs(asOf.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw new Problem('RAIL_EVENT_STALE', `The event's time is more than ${TOLERANCE_SECONDS} seconds from ours; check both clocks, or it is a replay.`, { status: 401 });
  }
  return id;
}
