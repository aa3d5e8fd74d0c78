import {
  room,
  type Handlers,
  type Player,
  type Room,
  type RoomDefinition,
} from "@realmwright/core";
import { document, RealmError, t, type InputDefinition, type Json } from "@realmwright/protocol";
import type { ScriptedRoomKind } from "../game/scripts.ts";
import type { EventMember } from "./event-queue.ts";
import { stateBytes } from "./room-batch.ts";
import { inputOf } from "./room-inputs.ts";
import type { ScriptLine } from "./script-line.ts";

/** What all members see, and what one sees alone: the script's state. */
const Shared = document("state", { state: t.json(stateBytes) });
const Own = document("own", { state: t.json(stateBytes) });

type Member = Player<typeof Own>;

/** Where the lines of rooms are. */
export interface Lines {
  /** The line of a room; made where it has none. Throws `SCRIPT_UNKNOWN`. */
  of(kind: ScriptedRoomKind, room: string): ScriptLine;
  /** The room has ended. */
  end(room: string, line: ScriptLine): void;
}

/** What a room of scripts keeps beside its documents. */
interface Local {
  readonly line: ScriptLine;
  /** Nothing has happened in this room yet: it may come from a reload, and the line from the room before it. */
  isNew: boolean;
  /** What the documents were made of: the shared one under -1, the others by seat. */
  readonly shown: Map<number, unknown>;
  /** Spectators by seat, as the script knows them: their going is no hook. */
  readonly spectators: Map<number, Member>;
  /** Seats that the script did not let in: it is not told of their going. */
  readonly turnedAway: Set<number>;
}

type ScriptedRoom = Room<
  typeof Shared,
  typeof Own,
  Record<never, never>,
  undefined,
  undefined,
  Local
>;

/** A kind of room that is a script in Lua: its state is one document, its inputs are functions. */
export function scriptedRoom(kind: ScriptedRoomKind, lines: Lines): RoomDefinition {
  const { header } = kind;
  const inputs = Object.fromEntries(header.inputs.map((one) => [one.name, inputOf(one)]));
  const on = Object.fromEntries(
    header.inputs.map(({ name, shape }) => [name, handler(name, shape === undefined)]),
  );
  return room({
    inputs,
    documents: { shared: Shared, private: Own },
    tickRate: header.tick ?? 10,
    ...(header.players === undefined ? {} : { maxPlayers: header.players }),
    ...(header.spectators === undefined ? {} : { maxSpectators: header.spectators }),
    ...(header.grace === undefined ? {} : { graceMs: header.grace * 1000 }),
    setup: ({ id }): Local => ({
      line: lines.of(kind, id),
      isNew: true,
      shown: new Map(),
      spectators: new Map(),
      turnedAway: new Set(),
    }),
    create(at) {
      at.document.update((draft) => {
        draft.state = {};
      });
      at.local.line.tell({ event: { on: "create", with: [{ id: at.id, kind: kind.kind }] } });
    },
    admit(at) {
      const { away } = at.local.line;
      return away === undefined ? undefined : at.refuse(away.code);
    },
    join: tellOfJoin,
    drop: (at, player) => tellOf(at, "drop", player),
    reconnect: (at, player) => tellOf(at, "reconnect", player),
    leave: (at, player, code) => tellLeave(at, player, code),
    spectate(at, spectator) {
      // whose page was loaded anew has gone before coming again
      tellOfSpectators(at);
      tellOfJoin(at, spectator);
    },
    tick(at) {
      begin(at);
      tellOfSpectators(at);
      turn(at);
      show(at);
    },
    dispose: (at) => lines.end(at.id, at.local.line),
    on: on as Handlers<Record<string, InputDefinition>, ScriptedRoom, Member>,
  });
}

/** Takes the line over, once this room really runs: a reload that fails leaves it to the one before. */
function begin({ local }: ScriptedRoom): void {
  if (local.isNew) local.line.forgetInputs();
  local.isNew = false;
}

function handler(
  on: string,
  isBare: boolean,
): (at: ScriptedRoom, player: Member, data: Readonly<Record<string, Json>>) => unknown {
  return (at, player, data) => {
    begin(at);
    const { line } = at.local;
    if (line.away !== undefined) return at.refuse(line.away.code);
    const { seat, account } = player;
    const later = at.later();
    const value = isBare ? (data["data"] ?? null) : data;
    const event = { on, with: [playerOf(player), value], input: true } as const;
    line.tell({ event, member: { seat, account }, later });
    return later;
  };
}

function tellOf(at: ScriptedRoom, on: string, player: Member): void {
  begin(at);
  const { seat, account } = player;
  at.local.line.tell({ event: { on, with: [playerOf(player)] }, member: { seat, account } });
}

/** No member yet: the script has not said that it may come in. */
function tellOfJoin(at: ScriptedRoom, player: Member): void {
  at.hold(player);
  tellOf(at, "join", player);
}

function tellLeave(at: ScriptedRoom, player: Member, code: string): void {
  begin(at);
  const { seat, account } = player;
  at.local.shown.delete(seat);
  if (at.local.turnedAway.delete(seat)) return;
  at.local.line.tell({
    event: { on: "leave", with: [playerOf(player), code] },
    member: { seat, account },
  });
}

function tellOfSpectators(at: ScriptedRoom): void {
  const { spectators } = at.local;
  for (const [seat, spectator] of spectators) {
    if (at.spectators.get(seat) === spectator) continue;
    spectators.delete(seat);
    tellLeave(at, spectator, "LEFT");
  }
  for (const [seat, spectator] of at.spectators) spectators.set(seat, spectator);
}

function turn(at: ScriptedRoom): void {
  const { line } = at.local;
  line.turn({
    tick: at.tick,
    tickRate: at.tickRate,
    log: at.log,
    letIn(one) {
      const member = memberOf(at, one);
      if (member !== undefined) at.letIn(member);
    },
    turnAway(one, code, text) {
      const member = memberOf(at, one);
      if (member === undefined) return;
      at.local.turnedAway.add(one.seat);
      at.kick(member, code, text);
    },
  });
  if (line.away === undefined) return;
  // its join may be done yet: then the script is told of the going, too
  for (const member of membersOf(at)) {
    if (member.outside) at.kick(member, line.away.code, line.away.text);
  }
}

function memberOf(at: ScriptedRoom, { seat, account }: EventMember): Member | undefined {
  const member = at.players.get(seat) ?? at.spectators.get(seat);
  return member?.account === account ? member : undefined;
}

function membersOf(at: ScriptedRoom): readonly Member[] {
  return [...at.players.values(), ...at.spectators.values()];
}

/** Brings the documents to what the script's state is now. */
function show(at: ScriptedRoom): void {
  const { mirror } = at.local.line;
  showOne(at, -1, mirror.shared, at.document);
  for (const member of membersOf(at)) {
    showOne(at, member.seat, mirror.own(member.account), member.document);
  }
}

function showOne(
  at: ScriptedRoom,
  seat: number,
  state: Json,
  to: ScriptedRoom["document"] | Member["document"],
): void {
  const { shown } = at.local;
  if (shown.has(seat) ? shown.get(seat) === state : state === null) return;
  shown.set(seat, state);
  try {
    to.update((draft: { state: Json }) => {
      draft.state = state;
    });
  } catch (error) {
    // a script that is none of the room's may have written it; what was shown before stays
    if (!(error instanceof RealmError)) throw error;
    at.log.error("The state of a script does not fit into the room's document.", { seat, error });
  }
}

function playerOf({ seat, account, name, role, spectator }: Member): Json {
  return { seat, account, name, role, spectator };
}
