/** What the program `server.ts` is told. */
export interface BackendSettings {
  /** Of the database. */
  readonly url: string;
  readonly secret: string;
  /** Accounts that can log in; default none. */
  readonly members?: number;
}

export const memberPassword = "correct horse battery staple";

export function memberName(number: number): string {
  return `member${number}`;
}

/** The program that runs a backend in a process of its own. */
export const backendScript: URL = new URL("server.ts", import.meta.url);

/** A script that counts for its caller, and answers how far it has come. */
export const countScript = `-- keys: counter:{account}
local wish = realm.arguments()
local n = (tonumber(redis.call("HGET", KEYS[1], "n")) or 0) + wish.by
redis.call("HSET", KEYS[1], "n", n)
return cjson.encode({ n = n })`;
