/** One JSON object of an account, or of nobody. */
export interface ObjectsTable {
  owner: string;
  collection: string;
  key: string;
  /** JSON */
  value: string;
  /** Another one after each write, and never one again. */
  version: string;
  /** 0 nobody, 1 its owner, 2 anyone */
  readable: 0 | 1 | 2;
  /** 0 nobody, 1 its owner */
  writable: 0 | 1;
  updated_ms: number;
}

/** What was answered to work that an account named by a key. */
export interface IdempotencyTable {
  account: string;
  key: string;
  /** SHA-256 of what was asked, in base64url */
  request: string;
  /** JSON */
  response: string;
  created_ms: number;
}

export interface ObjectTables {
  objects: ObjectsTable;
  idempotency: IdempotencyTable;
}
