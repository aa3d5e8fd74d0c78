import { run, type Migration } from "./migration.ts";

interface Types {
  readonly id: string;
  readonly time: string;
  readonly flag: string;
  readonly end: string;
}

const statements = ({ id, time, flag, end }: Types): string[] => [
  `CREATE TABLE accounts (
    id ${id} PRIMARY KEY NOT NULL REFERENCES players(id) ON DELETE CASCADE,
    user_name TEXT,
    name_key TEXT UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('player', 'moderator', 'admin', 'service')),
    is_guest ${flag} NOT NULL CHECK (is_guest IN (0, 1)),
    password_hash TEXT,
    version INTEGER NOT NULL,
    ended_ms ${time} NOT NULL,
    ban_reason TEXT,
    ban_until_ms ${time},
    created_ms ${time} NOT NULL,
    seen_ms ${time} NOT NULL
  )${end}`,
  `CREATE INDEX accounts_idle_guests ON accounts (seen_ms) WHERE is_guest = 1`,
  `CREATE TABLE login_sessions (
    id ${id} PRIMARY KEY NOT NULL,
    account_id ${id} NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    secret_hash TEXT NOT NULL,
    request_hash TEXT,
    rotated_ms ${time} NOT NULL,
    expires_ms ${time} NOT NULL
  )${end}`,
  `CREATE INDEX login_sessions_account ON login_sessions (account_id, rotated_ms)`,
  `CREATE INDEX login_sessions_expires ON login_sessions (expires_ms)`,
  `CREATE TABLE account_links (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id ${id} NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    created_ms ${time} NOT NULL,
    PRIMARY KEY (issuer, subject)
  )${end}`,
  `CREATE INDEX account_links_account ON account_links (account_id)`,
  `CREATE TABLE login_tickets (
    ticket_hash TEXT PRIMARY KEY NOT NULL,
    account_id ${id} NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    issued_ms ${time} NOT NULL,
    version INTEGER,
    origin TEXT NOT NULL,
    expires_ms ${time} NOT NULL
  )${end}`,
  `CREATE INDEX login_tickets_account ON login_tickets (account_id)`,
  `CREATE INDEX login_tickets_expires ON login_tickets (expires_ms)`,
  `CREATE TABLE password_resets (
    account_id ${id} PRIMARY KEY NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    token_hash TEXT UNIQUE NOT NULL,
    expires_ms ${time} NOT NULL
  )${end}`,
];

const postgres: Types = { id: "UUID", time: "BIGINT", flag: "SMALLINT", end: "" };
const sqlite: Types = { id: "TEXT", time: "INTEGER", flag: "INTEGER", end: " STRICT" };
const tables = ["password_resets", "login_tickets", "account_links", "login_sessions", "accounts"];

/** Accounts, their logins, and how they are found. */
export const accounts: Migration = {
  name: "0002-accounts",
  up: (db, dialect) => run(db, statements(dialect === "postgres" ? postgres : sqlite)),
  down: (db) =>
    run(
      db,
      tables.map((table) => `DROP TABLE ${table}`),
    ),
};
