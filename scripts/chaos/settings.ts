/** How long the adapter waits for the rail; `slow_…` faults are slower. */
export const RAIL_TIMEOUT_MS = 800;
export const SLOW_MS = 1300;
export const LATE_MS = 2000;
export const RETURN_MS = 2500;
export const SECRET = 'chaos';
/** The broker of `--rail broker-credit`; it has given its word that a credit is booked within so many seconds or never. */
export const BROKER_ID = 'ava';
export const BROKER_WORD_SECONDS = 5;
