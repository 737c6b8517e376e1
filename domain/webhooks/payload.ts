/** What happened: ids, decimal texts, instants and codes; never personal data. */
export interface WebhookEvent {
  type: string;
  /** ISO instant at which it happened. */
  timestamp: string;
  /** The user whom it concerns; null for what concerns the operators. */
  userId: string | null;
  facts: Readonly<Record<string, string>>;
}

/** The body of a webhook: `{type, timestamp, data}` as the Standard Webhooks convention proposes; made once, sent as it is every time. */
export function payloadOf({ type, timestamp, userId, facts }: WebhookEvent): string {
  return JSON.stringify({ type, timestamp, data: userId === null ? facts : { userId, ...facts } });
}
