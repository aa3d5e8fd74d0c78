import {
  document,
  input,
  room,
  t,
  type GameDefinition,
  type Json,
  type RoomDefinition,
} from "realmwright";
import type { Client, ClientRoom } from "realmwright/client";

/** What scripts/lobby.lua takes; the kinds stand in its header. */
export const Ready = input("ready", { on: t.bool() });
export const Place = input("place", { column: t.uint(9) });

const State = document("state", { state: t.json(16_000) });
const lobby = room({ inputs: { Ready, Place }, documents: { shared: State } });

export type TableGame = GameDefinition<{ readonly lobby: typeof lobby & RoomDefinition }>;
export type TableClient = Client<TableGame>;
export type TableRoom = ClientRoom<TableGame["rooms"]["lobby"]>;

export interface PlayerState {
  readonly name: string;
  /** 1 to 4 */
  readonly color: number;
  readonly joined: number;
  readonly ready: boolean;
  readonly score: number;
  readonly away?: true;
}

/** Something that was said, as scripts/say.lua keeps it. */
export interface ChatLine {
  /** counts up */
  readonly number: number;
  /** an account */
  readonly by: string;
  readonly name: string;
  /** 0: said by one who watched */
  readonly color: number;
  readonly text: string;
}

/** The state of a table, as scripts/lobby.lua describes it. Empty until it is created. */
export interface TableState {
  readonly id?: string;
  readonly name: string;
  readonly note: string;
  /** an account */
  readonly host: string | undefined;
  readonly turnSeconds: number;
  readonly maxPlayers: number;
  readonly phase: "waiting" | "play" | "over";
  readonly players: Readonly<Record<string, PlayerState>>;
  readonly watchers: Readonly<Record<string, string>>;
  readonly order: readonly string[];
  /** a place in the order, counted from 1 */
  readonly turn: number;
  readonly board: string;
  readonly columns: number;
  readonly rows: number;
  /** the cell of the newest disc */
  readonly last: number | undefined;
  /** an account; "" when nobody has won */
  readonly winner: string | undefined;
  /** Why the round ended, where no line ended it: the last other player went, or stayed away. */
  readonly ended: "left" | "away" | undefined;
  /** name of who went last */
  readonly gone: string;
  /** an account whose time for a move was up just now */
  readonly late: string | undefined;
  readonly line: readonly number[];
  readonly turnEndsMs: number | undefined;
  readonly round: number;
  /** what was said, the oldest first */
  readonly lines: readonly ChatLine[];
  /** where players have walked to, by account, in units of the floor */
  readonly tokens: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
}

/** The floor that move_player.lua knows. */
export const floor = { width: 100, height: 40 } as const;

/** Reads what the script wrote: it may be of another version than this page, and empty lists of Lua are objects. */
export function readState(json: Json): TableState {
  const raw = record(json);
  const tokens = new Map<string, { x: number; y: number }>();
  for (const [field, value] of Object.entries(raw)) {
    if (!field.startsWith("token:")) continue;
    const { x, y } = record(value);
    tokens.set(field.slice("token:".length), { x: number(x), y: number(y) });
  }
  const phase = raw["phase"];
  return {
    ...(typeof raw["id"] === "string" ? { id: raw["id"] } : {}),
    name: text(raw["name"]),
    note: text(raw["note"]),
    host: typeof raw["host"] === "string" ? raw["host"] : undefined,
    turnSeconds: number(raw["turnSeconds"], 30),
    maxPlayers: number(raw["maxPlayers"], 4),
    phase: phase === "play" || phase === "over" ? phase : "waiting",
    players: players(raw["players"]),
    watchers: Object.fromEntries(
      Object.entries(record(raw["watchers"])).map(([account, name]) => [account, text(name)]),
    ),
    order: list(raw["order"]).map(text),
    turn: number(raw["turn"], 1),
    board: text(raw["board"]),
    columns: number(raw["columns"]),
    rows: number(raw["rows"]),
    last: typeof raw["last"] === "number" ? raw["last"] : undefined,
    winner: typeof raw["winner"] === "string" ? raw["winner"] : undefined,
    ended: raw["ended"] === "left" || raw["ended"] === "away" ? raw["ended"] : undefined,
    gone: text(raw["gone"]),
    late: typeof raw["late"] === "string" ? raw["late"] : undefined,
    line: list(raw["line"]).map((cell) => number(cell, -1)),
    turnEndsMs: typeof raw["turnEndsMs"] === "number" ? raw["turnEndsMs"] : undefined,
    round: number(raw["round"]),
    lines: lines(raw),
    tokens,
  };
}

function lines(raw: Readonly<Record<string, Json>>): readonly ChatLine[] {
  const all = Object.entries(raw).flatMap(([field, value]): ChatLine[] => {
    const [, place] = /^chat:(\d+)$/.exec(field) ?? [];
    const { by, name, color, text: said } = record(value);
    if (place === undefined) return [];
    const who = { by: text(by), name: text(name), color: number(color) };
    return [{ number: Number(place), ...who, text: text(said) }];
  });
  return all.sort((a, b) => a.number - b.number);
}

function players(json: Json | undefined): Record<string, PlayerState> {
  const all = Object.entries(record(json)).map(([account, one]): [string, PlayerState] => {
    const { name, color, joined, ready, score, away } = record(one);
    return [
      account,
      {
        name: text(name),
        color: number(color, 1),
        joined: number(joined),
        ready: ready === true,
        score: number(score),
        ...(away === true ? { away } : {}),
      },
    ];
  });
  return Object.fromEntries(all.sort(([, a], [, b]) => a.joined - b.joined));
}

function record(json: Json | undefined): Readonly<Record<string, Json>> {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : {};
}

function list(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

function text(json: Json | undefined): string {
  return typeof json === "string" || typeof json === "number" ? String(json) : "";
}

function number(json: Json | undefined, otherwise = 0): number {
  return typeof json === "number" ? json : otherwise;
}
