import { run, type Migration } from "./migration.ts";

// Keys are ordered by their bytes on both databases: a list goes on where its cursor says.
const postgres = [
  `CREATE TABLE objects (
    owner UUID NOT NULL,
    collection VARCHAR(64) COLLATE "C" NOT NULL,
    key VARCHAR(100) COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    version VARCHAR(24) NOT NULL,
    readable SMALLINT NOT NULL CHECK (readable BETWEEN 0 AND 2),
    writable SMALLINT NOT NULL CHECK (writable BETWEEN 0 AND 1),
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (owner, collection, key)
  )`,
  `CREATE TABLE idempotency (
    account UUID NOT NULL,
    key VARCHAR(64) COLLATE "C" NOT NULL,
    request VARCHAR(43) NOT NULL,
    response TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (account, key)
  )`,
  `CREATE INDEX idx_idempotency_created ON idempotency (created_ms)`,
];

const sqlite = [
  `CREATE TABLE objects (
    owner TEXT NOT NULL CHECK (length(owner) = 36),
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value)),
    version TEXT NOT NULL,
    readable INTEGER NOT NULL CHECK (readable BETWEEN 0 AND 2),
    writable INTEGER NOT NULL CHECK (writable BETWEEN 0 AND 1),
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (owner, collection, key)
  ) STRICT`,
  `CREATE TABLE idempotency (
    account TEXT NOT NULL CHECK (length(account) = 36),
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    response TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (account, key)
  ) STRICT`,
  `CREATE INDEX idx_idempotency_created ON idempotency (created_ms)`,
];

/** Objects of games, and answers by idempotency key. */
export const objects: Migration = {
  name: "0003-objects",
  up: (db, dialect) => run(db, dialect === "postgres" ? postgres : sqlite),
  down: (db) => run(db, ["DROP TABLE idempotency", "DROP TABLE objects"]),
};
