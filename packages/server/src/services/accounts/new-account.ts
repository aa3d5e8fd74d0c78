import type { Account } from "./rules.ts";

/** An account of a player that has nothing yet by which to log in. */
export function newAccount(id: string, displayName: string, nowMs: number): Account {
  return {
    id,
    user_name: null,
    name_key: null,
    display_name: displayName,
    role: "player",
    is_guest: 0,
    password_hash: null,
    version: 0,
    ended_ms: 0,
    ban_reason: null,
    ban_until_ms: null,
    created_ms: nowMs,
    seen_ms: nowMs,
  };
}
