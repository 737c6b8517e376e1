import type { Statement } from '../../domain/disputes/statement.ts';
import type { TimeZone } from '../../domain/reports/timeZone.ts';
import type { HtmlCell } from './htmlRows.ts';
import { figureOf, needed, placesOf, sideOf, ticketOf, timeOf } from './statementCells.ts';

const COLUMNS = ['ticket', 'open time', 'type', 'size', 'item', 'price', 'close time', 'price 2', 'profit'] as const;

/** The rows of MT4's (detailed) statement, one after the other: account line, closed transactions, then what is still open. */
export class Mt4Statement {
  readonly statement: Statement = { platform: 'mt4', account: '', server: null, company: null, currency: null, trades: [], deals: [], others: [], unread: [] };
  readonly #zone: TimeZone | null;
  #section: 'head' | 'closed' | 'rest' = 'head';
  #places: Map<string, number> | null = null;

  constructor(zone: TimeZone | null) {
    this.#zone = zone;
  }

  /** Throws Unreadable for a row that is one of the statement's but cannot be read. */
  row(cells: HtmlCell[]): void {
    const texts = cells.map(({ text }) => text);
    const first = texts[0] ?? '';
    if (/^closed transactions:?$/i.test(first)) this.#section = 'closed';
    else if (/^(?:closed p\/l|open trades|working orders|summary|details):?/i.test(first)) this.#section = 'rest';
    else if (this.#section === 'head') this.#head(texts);
    else if (this.#section === 'closed') {
      if (this.#places === null) this.#places = placesOf(texts, COLUMNS);
      else if (/^\d/.test(first)) this.#closed(cells, texts, this.#places);
    }
  }

  #head(texts: string[]): void {
    for (const text of texts) {
      const [, name, value] = /^(account|a\/c no|currency):\s*(\S+)/i.exec(text) ?? [];
      // The server's own mails say `A/C No`.
      if (name?.toLowerCase().startsWith('a') === true) this.statement.account = value ?? '';
      if (name?.toLowerCase() === 'currency') this.statement.currency = value ?? null;
    }
  }

  #closed(cells: HtmlCell[], texts: string[], places: Map<string, number>): void {
    const at = (name: string): string | undefined => texts[places.get(name) ?? -1];
    const ticket = ticketOf(texts[0] ?? '');
    const type = needed(at('type'), 'type').toLowerCase();
    const openTime = timeOf(at('open time'), 'open time', this.#zone);
    const side = sideOf(type);
    const comment = (cells[0]?.title.trim() ?? '').replace(/^#\d+\s*/, '') || null;
    const last = texts.at(-1) ?? '';
    if (side === null || texts.length < places.size) {
      // A deposit has its comment over the columns of a trade; a cancelled order ends with that word.
      const isCancelled = /^cancelled|^expiration|^deleted/i.test(last) || / (?:limit|stop)$/.test(type);
      this.statement.others.push({ ticket, type, time: openTime, amount: isCancelled ? null : figureOf(last, 'amount'), comment: comment ?? (isCancelled ? last || null : (texts[3] ?? '') || null) });
      return;
    }
    this.statement.trades.push({
      ticket, side, symbol: needed(at('item'), 'item'), lots: needed(figureOf(at('size'), 'size'), 'size'), openTime, closeTime: timeOf(at('close time'), 'close time', this.#zone),
      openPrice: figureOf(at('price'), 'price'), closePrice: figureOf(at('price 2'), 'close price'), commission: figureOf(at('commission'), 'commission'),
      swap: figureOf(at('swap'), 'swap'), profit: figureOf(at('profit'), 'profit'), comment,
    });
  }
}
