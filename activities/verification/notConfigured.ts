import type { ScreeningList } from './lists/list.ts';
import type { VerificationProvider } from './providers/provider.ts';

/** Where no provider and no list are configured: nothing is an answer, so nobody is verified or found clear by it. */
export const notConfigured: { provider: VerificationProvider; list: ScreeningList } = {
  provider: {
    id: 'none', submit: async () => ({ kind: 'unknown', code: 'NOT_CONFIGURED' }), lookUp: async () => ({ kind: 'unknown', code: 'NOT_CONFIGURED' }),
    verifyEvent() { throw new Error('No provider is configured'); },
  },
  list: { id: 'none', version: async () => null, match: async () => ({ kind: 'unavailable', code: 'NOT_CONFIGURED' }) },
};
