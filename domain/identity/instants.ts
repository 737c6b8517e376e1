/** The instant so many minutes after `at`; both ISO in UTC with milliseconds. */
export const minutesAfter = (at: string, minutes: number): string => new Date(Date.parse(at) + minutes * 60_000).toISOString();
export const hoursAfter = (at: string, hours: number): string => minutesAfter(at, hours * 60);
