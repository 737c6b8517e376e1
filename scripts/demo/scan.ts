import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { readReportInBatches } from '../../activities/reports/read/readReport.ts';
import { Problem } from '../../domain/problem.ts';
import type { BrokerProfile } from '../../domain/reports/profile.ts';

/** What a file speaks of. */
export interface FileFacts {
  /** By `server login`. */
  accounts: Map<string, { server: string; login: string }>;
  symbols: Set<string>;
  classes: Set<string>;
  /** ISO instants of the first and the last line with a time. */
  first: string | null;
  last: string | null;
  lines: number;
  /** Why it could not be read to its end; the facts are those of the lines before. */
  refusal: Problem | null;
}

/** Reads a file once by its profile, in constant memory but for the names in it. */
export async function scanFile(file: string, profile: BrokerProfile): Promise<FileFacts> {
  const facts: FileFacts = { accounts: new Map(), symbols: new Set(), classes: new Set(), first: null, last: null, lines: 0, refusal: null };
  try {
    await readReportInBatches(createReadStream(file), profile, basename(file), (lines) => {
      for (const line of lines) {
        facts.lines++;
        if (line.account && line.server) facts.accounts.set(`${line.server} ${line.account}`, { server: line.server, login: line.account });
        if (line.symbol) facts.symbols.add(line.symbol);
        if (line.class) facts.classes.add(line.class);
        const from = line.periodStart ?? line.closeTime;
        if (from !== null && (facts.first === null || from < facts.first)) facts.first = from;
        if (line.closeTime !== null && (facts.last === null || line.closeTime > facts.last)) facts.last = line.closeTime;
      }
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    facts.refusal = error;
  }
  return facts;
}
