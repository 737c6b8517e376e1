import { randomBytes } from 'node:crypto';
import type { RailRecord } from './record.ts';
import { purposeKey, webhookHeaders } from './signing.ts';

export interface WebhookEvent {
  type: 'payment.accepted' | 'payment.executed' | 'payment.rejected' | 'payment.returned';
  /** ISO instant of what happened, not of the delivery. */
  timestamp: string;
  data: { reference: string | null; key: string; payoutId: string };
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;
const TRIES = 10;

/** Sends events until the receiver answers 2xx, with growing pauses; what was delivered is remembered in the record. */
export class WebhookSender {
  private readonly url: string | null;
  private readonly key: Buffer;
  private readonly record: RailRecord;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly stopping = new AbortController();

  constructor(url: string | null, secret: string, record: RailRecord) {
    this.url = url;
    this.key = purposeKey(secret, 'webhooks');
    this.record = record;
  }

  /** The same id for the same event, also after a restart. */
  static eventId(event: WebhookEvent): string { return `msg_${event.data.reference ?? event.data.key}_${event.type.slice('payment.'.length)}`; }

  send(event: WebhookEvent, options: { id?: string; afterMs?: number; again?: boolean } = {}): void {
    const id = options.id ?? WebhookSender.eventId(event);
    if (this.url === null || (this.record.delivered.has(id) && !options.again)) return;
    this.later(options.afterMs ?? 0, () => this.attempt(id, event, this.key, 0));
  }

  /** An event that someone else made up: right form, wrong key. Never retried. */
  forge(event: WebhookEvent): void {
    if (this.url === null) return;
    this.later(0, () => this.attempt(`msg_forged_${randomBytes(6).toString('hex')}`, event, randomBytes(32), TRIES));
  }

  stop(): void {
    this.stopping.abort();
    for (const timer of this.timers) clearTimeout(timer);
  }

  private later(ms: number, run: () => Promise<void>): void {
    const timer = setTimeout(() => { this.timers.delete(timer); void run(); }, ms);
    this.timers.add(timer);
  }

  private async attempt(id: string, event: WebhookEvent, key: Buffer, tries: number): Promise<void> {
    const body = JSON.stringify(event);
    let delivered = false;
    try {
      const response = await fetch(this.url ?? '', {
        method: 'POST', body, headers: webhookHeaders(id, Math.floor(Date.now() / 1000), body, key),
        signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(5000)]),
      });
      await response.arrayBuffer();
      delivered = response.ok;
    } catch {
      delivered = false;
    }
    if (this.stopping.signal.aborted || tries >= TRIES) return;
    if (delivered) this.record.note({ type: 'delivered', eventId: id });
    else this.later(Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS), () => this.attempt(id, event, key, tries + 1));
  }
}
