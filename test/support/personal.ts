import { type PersonalData } from '../../db/personal/personalData.ts';
import { throwawayPersonalData } from '../../scripts/local/personal-keys.ts';

/** One set of keys for a test file's process. */
const shared = throwawayPersonalData();
export const testPersonalData = (): PersonalData => shared;
