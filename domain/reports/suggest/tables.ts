/** Texts of a `kind`, `status` or `class` column that brokers write, in lower case, and what they mean. */

export const KIND_TEXTS: { readonly [kind in 'trade' | 'reversal' | 'adjustment' | 'ignore']: readonly string[] } = {
  trade: ['buy', 'sell', 'trade', 'close', 'closed', 'deal', 't', 'order', 'position', 'execution', 'fill', 'out', 'inout', 'in/out', 'out by', 'close by', 'partial close', 'market', 'long', 'short', 'kauf', 'verkauf', 'handel', 'geschäft', 'schliessung', 'schließung', 'abschluss',
    'achat', 'vente', 'compra', 'venta', 'acquisto', 'vendita', 'покупка', 'продажа', 'сделка', '买', '卖', '买入', '卖出', '平仓', '買', '売'],
  reversal: ['reversal', 'reversed', 'reverse', 'cancel', 'canceled', 'cancelled', 'cancellation', 'void', 'voided', 'chargeback', 'storno', 'stornierung', 'annulation', 'anulacion', 'anulación', 'сторно', 'отмена', '撤销', '取消'],
  adjustment: ['adjustment', 'adj', 'correction', 'refund', 'compensation', 'manual', 'manual adjustment', 'korrektur', 'anpassung', 'erstattung', 'gutschrift', 'correction manuelle', 'ajuste', 'rettifica', 'корректировка', 'возврат', '调整', '調整'],
  ignore: ['balance', 'deposit', 'withdrawal', 'withdraw', 'credit', 'bonus', 'transfer', 'swap', 'dividend', 'interest', 'fee', 'charge', 'buy limit', 'sell limit', 'buy stop', 'sell stop', 'in', 'open', 'opened', 'einzahlung', 'auszahlung', 'kontostand', 'zins', 'zinsen', 'gebühr', 'eröffnung', 'dépôt', 'retrait',
    'depósito', 'retiro', 'deposito', 'prelievo', 'баланс', 'пополнение', 'вывод', '入金', '出金'],
};

/** Null: the line counts. Only words that say that something is done or good: `pending`, `active` or a word that nobody knows may yet be refused, and would be paid. */
export const STATUS_TEXTS: Readonly<Record<string, string | null>> = {
  '': null, ok: null, valid: null, approved: null, accepted: null, confirmed: null, paid: null, closed: null, settled: null, eligible: null, counted: null, completed: null, complete: null, done: null, gültig: null, bestätigt: null, abgeschlossen: null, abgerechnet: null, 'in ordnung': null,
  fraud: 'BROKER_FRAUD', fraudulent: 'BROKER_FRAUD', abuse: 'BROKER_FRAUD', scam: 'BROKER_FRAUD', betrug: 'BROKER_FRAUD', missbrauch: 'BROKER_FRAUD',
  partial: 'BROKER_RULE_PARTIAL_CLOSE', 'partial close': 'BROKER_RULE_PARTIAL_CLOSE', 'partially closed': 'BROKER_RULE_PARTIAL_CLOSE', teilschließung: 'BROKER_RULE_PARTIAL_CLOSE', teilschliessung: 'BROKER_RULE_PARTIAL_CLOSE',
  rejected: 'BROKER_REJECTED', declined: 'BROKER_REJECTED', invalid: 'BROKER_REJECTED', ineligible: 'BROKER_REJECTED', excluded: 'BROKER_REJECTED', ungültig: 'BROKER_REJECTED', abgelehnt: 'BROKER_REJECTED',
  cancelled: 'BROKER_CANCELLED', canceled: 'BROKER_CANCELLED', storniert: 'BROKER_CANCELLED',
  scalping: 'BROKER_SCALPING', arbitrage: 'BROKER_ARBITRAGE', hedging: 'BROKER_HEDGING', hedged: 'BROKER_HEDGING',
};
/** What a yes or no means only the header says: `Eligible`, but also `Flagged`. */
export const YES_NO_TEXTS: Readonly<Record<string, string | null>> = { yes: null, y: null, ja: null, true: null, no: 'BROKER_REJECTED', n: 'BROKER_REJECTED', nein: 'BROKER_REJECTED', false: 'BROKER_REJECTED' };

export const CLASS_TEXTS: Readonly<Record<string, string>> = {
  forex: 'forex', fx: 'forex', currencies: 'forex', currency: 'forex', majors: 'forex', minors: 'forex', exotics: 'forex', 'fx majors': 'forex', 'fx minors': 'forex', 'fx exotics': 'forex', devisen: 'forex', währungen: 'forex', devises: 'forex', divisas: 'forex', valute: 'forex', валюты: 'forex', форекс: 'forex', 外汇: 'forex', 外国為替: 'forex',
  metals: 'metals', metal: 'metals', 'precious metals': 'metals', gold: 'metals', silver: 'metals', edelmetalle: 'metals', metalle: 'metals', métaux: 'metals', metales: 'metals', metalli: 'metals', металлы: 'metals', 贵金属: 'metals', 貴金属: 'metals',
  indices: 'indices', index: 'indices', indexes: 'indices', 'cash indices': 'indices', indizes: 'indices', índices: 'indices', indici: 'indices', индексы: 'indices', 指数: 'indices', 株価指数: 'indices',
  crypto: 'crypto', cryptos: 'crypto', cryptocurrency: 'crypto', cryptocurrencies: 'crypto', krypto: 'crypto', kryptowährungen: 'crypto', cryptomonnaies: 'crypto', criptomonedas: 'crypto', криптовалюты: 'crypto', 加密货币: 'crypto', 仮想通貨: 'crypto',
  energies: 'energies', energy: 'energies', oil: 'energies', oils: 'energies', 'crude oil': 'energies', energien: 'energies', energie: 'energies', öl: 'energies', énergies: 'energies', energías: 'energies', энергоносители: 'energies', 能源: 'energies',
  stocks: 'stocks', stock: 'stocks', shares: 'stocks', equities: 'stocks', equity: 'stocks', aktien: 'stocks', actions: 'stocks', acciones: 'stocks', azioni: 'stocks', акции: 'stocks', 股票: 'stocks', 株式: 'stocks',
  commodities: 'commodities', commodity: 'commodities', softs: 'commodities', rohstoffe: 'commodities', 'matières premières': 'commodities', materias: 'commodities', сырье: 'commodities', 大宗商品: 'commodities',
};
