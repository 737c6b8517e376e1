import { Decimal as DecimalJs } from 'decimal.js';
import type { Row } from './rows.ts';

/**
 * The rules of cases/README once more, written from the text without looking at domain/: everything in memory, one line
 * after the other. Slow and plain on purpose; random reports are judged by both and must agree.
 */
const D = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_DOWN });
type D = InstanceType<typeof D>;

export interface ModelSetup {
  methodology: { pendingPeriod: string; tierWindowDays: number; tiers: { name: string; fromLots: string; multiplier: string }[] };
  broker: {
    agreement: { from: string; to: string | null };
    accountTypes: Record<string, { eligible: boolean; lotFactor: string }>;
    symbols: Record<string, string>; symbolSuffixes: string[]; excludedClasses: string[];
    rules: { minDurationSeconds?: number; minMovePoints?: number | string };
  };
  rates: { class: string; perLot: string; from: string; appliesTo?: 'all' | 'new' }[];
  users: { id: string; tier?: string }[];
  accounts: { login: string; type: string; user: string; linkRequestedAt: string; link: 'verified' | 'requested' }[];
  profile: { columns: Record<string, string>; full?: boolean; statuses: Record<string, string | null> };
}

interface Verdict { key: string | null; reason: string | null; kind: 'paid' | 'excluded' | 'quarantined' | 'superseded' | 'none'; lots: D; amount: D; account: string | null; close: number | null; commission: D }
interface Known { period: string; account: string | null; earned: D; reversed: boolean; standing: Verdict; inVersion: number; gone: boolean }
interface Accrual { account: string; version: number; clearsAt: number; state: 'pending' | 'available'; held: boolean; holds: Map<string, D> }

const NUMBER = /^-?\d+(\.\d+)?$/;
const time = (text: string | undefined): number | null => (text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : null);
const ZERO = new D(0);

