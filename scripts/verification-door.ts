import type { VerificationProvider } from '../activities/verification/providers/provider.ts';
import { verificationOf } from '../activities/verification/providers/provider.ts';
import type { VerificationDoor } from '../api/deps.ts';
import { Problem } from '../domain/problem.ts';

/** What the API needs of the verification provider; made where both are known, because the API may not import the adapters. */
export function verificationDoor(provider: VerificationProvider, now: () => string): VerificationDoor {
  return {
    providerId: provider.id,
    verifyEvent(name, headers, rawBody) {
      if (name !== provider.id) throw new Problem('VERIFICATION_PROVIDER_UNKNOWN', `No provider "${name}" is configured.`, { status: 404 });
      const { eventId, reference } = provider.verifyEvent(headers, rawBody, new Date(now()));
      return { eventId, verificationId: verificationOf(reference) };
    },
  };
}
