import type { LineField } from '../profile.ts';

/**
 * What brokers and platforms (MT4, MT5, cTrader, IB portals) call their columns, most telling first; English, then other languages. Written as `plainHeader`
 * makes them: lower case, without accents, spaces and marks.
 */
export const HEADERS: { readonly [field in LineField]: readonly string[] } = {
  ticket: ['ticket', 'ticketid', 'ticketno', 'ticketnumber', 'deal', 'dealid', 'dealno', 'dealticket', 'dealnumber', 'tradeid', 'tradeno', 'tradenumber', 'tradeticket', 'orderid', 'order', 'orderno', 'ordernumber', 'orderticket', 'positionid',
    'position', 'transactionid', 'transactionno', 'externalid', 'uid', 'id', 'ticketnr', 'auftrag', 'auftragsnr', 'auftragsnummer', 'ordernr', 'ordernummer', 'handelsnr', 'handelsnummer', 'geschaftsnr', 'belegnr', 'belegnummer', 'beleg', 'positionsnummer',
    'numeroorden', 'idoperacion', 'orden', 'ordre', 'numeroordre', 'ordine', 'zlecenie', 'тикет', 'сделка', 'ордер', 'номер', '订单号', '单号', '注文番号', 'チケット'],
  account: ['login', 'account', 'accountid', 'accountno', 'accountnumber', 'accountlogin', 'mtlogin', 'mt4login', 'mt5login', 'mtaccount', 'mt4account', 'mt5account', 'tradingaccount', 'tradingaccountid', 'tradingaccountnumber', 'tradinglogin',
    'traderlogin', 'clientaccount', 'clientlogin', 'customeraccount', 'customerlogin', 'useraccount', 'userlogin', 'acc', 'accno', 'traderid', 'clientid', 'customerid', 'konto', 'kontonr', 'kontonummer', 'handelskonto', 'kundenkonto', 'kundennummer', 'compte', 'numerodecompte', 'cuenta', 'numerodecuenta', 'conto',
    'numeroconto', 'conta', 'rachunek', 'ucet', 'счет', 'номерсчета', 'логин', '账号', '账户', '交易账号', '口座番号', '口座'],
  server: ['server', 'servername', 'tradeserver', 'mtserver', 'platformserver', 'handelsserver', 'serveur', 'servidor', 'сервер', '服务器', 'サーバー'],
  symbol: ['symbol', 'instrument', 'symbolname', 'instrumentname', 'pair', 'currencypair', 'item', 'market', 'security', 'asset', 'product', 'ticker', 'handelsinstrument', 'wertpapier', 'basiswert', 'markt', 'wahrungspaar', 'symbole', 'instrumento', 'simbolo',
    'strumento', 'activo', 'ativo', 'символ', 'инструмент', '品种', '交易品种', '商品', '通貨ペア', '銘柄'],
  class: ['assetclass', 'instrumentclass', 'symbolclass', 'class', 'instrumentgroup', 'symbolgroup', 'securitygroup', 'productgroup', 'assettype', 'instrumenttype', 'producttype', 'securitytype', 'markettype', 'group', 'category', 'anlageklasse', 'instrumentenklasse', 'klasse', 'produktgruppe', 'класс', 'классактивов',
    'kategorie', 'gruppe', 'classedactifs', 'clasedeactivo', 'classe', 'категория', 'группа', '类别', '资产类别'],
  lots: ['lots', 'lot', 'volumelots', 'volumeinlots', 'lotvolume', 'lotsize', 'closedlots', 'closinglots', 'tradedlots', 'standardlots', 'stdlots', 'totallots', 'lotstraded', 'lotsclosed', 'closingquantity', 'closedquantity', 'closedvolume', 'closingvolume', 'tradedvolume',
    'volume', 'vol', 'quantity', 'qty', 'size', 'lotsgeschlossen', 'gehandeltelots', 'anzahllots', 'volumenlots', 'lotgrosse', 'lotsgesamt', 'volumen', 'handelsvolumen', 'menge', 'umfang', 'stuckzahl', 'quantite', 'cantidad', 'lotes', 'lotti', 'quantita', 'volumi', 'wolumen', 'objem',
    'объем', 'лоты', 'лот', 'лотов', '手数', '交易量', '成交量', '数量', 'ロット', 'ロット数'],
  openTime: ['opentime', 'openingtime', 'opendate', 'opendatetime', 'openedat', 'opened', 'timeopen', 'dateopen', 'entrytime', 'entrydate', 'timeofopening', 'starttime', 'eroffnungszeit', 'offnungszeit', 'eroffnet', 'eroffnetam', 'eroffnung', 'geoffnet', 'geoffnetam', 'beginn', 'kaufzeit',
    'heuredouverture', 'dateouverture', 'ouverture', 'fechaapertura', 'horaapertura', 'apertura', 'oraapertura', 'abertura', 'времяоткрытия', 'датаоткрытия', '开仓时间', '開始時間', '約定日時新規'],
  closeTime: ['closetime', 'closingtime', 'closedate', 'closingdate', 'closedatetime', 'closedat', 'closed', 'timeclose', 'timeclosed', 'dateclose', 'dateclosed', 'exittime', 'exitdate', 'close', 'dealtime', 'executiontime', 'executedat', 'tradetime', 'tradedatetime', 'transactiontime', 'time', 'datetime', 'timestamp', 'date',
    'schlusszeit', 'schliesszeit', 'schliessungszeit', 'geschlossen', 'geschlossenam', 'schluss', 'schliessung', 'abschlusszeit', 'ausfuhrungszeit', 'ausgefuhrtam', 'handelszeit', 'zeitpunkt', 'zeit', 'datum', 'datumuhrzeit', 'datumzeit', 'heuredecloture', 'datecloture', 'cloture', 'heure', 'fechacierre', 'horacierre', 'cierre', 'fecha', 'hora', 'chiusura', 'orachiusura', 'data',
    'fechamento', 'zamkniecie', 'времязакрытия', 'датазакрытия', 'время', 'дата', '平仓时间', '时间', '決済時間', '日時'],
  day: ['day', 'date', 'tradedate', 'tradingday', 'tradingdate', 'reportdate', 'reportday', 'valuedate', 'tag', 'datum', 'handelstag', 'berichtstag', 'jour', 'date', 'fecha', 'dia', 'giorno', 'data', 'dzien', 'den', 'дата', 'день', '日期', '日付', '交易日'],
  month: ['month', 'period', 'reportmonth', 'tradingmonth', 'yearmonth', 'billingmonth', 'monat', 'abrechnungsmonat', 'zeitraum', 'mois', 'mes', 'mese', 'miesiac', 'mesic', 'месяц', 'период', '月份', '月'],
  points: ['points', 'pointsmoved', 'pricepoints', 'movepoints', 'pts', 'punkte', 'puntos', 'punti', 'пункты', '点数'],
  commission: ['ibcommission', 'partnercommission', 'affiliatecommission', 'agentcommission', 'ibcomm', 'ibcommusd', 'ibcommissionusd', 'partnercomm', 'partnercommusd', 'partnercommissionusd', 'agentcomm', 'introducingcommission', 'introducingbrokercommission', 'referralcommission', 'ibearnings', 'ibrevenue', 'ibpayout', 'ibfee', 'ibreward', 'ibrebate', 'partnerreward', 'commission', 'commissionusd', 'commissions', 'comm', 'commusd', 'commissionamount', 'commissionearned', 'earnedcommission', 'reward', 'rewardusd', 'rebate', 'rebateusd', 'rebateamount', 'earnings', 'earned', 'payout', 'revenue', 'provision', 'partnerprovision', 'vergutung', 'kommission', 'courtage', 'comision', 'comisiones',
    'commissione', 'commissioni', 'comissao', 'prowizja', 'provize', 'комиссия', 'вознаграждение', '佣金', '返佣', '手数料', '報酬'],
  amount: ['amount', 'amountusd', 'adjustment', 'adjustmentamount', 'refundamount', 'value', 'betrag', 'montant', 'importe', 'importo', 'valor', 'kwota', 'castka', 'сумма', '金额', '金額'],
  kind: ['recordtype', 'transactiontype', 'operationtype', 'dealtype', 'entrytype', 'ordertype', 'tradetype', 'kind', 'record', 'type', 'operation', 'action', 'event', 'buchungsart', 'vorgangsart', 'vorgang', 'auftragsart', 'ordertyp', 'art', 'typ', 'tipodeoperacion', 'tipooperazione', 'tipo', 'rodzaj', 'тип', 'операция', '类型', '種別'],
  status: ['status', 'brokerstatus', 'tradestatus', 'rebatestatus', 'commissionstatus', 'state', 'validity', 'eligibility', 'eligible', 'flag', 'zustand', 'stand', 'estado', 'etat', 'statut', 'stato', 'статус', '状态', '状態', 'ステータス'],
  reference: ['ref', 'refid', 'reference', 'referenceid', 'relatedticket', 'relateddeal', 'relatedorder', 'relatedid', 'originalticket', 'originaldeal', 'originalid', 'reversedticket', 'reverseddeal', 'reversalof', 'parentid', 'bezug', 'referenz', 'verweis', 'bezugsnummer', 'referencia', 'riferimento', 'ссылка', '参考号'],
  comment: ['comment', 'comments', 'note', 'notes', 'remark', 'remarks', 'kommentar', 'bemerkung', 'anmerkung', 'notiz', 'hinweis', 'commentaire', 'comentario', 'commento', 'komentarz', 'poznamka', 'комментарий', '备注', 'コメント'],
  side: ['side', 'direction', 'buysell', 'tradeside', 'cmd', 'richtung', 'kaufverkauf', 'seite', 'sens', 'direccion', 'lado', 'direzione', 'направление', '方向', '売買'],
  openPrice: ['openprice', 'openingprice', 'entryprice', 'openrate', 'priceopen', 'eroffnungskurs', 'eroffnungspreis', 'einstiegskurs', 'prixouverture', 'precioapertura', 'ценаоткрытия', '开仓价'],
  closePrice: ['closeprice', 'closingprice', 'exitprice', 'closerate', 'priceclose', 'schlusskurs', 'schlusspreis', 'schliesskurs', 'ausstiegskurs', 'prixcloture', 'preciocierre', 'ценазакрытия', '平仓价'],
  profit: ['profit', 'netprofit', 'grossprofit', 'pnl', 'pl', 'profitloss', 'netpl', 'gewinn', 'gewinnverlust', 'ergebnis', 'guv', 'beneficio', 'benefice', 'profitto', 'zysk', 'прибыль', '盈亏', '利润', '損益'],
  spread: ['spread', 'spreadpoints', 'spreadusd', 'спред', '点差', 'スプレッド'],
  currency: ['currency', 'ccy', 'accountcurrency', 'depositcurrency', 'cur', 'wahrung', 'kontowahrung', 'devise', 'moneda', 'divisa', 'moeda', 'waluta', 'mena', 'валюта', '币种', '货币', '通貨'],
};

