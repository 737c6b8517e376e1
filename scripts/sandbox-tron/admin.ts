import { z } from 'zod';
import { addressHex } from './base58.ts';
import type { Chain } from './chain.ts';
import { asFault, type FaultSettings } from './faults.ts';

const address = z.string().transform((text, context) => {
  const hex = addressHex(text);
  if (hex === null) context.addIssue({ code: 'custom', message: `"${text}" is no TRON address` });
  return hex ?? z.NEVER;
});
const units = z.string().regex(/^\d{1,18}$/);
const BODIES = {
  /** Blocks, each three seconds after the last one. */
  mine: z.object({ blocks: z.int().min(1).max(10_000).default(1) }),
  /** Sets what an account has: token units, sun, staked energy. */
  give: z.object({ address, token: units.optional(), trx: units.optional(), energy: units.optional() }),
  token: z.object({ paused: z.boolean() }),
  /** What meets the next transactions in blocks. */
  misfortunes: z.object({ next: z.array(z.enum(['out_of_energy', 'reverted', 'skimmed'])) }),
  /** Replaces that many unsolidified blocks; their transactions are pending again, or forgotten. */
  reorganise: z.object({ blocks: z.int().min(1).max(18), forget: z.boolean().default(false) }),
  faults: z.object({ script: z.array(z.string()).default([]), rates: z.record(z.string(), z.number()).optional(), slowMs: z.int().optional(), down: z.boolean().optional() }),
};
export type AdminAction = keyof typeof BODIES;
export type AdminBody<A extends AdminAction> = z.input<(typeof BODIES)[A]>;

/** Moves the chain and makes the node misbehave; for tests and demos. Throws on a body that it cannot take. */
export function admin(chain: Chain, faults: FaultSettings & { down: boolean }, action: string, body: unknown): Record<string, unknown> | undefined {
  switch (action) {
    case 'mine': {
      const { blocks } = BODIES.mine.parse(body);
      for (let made = 0; made < blocks; made++) chain.mine();
      break;
    }
    case 'give': {
      const { address: of, token, trx, energy } = BODIES.give.parse(body);
      chain.write({ type: 'give', address: of, ...(token === undefined ? {} : { token }), ...(trx === undefined ? {} : { trx }), ...(energy === undefined ? {} : { energy }) });
      break;
    }
    case 'token': chain.write({ type: 'paused', ...BODIES.token.parse(body) }); break;
    case 'misfortunes': chain.misfortunes.push(...BODIES.misfortunes.parse(body).next); break;
    case 'reorganise': {
      const { blocks, forget } = BODIES.reorganise.parse(body);
      chain.write({ type: 'unwound', to: Math.max(chain.solid.number, chain.head.number - blocks), forget });
      break;
    }
    case 'faults': {
      const given = BODIES.faults.parse(body);
      faults.script.push(...given.script.map(asFault));
      if (given.rates !== undefined) faults.rates = Object.fromEntries(Object.entries(given.rates).map(([name, rate]) => [asFault(name), rate]));
      faults.slowMs = given.slowMs ?? faults.slowMs;
      faults.down = given.down ?? faults.down;
      break;
    }
    case 'state': break;
    default: return undefined;
  }
  return { head: chain.head.number, headAt: chain.head.at, solid: chain.solid.number, pending: chain.pending.size };
}
