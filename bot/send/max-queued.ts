/** How many messages of one bot wait at most, unless the user sets it: one a minute for a week. */
export const MAX_QUEUED = 10_000;
