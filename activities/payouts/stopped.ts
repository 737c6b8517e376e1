/** A stopped rail is looked at again after this; whoever lets it go on wakes its payouts at once. */
export const STOPPED_SECONDS = 600;

export const stopped = (reason: string): string => `PAYOUTS_STOPPED: an operator has stopped payouts: ${reason}`;
