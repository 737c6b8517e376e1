/** What became of a transaction in its block. `moved` is what its Transfer says; null: it moved nothing. Whole numbers as text: energy units, sun, token units. */
export interface Executed { id: string; result: 'SUCCESS' | 'REVERT' | 'OUT_OF_ENERGY'; energy: string; energyFee: string; netFee: string; moved: { to: string; amount: string } | null }

export type Line =
  | { type: 'genesis'; at: number; token: string; energyPrice: string }
  /** An operator of the sandbox gave an account something, or paused the token. */
  | { type: 'give'; address: string; token?: string; trx?: string; energy?: string }
  | { type: 'paused'; paused: boolean }
  | { type: 'pending'; hex: string }
  /** The node forgot a transaction that it had taken. */
  | { type: 'forgotten'; id: string }
  | { type: 'block'; at: number; executed: Executed[] }
  /** Blocks above `to` were replaced; what they held is pending again, or is forgotten. */
  | { type: 'unwound'; to: number; forget: boolean };