export function model(setup: ModelSetup) {
  const known = new Map<string, Known>();
  const accruals: Accrual[] = [];
  const available = new Map<string, D>();
  const latest = new Map<string, { version: number; rows: string[]; verdicts: Verdict[]; keys: (string | null)[] }>();
  const tiers = new Map<string, string>();
  let versions = 0;

  const accountOf = (login: string | null | undefined) => setup.accounts.find((a) => a.login === login);
  const add = (user: string, amount: D): void => { available.set(user, (available.get(user) ?? ZERO).plus(amount)); };

  function tierOf(user: string, start: number): string {
    const pinned = setup.users.find((u) => u.id === user)!.tier;
    if (pinned !== undefined) return setup.methodology.tiers.find((t) => t.name === pinned)!.multiplier;
    let lots = ZERO;
    const since = start - setup.methodology.tierWindowDays * 86_400_000;
    for (const k of known.values()) {
      const { standing } = k;
      if (!k.gone && standing.kind === 'paid' && standing.close !== null && accountOf(standing.account)?.user === user && standing.close >= since && standing.close < start) lots = lots.plus(standing.lots);
    }
    return setup.methodology.tiers.filter((t) => lots.gte(t.fromLots)).at(-1)!.multiplier;
  }

  function classOf(symbol: string): string | undefined {
    const { symbols, symbolSuffixes } = setup.broker;
    if (symbols[symbol] !== undefined) return symbols[symbol];
    for (const suffix of [...symbolSuffixes].sort((a, b) => b.length - a.length)) {
      if (symbol.endsWith(suffix) && symbols[symbol.slice(0, symbol.length - suffix.length)] !== undefined) return symbols[symbol.slice(0, symbol.length - suffix.length)];
    }
    return undefined;
  }

  const malformed = (row: Row): boolean => {
    const kind = row.kind ?? '';
    if (kind === 'I') return false;
    if (kind === 'R') return !row.reference;
    if (kind === 'A') return !row.account || !NUMBER.test(row.amount ?? '');
    if (kind !== '' && kind !== 'T') return true;
    const has = setup.profile.columns;
    return !row.account || !row.symbol || !NUMBER.test(row.lots ?? '') || time(row.close) === null || (has['openTime'] !== undefined && time(row.open) === null)
      || (has['points'] !== undefined && !NUMBER.test(row.points ?? '')) || ((row.status ?? '') !== '' && !Object.hasOwn(setup.profile.statuses, row.status!));
  };

  function judge(row: Row, key: string, multiplierOf: (user: string) => string): Verdict {
    const account = accountOf(row.account);
    const close = time(row.close)!;
    const lots = new D(row.lots!);
    const base: Verdict = { key, reason: null, kind: 'excluded', lots, amount: ZERO, account: null, close, commission: new D(NUMBER.test(row.commission ?? '') ? row.commission! : '0') };
    const no = (reason: string): Verdict => ({ ...base, reason, kind: reason === 'UNKNOWN_SYMBOL' ? 'quarantined' : 'excluded' });
    if (!account) return no('ACCOUNT_NOT_LINKED');
    if (account.link !== 'verified') return no('LINK_NOT_VERIFIED');
    const { agreement, rules } = setup.broker;
    if (close < Date.parse(agreement.from) || (agreement.to !== null && close >= Date.parse(agreement.to))) return no('AGREEMENT_INACTIVE');
    const type = setup.broker.accountTypes[account.type]!;
    if (!type.eligible) return no('ACCOUNT_TYPE_EXCLUDED');
    const requested = Date.parse(account.linkRequestedAt);
    if (close < requested) return no('LINKED_AFTER_TRADE');
    const status = setup.profile.statuses[row.status ?? ''];
    if (status) return no(status);
    const cls = classOf(row.symbol!);
    if (cls === undefined) return no('UNKNOWN_SYMBOL');
    if (setup.broker.excludedClasses.includes(cls)) return no('INSTRUMENT_EXCLUDED');
    const rate = setup.rates.filter((r) => r.class === cls && Date.parse(r.from) <= close && (r.appliesTo !== 'new' || requested >= Date.parse(r.from)))
      .sort((a, b) => Date.parse(a.from) - Date.parse(b.from)).at(-1);
    if (!rate) return no('UNKNOWN_SYMBOL');
    if (lots.isZero()) return no('ZERO_VOLUME_CLOSE_BY');
    if (rules.minDurationSeconds !== undefined && setup.profile.columns['openTime'] !== undefined && close - time(row.open)! < rules.minDurationSeconds * 1000) return no('MIN_DURATION');
    if (rules.minMovePoints !== undefined && setup.profile.columns['points'] !== undefined && new D(row.points!).abs().lt(rules.minMovePoints)) return no('MIN_MOVE');
    const amount = lots.times(type.lotFactor).times(rate.perLot).times(multiplierOf(account.user));
    return { ...base, kind: 'paid', account: account.login, lots: lots.times(type.lotFactor), amount: amount.toDecimalPlaces(8, D.ROUND_DOWN) };
  }

  function takeBack(key: string, account: string, amount: D): void {
    let left = amount;
    for (const accrual of [...accruals].reverse()) {
      if (accrual.state !== 'pending' || accrual.account !== account) continue;
      const part = D.min(left, accrual.holds.get(key) ?? ZERO);
      accrual.holds.set(key, (accrual.holds.get(key) ?? ZERO).minus(part));
      left = left.minus(part);
    }
    add(accountOf(account)!.user, left.neg());
  }

  return {
    clear(at: number): void {
      for (const accrual of accruals) {
        if (accrual.state !== 'pending' || accrual.held || accrual.clearsAt > at) continue;
        accrual.state = 'available';
        add(accountOf(accrual.account)!.user, [...accrual.holds.values()].reduce((sum, part) => sum.plus(part), ZERO));
      }
    },
    /** Posts one file for a period; false where it says nothing new. */
    post(period: { from: string }, rows: readonly Row[], full: boolean, at: number): boolean {
      const texts = rows.map((row) => JSON.stringify(Object.entries(row).filter(([column, text]) => text !== '' && (column !== 'commission' || setup.profile.columns['commission'] !== undefined)).sort()));
      const before = latest.get(period.from);
      // The same again says nothing new, unless some of it was taken over for another period and taken back there: then nothing stands for it any more.
      const lost = before?.keys.some((key) => key !== null && known.get(key)!.gone && known.get(key)!.period !== period.from) ?? false;
      if (before !== undefined && !lost && [...before.rows].sort().join() === [...texts].sort().join()) return false;
      const version = ++versions;
      const start = Date.parse(period.from);
      const multiplierOf = (user: string): string => tiers.get(`${period.from} ${user}`)!;
      if (before === undefined) for (const user of setup.users) tiers.set(`${period.from} ${user.id}`, tierOf(user.id, start));

      // Which of several lines with one ticket counts.
      const verdicts: (Verdict | null)[] = rows.map(() => null);
      const none = (kind: Verdict['kind'], reason: string | null): Verdict => ({ key: null, reason, kind, lots: ZERO, amount: ZERO, account: null, close: null, commission: ZERO });
      const tickets = new Map<string, number[]>();
      rows.forEach((row, i) => {
        if (malformed(row)) verdicts[i] = none('quarantined', 'MALFORMED');
        else if (row.ticket && ['', 'T', 'A'].includes(row.kind ?? '')) {
          const name = `${row.kind === 'A' ? 'adjustment' : 'trade'} ${row.ticket}`;
          tickets.set(name, [...(tickets.get(name) ?? []), i]);
        }
      });
      for (const places of tickets.values()) {
        let counts = places[0]!;
        for (const i of places.slice(1)) {
          if (texts[i] === texts[counts] || texts[i] === texts[places[places.indexOf(i) - 1]!]) verdicts[i] = none('superseded', 'DUPLICATE');
          else {
            verdicts[counts] = none('superseded', 'SUPERSEDED');
            counts = i;
          }
        }
      }
      const copies = new Map<string, number>();
      const nth = (text: string): string => {
        copies.set(text, (copies.get(text) ?? 0) + 1);
        return `${text} ${copies.get(text)}`;
      };
      rows.forEach((row, i) => {
        if (verdicts[i] !== null) return;
        if (row.kind === 'I') verdicts[i] = none('none', null);
        else if (row.kind === 'R') verdicts[i] = { ...none('excluded', 'BROKER_REVERSED'), key: `${period.from} ${nth(texts[i]!)}` };
        else if (row.kind === 'A') {
          const account = accountOf(row.account);
          const key = row.ticket ? `adjustment ${row.ticket}` : `${period.from} ${nth(texts[i]!)}`;
          verdicts[i] = account?.link === 'verified' ? { ...none('none', null), key, account: account.login, amount: new D(row.amount!).toDecimalPlaces(8, D.ROUND_DOWN) } : { ...none('none', null), key };
        } else verdicts[i] = judge(row, row.ticket ? `trade ${row.ticket}` : `${period.from} ${nth(texts[i]!)}`, multiplierOf);
      });

      const keys = verdicts.map((verdict) => (verdict!.reason === 'BROKER_REVERSED' ? null : verdict!.key));
      // Differences, line by line.
      const fresh = new Map<string, Accrual>();
      const give = (key: string, account: string, amount: D): void => {
        const accrual = fresh.get(account) ?? { account, version, clearsAt: at + 7 * 86_400_000, state: 'pending' as const, held: false, holds: new Map<string, D>() };
        fresh.set(account, accrual);
        accrual.holds.set(key, (accrual.holds.get(key) ?? ZERO).plus(amount));
      };
      const change = (key: string, account: string | null, amount: D): void => {
        if (amount.gt(0)) give(key, account!, amount);
        else if (amount.lt(0)) takeBack(key, account!, amount.neg());
      };
      const margin = new Map<string, { cashback: D; commission: D }>();
      const moved: Known[] = [];
      for (const verdict of verdicts as Verdict[]) {
        if (verdict.key === null) continue;
        const old = known.get(verdict.key);
        const target = old?.reversed ? ZERO : verdict.amount;
        if (old && old.account !== verdict.account) {
          change(verdict.key, old.account, old.earned.neg());
          change(verdict.key, verdict.account, target);
        } else change(verdict.key, verdict.account, target.minus(old?.earned ?? 0));
        if (old && old.period !== period.from) moved.push(old);
        known.set(verdict.key, { period: period.from, account: verdict.account, earned: target, reversed: old?.reversed ?? false, standing: verdict, inVersion: version, gone: false });
        if (verdict.kind === 'paid' && !old?.reversed) {
          const sums = margin.get(verdict.account!) ?? { cashback: ZERO, commission: ZERO };
          margin.set(verdict.account!, { cashback: sums.cashback.plus(verdict.amount), commission: sums.commission.plus(verdict.commission) });
        }
      }
      for (const old of moved) Object.assign(old.standing, none('superseded', 'SUPERSEDED'));
      const holding = (accrual: Accrual): Accrual => {
        const sums = margin.get(accrual.account);
        accrual.held = setup.profile.columns['commission'] !== undefined && sums !== undefined && sums.cashback.gt(sums.commission);
        return accrual;
      };
      accruals.push(...[...fresh.values()].map(holding));
      // Reversals after all trades.
      rows.forEach((row, i) => {
        if (verdicts[i]!.reason !== 'BROKER_REVERSED') return;
        const target = known.get(`trade ${row.reference}`);
        if (!target || target.reversed) return;
        if (target.earned.gt(0)) takeBack(`trade ${row.reference}`, target.account!, target.earned);
        Object.assign(target, { earned: ZERO, reversed: true });
      });
      // What vanished.
      const gone = new Map<string, Accrual>();
      for (const [key, k] of known) {
        if (k.period !== period.from || k.inVersion === version || !full || k.gone) continue;
        if (k.earned.lt(0)) {
          // An accrual of its own, which the margin of the trades does not hold: docs/decisions/earnings.md.
          const accrual = gone.get(k.account!) ?? { account: k.account!, version, clearsAt: at + 7 * 86_400_000, state: 'pending' as const, held: false, holds: new Map<string, D>() };
          accrual.holds.set(key, k.earned.neg());
          if (!gone.has(k.account!)) accruals.push(accrual);
          gone.set(k.account!, accrual);
        } else if (k.earned.gt(0)) takeBack(key, k.account!, k.earned);
        Object.assign(k, { earned: ZERO, gone: true });
      }
      latest.set(period.from, { version, rows: texts, verdicts: verdicts as Verdict[], keys });
      return true;
    },
    figures() {
      const lots = { paid: ZERO, excluded: ZERO, quarantined: ZERO };
      const reasons: Record<string, number> = {};
      const count = (v: Verdict): void => {
        if (v.reason !== null) reasons[v.reason] = (reasons[v.reason] ?? 0) + 1;
        if (v.kind === 'paid' || v.kind === 'excluded' || v.kind === 'quarantined') lots[v.kind] = lots[v.kind].plus(v.lots);
      };
      for (const { verdicts } of latest.values()) for (const verdict of verdicts) count(verdict);
      for (const k of known.values()) if (!k.gone && k.inVersion < latest.get(k.period)!.version) count(k.standing);
      const users = Object.fromEntries(setup.users.map(({ id }) => {
        const pending = accruals.filter((a) => a.state === 'pending' && accountOf(a.account)!.user === id).flatMap((a) => [...a.holds.values()]).reduce((sum, part) => sum.plus(part), ZERO);
        return [id, { pending: pending.toFixed(), available: (available.get(id) ?? ZERO).toFixed() }];
      }));
      return { users, lots: { paid: lots.paid.toFixed(), excluded: lots.excluded.toFixed(), quarantined: lots.quarantined.toFixed() }, reasons };
    },
  };
}
