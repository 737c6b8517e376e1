import type { Pool } from 'pg';
import { brokerCreditRail } from '../../activities/payouts/rails/broker-credit/rail.ts';
import type { Rail } from '../../activities/payouts/rails/rail.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAR } from '../../domain/payouts/quote.ts';
import type { RailName } from './counterparty.ts';
import { BROKER_ID, BROKER_WORD_SECONDS, RAIL_TIMEOUT_MS } from './settings.ts';

export interface RailSource { name: RailName; url: string; env: Readonly<Record<string, string | undefined>>; pool: Pool }

/** The product's own adapter for a counterparty, with short waits. */
export async function railOf({ name, url, env, pool }: RailSource): Promise<Rail> {
  switch (name) {
    case 'sandbox': return sandboxRail({ url, secret: env['CHAOS_SECRET'] ?? '', timeoutMs: RAIL_TIMEOUT_MS, settlesWithinSeconds: 3 });
    case 'broker-credit':
      return brokerCreditRail({
        url, token: env['CHAOS_SECRET'] ?? '', timeoutMs: RAIL_TIMEOUT_MS, brokerId: BROKER_ID, servers: [], currency: 'USD', precision: 2, minimum: '10', maximum: null,
        referenceLength: 40, settlesWithinSeconds: 5, rates: async () => PAR, nonExecutionAfterSeconds: BROKER_WORD_SECONDS, clockToleranceSeconds: 1,
      });
    case 'usdt-erc20': {
      // Loading it takes long, and a worker is started often.
      const { UsdtErc20Environment, usdtErc20FromSettings } = await import('../../activities/payouts/rails/usdt-erc20/settings.ts');
      return usdtErc20FromSettings(UsdtErc20Environment.parse({ ...env, USDT_ERC20_RPC_URL: url, USDT_ERC20_TIMEOUT_MS: String(RAIL_TIMEOUT_MS) }), { pool });
    }
  }
}
