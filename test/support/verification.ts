import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { fileList } from '../../activities/verification/lists/fileList.ts';
import type { ScreeningList } from '../../activities/verification/lists/list.ts';
import type { VerificationProvider } from '../../activities/verification/providers/provider.ts';
import { sandboxVerification } from '../../activities/verification/providers/sandbox.ts';
import { withTransaction } from '../../db/connection.ts';
import { submitVerification } from '../../db/stores/submitVerification.ts';
import { putProfile } from '../../db/stores/userProfiles.ts';
import type { Verification } from '../../db/stores/verifications.ts';
import { VERIFICATION_TERMS } from '../../domain/verification/terms.ts';
import { startSandboxVerification, type SandboxVerification, type SandboxVerificationOptions } from '../../scripts/sandbox-verification/server.ts';
import { testPersonalData } from './personal.ts';

export const SECRET = 'a secret for verification';
/** Seeded data that must turn up nowhere. */
export const BORN = '1987-06-05';
export const PASSPORT = 'P9X8Y7Z6';

export interface VerificationBench {
  server: SandboxVerification;
  provider: VerificationProvider;
  list: ScreeningList;
  /** Another content of the list, which is another version of it. */
  writeList(entries: readonly { entry: string; names: string[]; born?: string }[]): void;
  close(): Promise<void>;
}

/** The sandbox provider over HTTP and a list of its own. */
export async function verificationBench(options: Partial<SandboxVerificationOptions> = {}): Promise<VerificationBench> {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-list-'));
  const file = join(folder, 'list.json');
  const writeList: VerificationBench['writeList'] = (entries) => writeFileSync(file, JSON.stringify(entries));
  writeList([{ entry: 'L-1', names: ['Vera Wanted'] }]);
  const server = await startSandboxVerification({ secret: SECRET, ...options });
  return {
    server, provider: sandboxVerification({ url: server.url, secret: SECRET, timeoutMs: 2000 }), list: fileList(file), writeList,
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Keeps a user's profile and submits a passport, as the API does. */
export function submit(pool: Pool, userId: string, fullName: string, at: string, number = PASSPORT): Promise<Verification> {
  const personal = testPersonalData();
  return withTransaction(pool, async (tx) => {
    await putProfile(tx, personal, userId, { fullName, country: 'DE', dateOfBirth: BORN }, at);
    return submitVerification(tx, personal, { userId, documents: [{ kind: 'passport', number }], provider: 'sandbox', at }, VERIFICATION_TERMS);
  });
}
