import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { suggestFor, type SuggestionResult } from '../../../../activities/reports/preview/suggest.ts';
import { readReportInBatches } from '../../../../activities/reports/read/readReport.ts';
import { brokerProfileSchema } from '../../../../api/schemas/profile.ts';
import type { ReportLine } from '../../../../domain/reports/line.ts';
import { fileProfileOf, type BrokerProfile } from '../../../../domain/reports/profile.ts';

// Each case's files, read by what is suggested from the file alone and answered from the case's own profile where it was asked, are the same lines.

const CASES = fileURLToPath(new URL('../../../cases/', import.meta.url));
const cases = readdirSync(CASES).filter((name) => /^[df]\d-/.test(name));

async function read(bytes: Buffer, profile: BrokerProfile): Promise<ReportLine[]> {
  const lines: ReportLine[] = [];
  await readReportInBatches((async function* () { yield bytes; })(), profile, 'a', (batch) => { lines.push(...batch); });
  return lines;
}

/** The suggested profile with the answers that the case's profile gives to what was asked, and to nothing else. */
function answered({ profile, questions }: SuggestionResult, own: BrokerProfile): BrokerProfile {
  const answers = structuredClone(profile) as Record<string, unknown> & { attachment?: Record<string, unknown> };
  for (const { setting } of questions) {
    const inAttachment = setting.startsWith('attachment.');
    const [target, name, from] = inAttachment ? [answers.attachment!, setting.slice(11), fileProfileOf(own)] : [answers, setting, own];
    const value = (from as unknown as Record<string, unknown>)[name];
    if (value === undefined) delete target[name];
    else target[name] = value;
  }
  return brokerProfileSchema.parse(answers) as BrokerProfile;
}

describe.each(cases)('%s', (name) => {
  const own = (JSON.parse(readFileSync(`${CASES}${name}/setup.json`, 'utf8')) as { profile: BrokerProfile }).profile;
  test.each(readdirSync(`${CASES}${name}/reports`))('%s', async (file) => {
    const bytes = readFileSync(`${CASES}${name}/reports/${file}`);
    const suggestion = await suggestFor(bytes, file, { servers: [] });
    const mine = answered(suggestion, own);
    expect(fileProfileOf(mine).columns).toEqual(fileProfileOf(own).columns);
    expect(await read(bytes, mine)).toEqual(await read(bytes, own));
    const { level, delimiter, decimal, dateFormat, sheet, headerRow, rowsPath, totals, format } = fileProfileOf(own);
    const expected = { level, dateFormat, sheet, headerRow, rowsPath, totals, format, ...(delimiter === undefined ? {} : { delimiter }) };
    expect(fileProfileOf(mine)).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)));
    if (decimal !== undefined && fileProfileOf(mine).decimal !== undefined) expect(fileProfileOf(mine).decimal).toBe(decimal);
  });
});
