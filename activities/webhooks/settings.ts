import { TRY_AFTER_SECONDS } from '../../domain/webhooks/backOff.ts';

export interface WebhookSettings {
  /** Also http and addresses of private networks: for development and tests only. */
  allowPrivate: boolean;
  /** Until the connection stands, name look-up and TLS included; ms. */
  connectTimeoutMs: number;
  /** For the whole of a try; ms. */
  timeoutMs: number;
  /** Seconds before each try. */
  schedule: readonly number[];
}

export const WEBHOOK_SETTINGS: WebhookSettings = { allowPrivate: false, connectTimeoutMs: 5_000, timeoutMs: 15_000, schedule: TRY_AFTER_SECONDS };
