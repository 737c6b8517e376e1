import { z } from 'zod';
import { createAgreement, endAgreement, getAgreement, listAgreements } from '../../db/stores/agreements.ts';
import { lockBroker } from '../../db/stores/brokers.ts';
import { addProfile, listProfiles } from '../../db/stores/profiles.ts';
import { addRate, listRates } from '../../db/stores/rates.ts';
import { putSymbols, symbolMap } from '../../db/stores/symbols.ts';
import { addTerms, listTerms } from '../../db/stores/terms.ts';
import { EndAgreement, NewAgreement, NewRate, NewTerms, SymbolsIn } from '../schemas/brokers.ts';
import { profileNameIn } from '../schemas/common.ts';
import { brokerProfileSchema } from '../schemas/profile.ts';
import type { BrokerProfile } from '../../domain/reports/profile.ts';
import type { ApiDeps } from '../deps.ts';
import { brokerLearned } from '../workflowCalls.ts';
import type { Applier, ApplyContext } from './applier.ts';

/*
 * What is agreed with a broker; the subject is the broker. What was in force when it was asked for must still be: two changes of one
 * thing do not overtake each other unseen.
 */

/** `before`: the class's newest version. */
export const RATE = {
  kind: 'rate', payload: NewRate,
  async before(tx, payload, { subject }) {
    await lockBroker(tx.db, subject.id);
    return newest(await listRates(tx.db, subject.id, payload.class));
  },
  apply: (tx, payload, { subject }) => addRate(tx.db, { brokerId: subject.id, ...payload }),
  afterCommit: lookAgain,
} satisfies Applier<z.output<typeof NewRate>>;

/** Account types with their lot factors, exclusions and rules. */
export const TERMS = {
  kind: 'terms', payload: NewTerms,
  async before(tx, _payload, { subject }) {
    await lockBroker(tx.db, subject.id);
    return newest(await listTerms(tx.db, subject.id));
  },
  apply: (tx, payload, { subject }) => addTerms(tx.db, { brokerId: subject.id, ...payload }),
  afterCommit: lookAgain,
} satisfies Applier<z.output<typeof NewTerms>>;

/** `before`: the newest agreement; one that overlaps is refused by the store. */
export const AGREEMENT = {
  kind: 'agreement', payload: NewAgreement,
  async before(tx, _payload, { subject }) {
    await lockBroker(tx.db, subject.id);
    return (await listAgreements(tx.db, subject.id)).at(-1) ?? null;
  },
  apply: (tx, payload, { subject }) => createAgreement(tx.db, { brokerId: subject.id, ...payload }),
} satisfies Applier<z.output<typeof NewAgreement>>;

/** The subject is the agreement. */
export const AGREEMENT_END = {
  kind: 'agreement_end', payload: EndAgreement,
  before: (tx, _payload, { subject }) => getAgreement(tx.db, subject.id, true),
  apply: (tx, payload, { subject }) => endAgreement(tx.db, subject.id, payload.activeTo),
} satisfies Applier<z.output<typeof EndAgreement>>;

/** `before`: the classes of the symbols that are named, null for new ones. */
export const SYMBOLS = {
  kind: 'symbols', payload: SymbolsIn,
  async before(tx, { symbols }, { subject }) {
    await lockBroker(tx.db, subject.id);
    const known = await symbolMap(tx.db, subject.id);
    return { symbols: Object.fromEntries(Object.keys(symbols).map((symbol) => [symbol, known[symbol] ?? null])) };
  },
  async apply(tx, { symbols }, { subject }) {
    await putSymbols(tx.db, subject.id, symbols);
    return { symbols: await symbolMap(tx.db, subject.id) };
  },
  afterCommit: lookAgain,
} satisfies Applier<z.output<typeof SymbolsIn>>;

/** A profile for files that come in under a name; one alone is for the name `default`. */
const NamedProfile = z.union([z.strictObject({ name: profileNameIn(), profile: brokerProfileSchema }), brokerProfileSchema]);
type NamedProfile = z.output<typeof NamedProfile>;
const ofName = (payload: NamedProfile): { name: string; profile: BrokerProfile } => ('profile' in payload ? payload : { name: 'default', profile: payload });
/** A profile as the change of it is asked for. */
export const namedProfile = (profile: BrokerProfile, name = 'default'): NamedProfile => (name === 'default' ? profile : { name, profile });

/** `before`: the newest version of the name, in the payload's form. */
export const PROFILE = {
  kind: 'profile', payload: NamedProfile,
  async before(tx, payload, { subject }) {
    await lockBroker(tx.db, subject.id);
    const { name } = ofName(payload);
    const profile = (await listProfiles(tx.db, subject.id)).find((version) => version.name === name)?.profile;
    return { ...(profile && namedProfile(profile, name)) };
  },
  apply(tx, payload, { subject }) {
    const { name, profile } = ofName(payload);
    return addProfile(tx.db, subject.id, profile, name);
  },
  afterCommit: lookAgain,
} satisfies Applier<NamedProfile>;

/** Lines that waited for what is known now are judged again; what is posted stays as it is. */
function lookAgain(deps: ApiDeps, _result: never, { subject }: ApplyContext): Promise<void> {
  return brokerLearned(deps, subject.id);
}

/** Of versions of one thing the one that was added last. */
function newest<T extends { version: number }>(versions: readonly T[]): T | null {
  return versions.reduce<T | null>((last, one) => (last === null || one.version > last.version ? one : last), null);
}
