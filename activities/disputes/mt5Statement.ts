import type { Statement, StatementDeal } from '../../domain/disputes/statement.ts';
import type { TimeZone } from '../../domain/reports/timeZone.ts';
import type { HtmlCell } from './htmlRows.ts';
import { figureOf, needed, placesOf, sideOf, ticketOf, timeOf, Unreadable } from './statementCells.ts';

const POSITIONS = ['time', 'position', 'symbol', 'type', 'volume', 'price', 'time 2', 'price 2', 'profit'] as const;
const DEALS = ['time', 'deal', 'symbol', 'type', 'direction', 'volume', 'price', 'order', 'profit'] as const;
const DIRECTIONS: readonly StatementDeal['direction'][] = ['in', 'out', 'in/out', 'out by'];
const SECTION = /^(?:(positions)|(deals)|orders|open positions|working orders|results|summary):?$/i;

/** The rows of MT5's trade history report: account, positions, orders, deals, results. */
export class Mt5Statement {
  readonly statement: Statement = { platform: 'mt5', account: '', server: null, company: null, currency: null, trades: [], deals: [], others: [], unread: [] };
  readonly #zone: TimeZone | null;
  #section: 'head' | 'positions' | 'deals' | 'rest' = 'head';
  #places: Map<string, number> | null = null;

  constructor(zone: TimeZone | null) {
    this.#zone = zone;
  }

  /** Throws Unreadable for a row that is one of the statement's but cannot be read. */
  row(cells: HtmlCell[]): void {
    const texts = cells.filter(({ hidden }) => !hidden).map(({ text }) => text);
    const section = texts.filter((text) => text !== '').length === 1 ? SECTION.exec(texts.find((text) => text !== '') ?? '') : null;
    if (section !== null) {
      this.#section = section[1] !== undefined ? 'positions' : section[2] !== undefined ? 'deals' : 'rest';
      this.#places = null;
    } else if (this.#section === 'head') this.#head(texts);
    else if (this.#section !== 'rest') {
      if (this.#places === null) this.#places = placesOf(texts, this.#section === 'positions' ? POSITIONS : DEALS);
      else if (/^\d{4}\.\d/.test(texts[0] ?? '')) {
        const places = this.#places;
        const at = (name: string): string | undefined => texts[places.get(name) ?? -1];
        if (this.#section === 'positions') this.#position(at, cells);
        else this.#deal(at);
      }
    }
  }

  /** `Account:` `700100 (USD, Alpha-Live, real, Hedge)` */
  #head([name = '', value = '']: string[]): void {
    if (/^company:/i.test(name)) this.statement.company = value || null;
    if (!/^account:/i.test(name)) return;
    const [, account, currency, server] = /^(\d+)(?:\s*\(\s*([A-Za-z]{3,5})\s*(?:,\s*([^,)]+?)\s*)?[,)])?/.exec(value) ?? [];
    this.statement.account = account ?? '';
    this.statement.currency = currency ?? null;
    this.statement.server = server ?? null;
  }

  #position(at: (name: string) => string | undefined, cells: HtmlCell[]): void {
    const hidden = cells.find((cell) => cell.hidden)?.text ?? '';
    this.statement.trades.push({
      ticket: ticketOf(at('position') ?? ''), symbol: needed(at('symbol'), 'symbol'), side: needed(sideOf(at('type') ?? ''), 'type'), lots: needed(figureOf(at('volume'), 'volume'), 'volume'),
      openTime: timeOf(at('time'), 'time', this.#zone), closeTime: timeOf(at('time 2'), 'close time', this.#zone), openPrice: figureOf(at('price'), 'price'), closePrice: figureOf(at('price 2'), 'close price'),
      commission: figureOf(at('commission'), 'commission'), swap: figureOf(at('swap'), 'swap'), profit: figureOf(at('profit'), 'profit'), comment: hidden || null,
    });
  }

  #deal(at: (name: string) => string | undefined): void {
    const [ticket, time, comment] = [ticketOf(at('deal') ?? ''), timeOf(at('time'), 'time', this.#zone), at('comment') || null];
    const side = sideOf(at('type') ?? '');
    if (side === null) {
      this.statement.others.push({ ticket, type: needed(at('type'), 'type').toLowerCase(), time, amount: figureOf(at('profit'), 'profit'), comment });
      return;
    }
    const direction = DIRECTIONS.find((known) => known === (at('direction') ?? '').toLowerCase());
    if (direction === undefined) throw new Unreadable(`direction "${(at('direction') ?? '').slice(0, 40)}" is not known`);
    this.statement.deals.push({
      ticket, order: at('order') || null, symbol: needed(at('symbol'), 'symbol'), side, direction, lots: needed(figureOf(at('volume'), 'volume'), 'volume'), time, price: figureOf(at('price'), 'price'),
      commission: figureOf(at('commission'), 'commission'), swap: figureOf(at('swap'), 'swap'), profit: figureOf(at('profit'), 'profit'), comment,
    });
  }
}
