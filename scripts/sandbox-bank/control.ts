/** A payment as mock-bank itself has it. Amounts in minor units. */
export interface BankPayment { end_to_end_id: string; amount: number; currency: string; status: string; reason: string | null; settlement_date: string | null; booked_at: string | null; returned_at: string | null; msg_id: string; creditor_name: string | null }

export interface BankControl {
  /** Every payment with this EndToEndId that the bank decided on, by its own record. */
  payments(endToEndId: string): Promise<BankPayment[]>;
  allPayments(): Promise<BankPayment[]>;
  /** Reads the folder of payment files now. */
  scan(): Promise<void>;
  /** Moves bank time by whole days; what came due is booked and told. */
  advance(days: number): Promise<void>;
  /** Changes an account (ACME, GLOBEX, INITECH, EURODIS): `behaviour`, `parameters`, `balance` (minor units), `closed`. */
  account(id: string, change: Record<string, unknown>): Promise<void>;
  /** As it was when it was started. */
  reset(): Promise<void>;
}

/** mock-bank's control plane. */
export function bankControl(url: string): BankControl {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(url + path, { method, ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 404 ? [] : await answer.json()) as T;
  };
  return {
    payments: (endToEndId) => ask('GET', `/_mock/payments/${encodeURIComponent(endToEndId)}?all`),
    allPayments: () => ask('GET', '/_mock/payments'),
    scan: async () => void await ask('POST', '/_mock/drop/scan'),
    advance: async (days) => void await ask('POST', `/_mock/advance?days=${days}`),
    account: async (id, change) => void await ask('PATCH', `/_mock/accounts/${id}`, change),
    reset: async () => void await ask('POST', '/_mock/reset'),
  };
}
