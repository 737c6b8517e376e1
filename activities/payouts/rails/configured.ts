import type { Pool } from 'pg';
import { z } from 'zod';
import { required } from '../../../db/config.ts';
import { Problem } from '../../../domain/problem.ts';
import { bankFromSettings, BankEnvironment } from './bank/settings.ts';
import { BrokerCreditEnvironment, brokerCreditFromSettings, isBrokerCredit } from './broker-credit/settings.ts';
import { FxEnvironment } from './fx/settings.ts';
import { type RailRegistry, railRegistry } from './registry.ts';
import type { Rail } from './rail.ts';
import { sandboxRail } from './sandbox.ts';
import { usdtErc20FromSettings, UsdtErc20Environment } from './usdt-erc20/settings.ts';
import { usdtTrc20FromSettings, UsdtTrc20Environment } from './usdt-trc20/settings.ts';

/** Which rails there are and how to reach them; a rail's own variables begin with its name. */
export const RailEnvironment = z.object({
  RAILS: z.string().default('sandbox').transform((text) => text.split(',').map((name) => name.trim()).filter(Boolean))
    .describe('Payout rails in use, separated by commas.'),
  SANDBOX_RAIL_URL: z.url().optional().describe('Where the sandbox rail listens. Not set: `npm start` and the demo run one themselves.'),
  SANDBOX_RAIL_SECRET: z.string().min(8).optional().describe('Secret shared with the sandbox rail; it signs payments, look-ups and webhooks. Made and kept where `npm start` runs the rail.'),
  ...UsdtErc20Environment.shape,
  ...UsdtTrc20Environment.shape,
  ...BrokerCreditEnvironment.shape,
  ...FxEnvironment.shape,
  ...BankEnvironment.shape,
});
export type RailSettings = z.infer<typeof RailEnvironment>;

/** The rails' own part of a process's environment. */
export function railSettings(environment: RailSettings): RailSettings {
  const own = new Set(Object.keys(RailEnvironment.shape));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => own.has(name))) as RailSettings;
}

/** What a rail keeps in our database (nonces, entries of statements); no key is read before something is signed, so the API builds the same rails without any. */
export interface RailDeps { pool: Pool }

/** Every rail this build knows, by name: a new rail is one more entry. */
const RAILS: Readonly<Record<string, (settings: RailSettings, deps: RailDeps) => Rail>> = {
  sandbox: (settings) => sandboxRail({ url: required('SANDBOX_RAIL_URL', settings.SANDBOX_RAIL_URL), secret: required('SANDBOX_RAIL_SECRET', settings.SANDBOX_RAIL_SECRET) }),
  'usdt-erc20': usdtErc20FromSettings,
  'usdt-trc20': usdtTrc20FromSettings,
  bank: bankFromSettings,
};

/** The rails of this configuration. Throws `Problem` RAIL_UNKNOWN, CONFIG_MISSING, or as `railRegistry`. */
export function configuredRails(settings: RailSettings, deps: RailDeps): RailRegistry {
  return railRegistry(settings.RAILS.map((name) => {
    if (isBrokerCredit(name)) return brokerCreditFromSettings(name, settings, deps);
    const build = Object.hasOwn(RAILS, name) ? RAILS[name] : undefined;
    if (build === undefined) throw new Problem('RAIL_UNKNOWN', `RAILS names "${name}"; this build has ${Object.keys(RAILS).join(', ')} and broker-credit-<broker>.`);
    return build(settings, deps);
  }));
}
