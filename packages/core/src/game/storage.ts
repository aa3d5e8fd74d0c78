/** Owns what belongs to no account: the game. */
export const gameOwner = "00000000-0000-0000-0000-000000000000";

/** Which object. */
export interface ObjectPlace {
  /** An account's id, or `gameOwner`. */
  readonly owner: string;
  /** 1 to 64 letters, digits and `_ . : -`. */
  readonly collection: string;
  /** 1 to 100 of the same. */
  readonly key: string;
}

/** Who may read an object, and who may write it, besides admins, services and the game itself. */
export interface ObjectPermissions {
  readonly readable: "nobody" | "owner" | "anyone";
  readonly writable: "nobody" | "owner";
}

/** A JSON object that lasts. */
export interface StoredObject extends ObjectPlace, ObjectPermissions {
  readonly value: Readonly<Record<string, unknown>>;
  /** Says nothing but whether the object is still the one that was read. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly updatedMs: number;
}

export interface ReadOperation extends ObjectPlace {
  readonly op: "read";
}

export interface WriteOperation extends ObjectPlace {
  readonly op: "write";
  /** At most 65,536 bytes as JSON text, 32 levels. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The version that is replaced; null: there must be no object yet. Default: whatever is there. */
  readonly version?: string | null | undefined;
  /** Default: as it was; of a new object, its owner. */
  readonly readable?: ObjectPermissions["readable"] | undefined;
  readonly writable?: ObjectPermissions["writable"] | undefined;
}

export interface DeleteOperation extends ObjectPlace {
  readonly op: "delete";
  readonly version?: string | undefined;
}

export type ObjectOperation = ReadOperation | WriteOperation | DeleteOperation;

export type ObjectResult =
  | { readonly op: "read"; readonly object: StoredObject | null }
  | { readonly op: "write"; readonly version: string }
  | { readonly op: "delete"; readonly existed: boolean };

/** A page of a collection. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** Where the next page begins. Undefined: there is none. */
  readonly cursor?: string;
}

/**
 * The game's objects, of all accounts and its own, with all rights. Calls reject with `STORE_UNAVAILABLE` without a database, or
 * when it does not answer, and with `REQUEST_INVALID` for places and values that can not be.
 */
export interface GameStorage {
  /** Undefined: there is no such object. */
  read(place: ObjectPlace): Promise<StoredObject | undefined>;
  /** Objects of a collection in the order of their keys, `count` (1 to 100, default 20) of them. */
  list(
    of: { readonly owner: string; readonly collection: string },
    page?: { readonly cursor?: string | undefined; readonly count?: number },
  ): Promise<ObjectPage>;
  /**
   * Does 1 to 64 operations in their order, all of them or none. With a key (1 to 64 characters, its own for each piece of work
   * of the game) the same batch is done once, and answered the same for a day. Rejects with `OBJECT_CHANGED`,
   * `OBJECT_TOO_LARGE`, `OBJECTS_FULL`, `KEY_REUSED` or `STORE_BUSY`, and with `ACCOUNT_UNKNOWN` for an owner whose account
   * has gone.
   */
  batch(operations: readonly ObjectOperation[], key?: string): Promise<readonly ObjectResult[]>;
}
