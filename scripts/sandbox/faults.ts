/** What meets a counterparty's requests: what is scripted, and else what is drawn. */
export interface Misfortune<F extends string, E extends F | Scripted<F> = F> {
  /** Probability per request and fault. */
  rates: Partial<Record<F, number>>;
  /** Met by the next requests that they can meet, in this order. */
  script: E[];
  /** Told each fault that meets a request. */
  onDrawn?: (fault: F) => void;
}
export interface Scripted<F extends string> { fault: F; /** How many requests it meets (default 1). */ times?: number }

/** The fault of `names` that meets a request, or null: the first scripted one that `meets` it, else one drawn by a number of `random`, of which only a draw takes one. */
export function drawFault<F extends string, E extends F | Scripted<F>>(from: Misfortune<F, E>, names: readonly F[], random: () => number, meets: (entry: E) => boolean = () => true): F | null {
  const fault = scripted(from.script, names, meets) ?? drawn(from.rates, names, random);
  if (fault !== null) from.onDrawn?.(fault);
  return fault;
}

function scripted<F extends string, E extends F | Scripted<F>>(script: E[], names: readonly F[], meets: (entry: E) => boolean): F | null {
  const at = script.findIndex((entry) => names.includes(nameOf(entry)) && meets(entry));
  const entry = script[at];
  if (entry === undefined) return null;
  if (typeof entry === 'object') entry.times = (entry.times ?? 1) - 1;
  if (typeof entry === 'string' || entry.times! <= 0) script.splice(at, 1);
  return nameOf(entry);
}

function drawn<F extends string>(rates: Partial<Record<F, number>>, names: readonly F[], random: () => number): F | null {
  let point = random();
  for (const name of names) {
    point -= rates[name] ?? 0;
    if (point < 0) return name;
  }
  return null;
}

const nameOf = <F extends string>(entry: F | Scripted<F>): F => (typeof entry === 'string' ? entry : entry.fault);

/** The fault of this name. Throws on one that is not in `known`. */
export function faultNamed<F extends string>(known: readonly F[], name: unknown): F {
  const found = known.find((fault) => fault === name);
  if (found === undefined) throw new Error(`Unknown fault "${String(name)}"; known are ${known.join(', ')}.`);
  return found;
}

/** Reads `none`, `all`, `a,b`, `all,-c` into rates, each fault with probability `rate`. Throws on a name that is not in `known`. */
export function faultRatesOf<F extends string>(known: readonly F[], list: string, rate: number): Partial<Record<F, number>> {
  const rates: Partial<Record<F, number>> = {};
  for (const word of list.split(',').map((text) => text.trim()).filter((text) => text !== '' && text !== 'none')) {
    for (const name of word === 'all' ? known : [faultNamed(known, word.replace(/^-/, ''))]) {
      if (word.startsWith('-')) delete rates[name];
      else rates[name] = rate;
    }
  }
  return rates;
}

/** What `POST /admin/faults` takes of every counterparty whose faults are scripted for a request; every part is optional and leaves the others as they are. */
export interface FaultsChange<E> {
  /** `none`, `all`, `a,b`, `all,-c`, each with probability `rate` (default 0.1): replaces all rates. */
  faults?: string;
  rate?: number;
  /** Added to what is already scripted; an empty list clears it. */
  script?: E[];
}

/** Changes nothing where a name is not in `known`: it throws. */
export function changeFaults<F extends string, E extends Scripted<F>>(settings: Misfortune<F, E>, known: readonly F[], body: FaultsChange<E>): void {
  for (const entry of body.script ?? []) faultNamed(known, entry.fault);
  if (body.faults !== undefined) settings.rates = faultRatesOf(known, body.faults, body.rate ?? 0.1);
  if (body.script?.length === 0) settings.script.length = 0;
  settings.script.push(...body.script ?? []);
}
