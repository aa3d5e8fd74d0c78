/** Who is logged in. */
export interface Profile {
  /** The account's id. */
  readonly account: string;
  /** What others see. */
  readonly name: string;
  /** What one logs in by. null: a guest, or one who logs in elsewhere. */
  readonly username: string | null;
  readonly role: "player" | "moderator" | "admin" | "service";
  readonly isGuest: boolean;
}

/** What a login gives. Servers without accounts leave out all but `token`, `account`, `name` and `expiresInS`. */
export interface LoginAnswer extends Profile {
  /** The access token. */
  readonly token: string;
  readonly expiresInS: number;
  readonly refreshToken: string;
  readonly refreshExpiresInS: number;
  /** The login's id. */
  readonly session: string;
}

/** An account as who looks after the game sees it. Times in milliseconds since 1970. */
export interface AccountRecord extends Profile {
  readonly createdMs: number;
  readonly seenMs: number;
  /** null: not banned. `untilMs` null: for ever. */
  readonly ban: { readonly reason: string; readonly untilMs: number | null } | null;
}

/** Where an object is. `owner`: "me", an account's id, or the id of zeros for what belongs to the game. */
export interface ObjectPlace {
  readonly owner: string;
  readonly collection: string;
  readonly key: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

interface ObjectPermissions {
  readonly readable?: "nobody" | "owner" | "anyone";
  readonly writable?: "nobody" | "owner";
}

export interface StoredObject extends ObjectPlace, Required<ObjectPermissions> {
  readonly value: JsonObject;
  readonly version: string;
  readonly updatedMs: number;
}

/** What an object becomes. `version`: the one that is replaced; null: there must be none; left out: whatever there is. */
export interface ObjectWrite extends ObjectPlace, ObjectPermissions {
  readonly value: JsonObject;
  readonly version?: string | null;
}

export interface ObjectDelete extends ObjectPlace {
  readonly version?: string;
}

/** One step of a batch. */
export type ObjectWork =
  | ({ readonly op: "read" } & ObjectPlace)
  | ({ readonly op: "write" } & ObjectWrite)
  | ({ readonly op: "delete" } & ObjectDelete);

/** What became of one step of a batch. */
export type ObjectResult =
  | { readonly op: "read"; readonly object: StoredObject | null }
  | { readonly op: "write"; readonly version: string }
  | { readonly op: "delete"; readonly existed: boolean };

/** What of a script is in use; `problem`: why the newest text of it is not. */
export interface ScriptRecord {
  readonly name: string;
  readonly version?: number;
  readonly hash?: string;
  readonly reload: "live" | "start";
  /** The kind of room that it makes. */
  readonly room?: string;
  readonly problem?: { readonly file: string; readonly line: number; readonly text: string };
}

type Nothing = Readonly<Record<string, never>>;
interface Named {
  readonly name?: string;
}
interface Entry {
  readonly username: string;
  readonly password: string;
}
interface Whom {
  readonly account: string;
}

/** What servers offer over HTTP: what goes in and what comes back, by the operation's name in `/openapi.json`. */
export interface Operations {
  "accounts.register": { in: Entry & Named; out: LoginAnswer };
  "accounts.login": { in: Entry; out: LoginAnswer };
  "accounts.guest": { in: Named; out: LoginAnswer };
  "accounts.refresh": { in: { readonly refreshToken: string }; out: LoginAnswer };
  "accounts.requestReset": { in: { readonly username: string }; out: Nothing };
  "accounts.completeReset": {
    in: { readonly token: string; readonly password: string };
    out: Nothing;
  };
  "accounts.me": { in: Nothing; out: Profile & { readonly createdMs: number } };
  "accounts.rename": {
    in: { readonly name: string };
    out: Profile & { readonly createdMs: number };
  };
  "accounts.upgrade": { in: Entry & Named; out: Profile & { readonly createdMs: number } };
  "accounts.changePassword": {
    in: { readonly password: string; readonly newPassword: string };
    out: Nothing;
  };
  "accounts.delete": { in: { readonly password?: string }; out: Nothing };
  "accounts.logout": { in: Nothing; out: Nothing };
  "accounts.logoutEverywhere": { in: Nothing; out: Nothing };
  "accounts.ticket": {
    in: { readonly origin?: string };
    out: { readonly ticket: string; readonly expiresInS: number };
  };
  "accounts.read": { in: Whom; out: AccountRecord };
  "accounts.ban": {
    in: Whom & { readonly reason: string; readonly untilMs?: number };
    out: AccountRecord;
  };
  "accounts.unban": { in: Whom; out: AccountRecord };
  "accounts.setRole": { in: Whom & { readonly role: Profile["role"] }; out: AccountRecord };
  "objects.read": { in: ObjectPlace; out: StoredObject };
  "objects.list": {
    in: Omit<ObjectPlace, "key"> & { readonly cursor?: string; readonly count?: number };
    out: { readonly objects: readonly StoredObject[]; readonly cursor?: string };
  };
  "objects.write": { in: ObjectWrite; out: { readonly version: string } };
  "objects.delete": { in: ObjectDelete; out: { readonly existed: boolean } };
  "objects.batch": {
    in: { readonly operations: readonly ObjectWork[] };
    out: { readonly results: readonly ObjectResult[] };
  };
  "scripts.call": {
    in: { readonly script: string; readonly args?: JsonObject | readonly unknown[] };
    out: unknown;
  };
  "scripts.list": { in: Nothing; out: { readonly scripts: readonly ScriptRecord[] } };
  "media.token": {
    in: { readonly room: string };
    out: { readonly token: string; readonly url: string };
  };
}

export type OperationName = keyof Operations;
export type OperationInput<N extends OperationName> = Operations[N]["in"];
export type OperationOutput<N extends OperationName> = Operations[N]["out"];
