import type { ColumnType, Generated } from "kysely";

/** Written as ISO 8601 with a Z; read so too, to the millisecond. */
type Timestamp = ColumnType<string | null, string | null | undefined, string | null>;

/** An account's public half: `id` is the account's. */
export interface PlayersTable {
  id: string;
  username: string;
  email: string | null;
  created_at: Timestamp;
  /** JSON */
  metadata: string | null;
}

/** One row for each player and game: the upsert's key is (game_id, player_id). */
export interface ScoresTable {
  id: Generated<string>;
  game_id: string;
  player_id: string | null;
  score: number;
  created_at: Timestamp;
}

export interface MatchesTable {
  id: string;
  game_id: string;
  room_id: string;
  /** Account ids; read as the JSON of a list. */
  players: ColumnType<string, readonly string[], readonly string[]>;
  winner: string | null;
  started_at: Timestamp;
  ended_at: Timestamp;
  /** JSON */
  metadata: string | null;
}

export interface GameTables {
  players: PlayersTable;
  scores: ScoresTable;
  matches: MatchesTable;
}
