import { run, type Migration } from "./migration.ts";

const postgres = [
  `CREATE TABLE players (
    id UUID PRIMARY KEY,
    username VARCHAR(50) UNIQUE NOT NULL,
    email VARCHAR(255) UNIQUE,
    created_at TIMESTAMP DEFAULT NOW(),
    metadata JSONB
  )`,
  // The upsert names no id and no columns of a conflict: an id is made, and there is one score per player and game.
  `CREATE TABLE scores (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    game_id VARCHAR(100) NOT NULL,
    player_id UUID REFERENCES players(id),
    score INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT NOW(),
    CONSTRAINT scores_game_player_key UNIQUE (game_id, player_id)
  )`,
  `CREATE INDEX idx_game_score ON scores (game_id, score DESC)`,
  // Deleting a player looks for its scores.
  `CREATE INDEX idx_scores_player ON scores (player_id)`,
  `CREATE TABLE matches (
    id UUID PRIMARY KEY,
    game_id VARCHAR(100) NOT NULL,
    room_id VARCHAR(100) NOT NULL,
    players UUID[] NOT NULL,
    winner UUID,
    started_at TIMESTAMP,
    ended_at TIMESTAMP,
    metadata JSONB
  )`,
];

const now = `(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`;
const uuid = `(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
      substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))`;

const sqlite = [
  `CREATE TABLE players (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    username TEXT UNIQUE NOT NULL CHECK (length(username) <= 50),
    email TEXT UNIQUE CHECK (length(email) <= 255),
    created_at TEXT DEFAULT ${now},
    metadata TEXT CHECK (json_valid(metadata))
  ) STRICT`,
  `CREATE TABLE scores (
    id TEXT PRIMARY KEY NOT NULL DEFAULT ${uuid} CHECK (length(id) = 36),
    game_id TEXT NOT NULL CHECK (length(game_id) <= 100),
    player_id TEXT REFERENCES players(id),
    score INTEGER NOT NULL CHECK (score BETWEEN -2147483648 AND 2147483647),
    created_at TEXT DEFAULT ${now},
    CONSTRAINT scores_game_player_key UNIQUE (game_id, player_id)
  ) STRICT`,
  `CREATE INDEX idx_game_score ON scores (game_id, score DESC)`,
  `CREATE INDEX idx_scores_player ON scores (player_id)`,
  `CREATE TABLE matches (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    game_id TEXT NOT NULL CHECK (length(game_id) <= 100),
    room_id TEXT NOT NULL CHECK (length(room_id) <= 100),
    players TEXT NOT NULL CHECK (json_valid(players) AND json_type(players) = 'array'),
    winner TEXT CHECK (length(winner) = 36),
    started_at TEXT,
    ended_at TEXT,
    metadata TEXT CHECK (json_valid(metadata))
  ) STRICT`,
];

/** Players, scores and matches. */
export const games: Migration = {
  name: "0001-games",
  up: (db, dialect) => run(db, dialect === "postgres" ? postgres : sqlite),
  down: (db) => run(db, ["DROP TABLE matches", "DROP TABLE scores", "DROP TABLE players"]),
};
