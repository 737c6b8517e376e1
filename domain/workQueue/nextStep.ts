/** What many waiting lines have in common, as far as it says what is to be done. `oldestClose`: ISO instant of their first trade. */
export interface Waiting {
  brokerId: string;
  reason: string;
  what: 'symbol' | 'class_text' | 'account_type' | 'account' | 'malformed';
  unknown: string;
  oldestClose: string | null;
  /** The report version of the line that waits longest, and the link of the account. */
  reportId: string;
  accountLinkId: string | null;
  /** Lines for which a second operator is asked, and for which he has said no. */
  asked: number;
  refused: number;
  lines: number;
  /** What is wrong with lines of an account that no link mends. */
  problem: string | null;
  /** Something of the broker was changed since they were last tried. */
  untried: boolean;
}

/** What is known by now of a symbol or class text: the classes that it may have, and those of them that have a rate. */
export interface KnownClasses { possible: readonly string[]; rated: readonly string[] }

/** What an operator does next: in words, and the operation (API operationId) with its path; null where nothing is for him to do. */
export interface NextStep { text: string; operation: string | null; path: string | null }

/** The next step for a group of waiting lines. Nothing that waits is ever paid as zero or dropped: each sentence says what ends the waiting. */
export function nextStep(group: Waiting, known: KnownClasses): NextStep {
  const at = (path: string): string => `/v1/brokers/${group.brokerId}/${path}`;
  if (group.asked === group.lines) return { text: 'A second operator is asked, because they earn more than the limit of reports: approve or reject the change.', operation: 'approveChange', path: '/v1/changes?state=requested&kind=report_over_limit' };
  if (group.refused === group.lines) return { text: 'A second operator has refused to pay them as they are known now. Correct what they are judged by – symbols, rates, terms, profile, account type or link – and they are judged, and asked about, again; or read the report again.', operation: 'rereadReport', path: `/v1/reports/${group.reportId}/reread` };
  switch (group.what) {
    case 'malformed':
      return { text: 'Mend the profile (POST /v1/brokers/{brokerId}/profiles) and read the report again; each line says which column is wrong. Where the file itself is wrong, ask the broker for a re-issue.', operation: 'rereadReport', path: `/v1/reports/${group.reportId}/reread` };
    case 'account':
      if (group.problem !== null) return { text: `${group.problem} Mend the profile's statuses, as a new version, and read the report again.`, operation: 'addProfile', path: at('profiles') };
      return { text: 'Verify or reject the account link: the lines since its request are then judged by themselves.', operation: 'verifyLink', path: group.accountLinkId === null ? null : `/v1/links/${group.accountLinkId}/verify` };
    case 'account_type':
      return group.untried ? TRYING : { text: `Add terms that name the account type "${group.unknown}" and are in force from ${group.oldestClose ?? 'the trades'} on, or correct the type of the accounts.`, operation: 'addTerms', path: at('terms') };
    default:
      return forClass(group, known, at);
  }
}

const TRYING: NextStep = { text: 'They are being judged again by what is known now.', operation: null, path: null };

function forClass(group: Waiting, { possible, rated }: KnownClasses, at: (path: string) => string): NextStep {
  if (possible.length === 0) {
    return group.what === 'symbol'
      ? { text: `Say which instrument class the symbol "${group.unknown}" is.`, operation: 'putSymbols', path: at('symbols') }
      : { text: `Add the class text "${group.unknown}" to the \`classes\` of the broker's profile, as a new version.`, operation: 'addProfile', path: at('profiles') };
  }
  if (rated.length === 0) return { text: `The class ${possible.join(' or ')} has no rate: add one that is in force from ${group.oldestClose ?? 'the trades'} on.`, operation: 'addRate', path: at('rates') };
  if (group.untried) return TRYING;
  return { text: `The class ${rated.join(' or ')} has no rate that counts for these links when they traded: add one that is in force from ${group.oldestClose ?? 'the trades'} on.`, operation: 'addRate', path: at('rates') };
}
