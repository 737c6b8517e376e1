import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brokerProfileSchema } from '../../api/schemas/profile.ts';
import { Problem } from '../../domain/problem.ts';
import { type BrokerProfile, fileProfileOf } from '../../domain/reports/profile.ts';
import { caseSetupSchema, type CaseSetup } from '../case/setup.ts';
import { DEFAULT_RATES, guessClass } from './classes.ts';
import type { DemoPlan } from './plan.ts';
import { scanFile, type FileFacts } from './scan.ts';

const DAY = 86_400_000;
const TRADERS = ['anna', 'boris', 'chen', 'dilara', 'emil', 'farid', 'gita', 'hugo', 'ines', 'jonas'];
const LONG_AGO = '2000-01-01T00:00:00Z';

/** A demo broker made around a file of one's own. Throws `Problem` FILE_MISSING or PROFILE_INVALID; a file that is refused is still handed in. */
export async function ownPlan(own: { file: string; profile: string }): Promise<DemoPlan> {
  for (const path of [own.file, own.profile]) if (!existsSync(path)) throw new Problem('FILE_MISSING', `There is no file ${path}; paths are relative to where the command was called.`);
  const profile = readProfile(own.profile);
  const facts = await scanFile(own.file, profile);
  const accounts = [...facts.accounts.values()].map((account, index): CaseSetup['accounts'][number] =>
    ({ ...account, type: 'standard', user: TRADERS[index % TRADERS.length]!, linkRequestedAt: LONG_AGO, link: 'verified' }));
  const classOf = new Map([...facts.symbols].map((symbol) => [symbol, guessClass(symbol)] as const));
  const symbols = Object.fromEntries([...classOf].filter((entry): entry is [string, string] => entry[1] !== null));
  const unknown = [...classOf].filter(([, cls]) => cls === null).map(([symbol]) => symbol);
  const rates = { ...DEFAULT_RATES, ...Object.fromEntries([...facts.classes].filter((cls) => !(cls in DEFAULT_RATES)).map((cls) => [cls, '1.00'])) };
  const { from, to } = period(facts);
  const users = TRADERS.slice(0, Math.min(TRADERS.length, Math.max(1, accounts.length)));
  return {
    setup: caseSetupSchema.parse({
      methodology: { pendingPeriod: 'PT20S', payoutMinimum: '10.00', tierWindowDays: 30, tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }] },
      broker: {
        id: 'demo-broker', name: 'Demo broker', servers: [...new Set([...accounts.map((account) => account.server), fileProfileOf(profile).server ?? 'demo'])],
        agreement: { from: LONG_AGO, to: null }, accountTypes: { standard: { eligible: true, lotFactor: '1' } }, symbols,
      },
      rates: Object.entries(rates).map(([cls, perLot]) => ({ class: cls, perLot, from: LONG_AGO })),
      users: users.map((id) => ({ id, ownership: 'missing' })),
      accounts, profile, steps: [],
    }),
    reports: [{ file: own.file, from, to, profile: null }],
    methods: [],
    assumed: [
      `period ${from.slice(0, 10)} to ${to.slice(0, 10)} (exclusive), ${facts.first === null ? 'the last seven days, because no time could be read' : 'by the first and last time in the file'}`,
      `${accounts.length} accounts, all of type standard (1 lot is 1 lot), linked since long ago to ${users.length} demo traders${users.length > 0 ? ` (${users.join(', ')})` : ''}`,
      `rates in USD per lot: ${Object.entries(rates).map(([cls, perLot]) => `${cls} ${perLot}`).join(', ')}; no class excluded, no minimum duration or move`,
      `${Object.keys(symbols).length} symbols put into classes by their names${unknown.length > 0 ? `; not known and so quarantined: ${unknown.slice(0, 12).join(', ')}${unknown.length > 12 ? ` and ${unknown.length - 12} more` : ''}` : ''}`,
      'an agreement active all the time; pending period 20 seconds, minimum payout 10 USD',
    ],
  };
}

/** Whole UTC days around what the file speaks of; without any time in it the last seven days. */
function period({ first, last }: FileFacts): { from: string; to: string } {
  const day = (millis: number): number => Math.floor(millis / DAY) * DAY;
  const start = first === null ? day(Date.now()) - 7 * DAY : day(Date.parse(first));
  const end = last === null ? day(Date.now()) : day(Date.parse(last)) + DAY;
  return { from: new Date(start).toISOString(), to: new Date(Math.max(end, start + DAY)).toISOString() };
}

function readProfile(path: string): BrokerProfile {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Problem('PROFILE_INVALID', `${basename(path)} is not JSON: ${(error as Error).message}`, { at: { file: basename(path) } });
  }
  const parsed = brokerProfileSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new Problem('PROFILE_INVALID', `${basename(path)} is no broker profile: ${parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'} ${issue.message}`).join('; ')}`, { at: { file: basename(path) } });
}
