/**
 * A trader's own MT4 or MT5 statement as it was read. It is evidence in a dispute, compared ticket by ticket with the broker's report; it never
 * creates an accrual (product.md "Data source", "Disputes"). The holder's name on it is not kept.
 */
export interface Statement {
  platform: 'mt4' | 'mt5';
  /** Login at the broker, as text. */
  account: string;
  /** As stated; null where the statement does not say. MT4's never names the server. */
  server: string | null;
  company: string | null;
  /** Deposit currency, e.g. `USD`; `profit`, `commission` and `swap` are in it. */
  currency: string | null;
  /** Closed trades. MT4: by ticket. MT5: by position. Open and working ones are not in it. */
  trades: StatementTrade[];
  /** MT5: every deal that is a trade, because brokers report by deal or by position. MT4: none. */
  deals: StatementDeal[];
  /** Rows that are no trade: deposits, credits, cancelled orders. */
  others: StatementOther[];
  /** Rows that look like one of these but cannot be read, with the reason. */
  unread: { row: number; why: string }[];
}

/** A server time as the statement writes it, and its instant where the caller names the server's zone (null where it has none such). */
export interface StatementTime {
  /** `2026.11.02 12:00:00` as written. */
  local: string;
  /** ISO instant in UTC with milliseconds. */
  instant: string | null;
}

/** Figures are plain decimal texts; null where the cell is empty. */
export interface StatementTrade {
  ticket: string;
  symbol: string;
  side: 'buy' | 'sell';
  /** As reported, in the account's own lots. */
  lots: string;
  openTime: StatementTime;
  closeTime: StatementTime;
  openPrice: string | null;
  closePrice: string | null;
  commission: string | null;
  swap: string | null;
  profit: string | null;
  comment: string | null;
}

export interface StatementDeal {
  ticket: string;
  order: string | null;
  symbol: string;
  side: 'buy' | 'sell';
  direction: 'in' | 'out' | 'in/out' | 'out by';
  lots: string;
  time: StatementTime;
  price: string | null;
  commission: string | null;
  swap: string | null;
  profit: string | null;
  comment: string | null;
}

export interface StatementOther {
  ticket: string;
  /** As written: `balance`, `credit`, `buy limit` … */
  type: string;
  time: StatementTime;
  /** In the account's currency; null for a cancelled order. */
  amount: string | null;
  comment: string | null;
}
