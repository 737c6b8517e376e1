import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FoundCode, problemCodes } from './problems/scan.ts';

/** `npm run docs:problems`: writes docs/problem-codes.md from the sources. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const PROBLEM_CODES = join(ROOT, 'docs/problem-codes.md');

/** Codes that are put together where they are thrown, so that no scan sees them whole. */
const COMPOSED: FoundCode[] = [
  { code: 'API_KEY_REVOKED', status: 409, sentence: 'The key "…" was revoked.', file: 'db/stores/apiKeys.ts' },
  { code: 'API_KEY_EXPIRED', status: 409, sentence: 'The key "…" has expired.', file: 'db/stores/apiKeys.ts' },
  { code: 'API_KEY_ROTATED', status: 409, sentence: 'The key "…" was rotated already.', file: 'db/stores/apiKeys.ts' },
  { code: 'WORKFLOW_REFUSED', status: 409, sentence: 'What the workflow says; look at the present state.', file: 'api/workflowUpdates.ts' },
];

const SECTIONS = [
  { title: 'Answers of the API', holds: (file: string) => /^(api|workflows|domain(?!\/reports)|activities\/(ownership|payouts\/openRun))/.test(file) || (file.startsWith('db/') && !/onfig|secretFiles|masterKeys/.test(file)) },
  { title: 'In the `refusal` of a report, and of a profile that cannot read it', holds: (file: string) => /^(activities|domain)\/reports\//.test(file) },
  { title: 'At start and in failed activities, for whoever runs it', holds: () => true },
];

const HEAD = `# Problem codes

Written by \`npm run docs:problems\` from the sources; a test fails when it is not up to date.

Every refusal is \`application/problem+json\` (RFC 9457). Decide by \`code\`: codes are stable, sentences may be reworded. \`type\` is
\`urn:cashback:problem:<code>\`: a name, not an address, so that it is the same for every installation. \`detail\` says what is wrong and what to do;
\`at\` where; \`errors\` names each field that is not as described; \`instance\` is the request's id in our logs. … stands for what is filled in.

What to do, by status:

| status | meaning | what to do |
|---|---|---|
| 400 | not as the OpenAPI document describes it | mend the request; sending it again unchanged never helps |
| 401 | nobody is known, or what was sent as proof is wrong | send a valid key or sign in again |
| 403 | known, but not allowed | use a key or person with the role, scope or second factor that is named |
| 404 | it does not exist, or not for you | check the id; what belongs to somebody else reads as unknown |
| 405, 406, 415 | another method, Accept or Content-Type is needed | see the Allow header and the OpenAPI document |
| 409 | it contradicts the present state | read the present state and decide anew; \`IDEMPOTENCY_IN_FLIGHT\`: send the same again in a moment |
| 412, 428 | If-Match is not what is there now, or missing | read it again and send its ETag |
| 413 | too large | send less |
| 422 | understood, but refused by a rule | change what is named in \`at\`; \`IDEMPOTENCY_KEY_REUSED\`: a new request needs a new key |
| 429 | too many requests or attempts | wait for \`Retry-After\` |
| 500 | our mistake | tell us \`instance\` |
| 503 | away for a moment | send the same request with the same Idempotency-Key again, later each time |
`;

/** The document's text. */
export function problemDocument(): string {
  const byCode = Map.groupBy([...problemCodes(ROOT), ...COMPOSED], ({ code }) => code);
  const sectionOf = (found: readonly FoundCode[]): number => SECTIONS.findIndex(({ holds }) => found.some(({ file }) => holds(file)));
  const tables = SECTIONS.map(({ title }, section) => {
    const rows = [...byCode].filter(([, found]) => sectionOf(found) === section).sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, found]) => {
      const statuses = [...new Set(found.map(({ status }) => status))].sort((a, b) => a - b);
      const sentences = [...new Set(found.flatMap(({ sentence }) => (sentence === undefined ? [] : [sentence])))].slice(0, 3);
      return `| \`${code}\` |${section === 0 ? ` ${statuses.join(', ')} |` : ''} ${sentences.join(' · ').replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
    });
    return [`## ${title}`, '', section === 0 ? '| code | status | what it says |\n|---|---|---|' : '| code | what it says |\n|---|---|', ...rows, ''].join('\n');
  });
  return `${[HEAD, ...tables].join('\n').trimEnd()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PROBLEM_CODES, problemDocument());
  console.log('docs/problem-codes.md is written');
}