/** Lower case, without accents, spaces and marks. */
export function plainHeader(header: string): string {
  return header.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss').replace(/[^\p{L}\p{N}]/gu, '');
}

/** Every name with the fields that it is a name of, and its place among theirs. */
const NAMES = new Map<string, Map<LineField, number>>();
for (const [field, names] of Object.entries(HEADERS) as [LineField, readonly string[]][]) {
  for (const [rank, name] of names.entries()) {
    const plain = plainHeader(name);
    const fields = NAMES.get(plain) ?? new Map<LineField, number>();
    if (!fields.has(field)) fields.set(field, Math.min(rank, 29));
    NAMES.set(plain, fields);
  }
}

/** Words that say nothing about a column: `Número de orden` is `numeroorden`, `Date d'ouverture` is `dateouverture`. */
const ARTICLES = new Set(['the', 'of', 'at', 'de', 'du', 'd', 'des', 'la', 'le', 'l', 'les', 'der', 'die', 'das', 'am', 'vom', 'del', 'della', 'di', 'da', 'do', 'dos', 'el', 'los', 'no', 'nr', 'n', 'o']);

/** How well a header names each field, 0 to 100: whole, without what stands in brackets or before the last dot of a path, or as a part of it. */
export function headerScores(header: string): Map<LineField, number> {
  const scores = new Map<LineField, number>();
  const offer = (name: string, points: number): void => {
    for (const [field, rank] of NAMES.get(name) ?? []) scores.set(field, Math.max(scores.get(field) ?? 0, points - rank / 3));
  };
  const bare = header.replace(/[([{].*?[)\]}]/g, ' ');
  offer(plainHeader(header), 100);
  offer(plainHeader(bare), 85);
  offer(plainHeader(header.slice(header.lastIndexOf('.') + 1)), 85);
  const words = bare.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss').replace(/\p{M}/gu, '').split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').slice(0, 12);
  const telling = words.filter((word) => !ARTICLES.has(word));
  if (telling.length > 0) offer(telling.join(''), 90);
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= words.length; to++) offer(words.slice(from, to).join(''), 55 + (10 * (to - from)) / words.length);
  }
  return scores;
}

/** How many of these cells are names of columns. */
export function headersNamed(cells: readonly string[]): number {
  return cells.filter((cell) => cell !== '' && cell.length <= 60 && !/^[-+]?\d/.test(cell) && Math.max(0, ...headerScores(cell).values()) >= 75).length;
}
