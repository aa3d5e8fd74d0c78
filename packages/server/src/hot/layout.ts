/** The keys that everybody may read, also from outside: their names hold. A prefix, where one is set, stands before them. */

/** "1" while a player is online; ends by itself after `onlineTtlMs`. */
export const onlineKey = (player: string): string => `player:${player}:online`;

/** Sorted set of a game's players by score. */
export const leaderboardKey = (game: string): string => `lb:${game}`;

/** List of who waits for a match of a game, the first to come first. */
export const queueKey = (game: string): string => `queue:${game}`;

/** Set of the players who are in a room. */
export const roomPlayersKey = (room: string): string => `room:${room}:players`;

export const onlineTtlMs = 60_000;

/** How often a player's key is set anew: two may be lost before it ends. */
export const onlineBeatMs = 20_000;

/** Hash of login tries that failed, by a digest of who tried what. Together with their times, so that a cluster has both in one place. */
export const loginCountsKey = "{logins}:counts";

/** Sorted set of the same by the time of the last one. Both end when nobody has tried anything for as long as tries count. */
export const loginTimesKey = "{logins}:times";
