import type { Files, GameDefinition, InterestOptions, RoomDefinition } from "@realmwright/core";
import {
  cloneJson,
  freezeJson,
  type MirrorOptions,
  type Rates,
  roomRates,
} from "@realmwright/core/internal";
import { document, limits, RealmError } from "@realmwright/protocol";
import {
  checkName,
  compileDescriptor,
  compileRoom,
  type CompiledRoom,
  hashText,
  type StructCodec,
  structCodec,
  utf8Length,
} from "@realmwright/protocol/internal";
import type { RoomKind } from "../link/messages.ts";
import { faultOfHooks } from "./room-hooks.ts";

/** A kind of room, made ready to run: what all rooms of the kind share, hooks included. Immutable. */
export interface RoomPlan {
  readonly name: string;
  readonly options: RoomDefinition["options"];
  /** All fields, for the authority; and what goes into frames. */
  readonly compiled: CompiledRoom;
  readonly wire: CompiledRoom;
  readonly rates: Rates;
  readonly maxPlayers: number;
  readonly maxSpectators: number;
  readonly maxEntities: number;
  readonly graceTicks: number;
  readonly permanent: boolean;
  readonly stateCodec: StructCodec;
  readonly joinCodec: StructCodec;
  readonly sharedCodec: StructCodec;
  readonly privateCodec: StructCodec;
  /** Index of the predicted input, -1 for none, and what is applied when nothing comes. */
  readonly predicted: number;
  readonly neutral: object;
  /** What `load` returned. */
  readonly content: unknown;
  /** What edges must know. */
  readonly kind: RoomKind;
  readonly mirror: MirrorOptions;
}

/** All kinds of rooms of a game. */
export interface GamePlan {
  readonly name: string;
  readonly entry: string;
  readonly rooms: ReadonlyMap<string, RoomPlan>;
  /** Of all descriptors. */
  readonly hash: string;
}

/** How far back a room's mirror remembers where everything was. */
const historyMs = 1000;

/**
 * Checks a game and loads its content. Throws `GAME_INVALID` or `SCHEMA_INVALID`, and whatever the game's own `load`
 * throws.
 */
export async function planGame(game: GameDefinition, files: Files): Promise<GamePlan> {
  const rooms = new Map<string, RoomPlan>();
  for (const [name, definition] of Object.entries(game.rooms)) {
    const content: unknown = await definition.options.load?.(files);
    rooms.set(name, planRoom(name, definition, content));
  }
  if (!rooms.has(game.entry)) throw invalid(game.entry, "the game's entry is none of its rooms");
  checkWelcome([...rooms.values()]);
  const hashes = [...rooms].map(([name, plan]) => `${name} ${plan.compiled.hash}`);
  return { name: game.name, entry: game.entry, rooms, hash: hashText(hashes.join("\n")) };
}

/** Every client is told all schemas in one message, beside which little else stands. */
function checkWelcome(rooms: readonly RoomPlan[]): void {
  const max = limits.serverMessageBytes.value - limits.messageBytes.value;
  let bytes = 0;
  for (const { name, compiled } of rooms) {
    bytes += utf8Length(JSON.stringify(compiled.descriptor));
    if (bytes > max) throw invalid(name, `up to it the rooms' schemas take more than ${max} bytes`);
  }
}

/** Throws `GAME_INVALID` or `SCHEMA_INVALID`. */
export function planRoom(name: string, definition: RoomDefinition, content: unknown): RoomPlan {
  const { options } = definition;
  checkName(name, "room");
  const mode: unknown = options.authority ?? "full";
  if (mode !== "full") {
    throw invalid(name, `the authority mode "${String(mode)}" is not served; "full" is`);
  }
  const schema = {
    entities: options.entities,
    inputs: options.inputs,
    events: options.events,
    documents: options.documents,
  };
  const compiled = compileRoom(schema);
  const { descriptor } = compiled;
  const fault = faultOfHooks(options, compiled);
  if (fault !== undefined) throw invalid(name, fault);
  const rates = roomRates(options);
  const predicted = predictedInput(name, definition, compiled);
  if (options.interest !== undefined) checkInterest(name, options.interest, rates.sendRate);
  const codecOf = (role: string, fields: Parameters<typeof document>[1]): StructCodec =>
    structCodec(document(role, fields));
  return {
    name,
    options,
    compiled,
    wire: compileDescriptor(descriptor),
    rates,
    maxPlayers: whole(name, "maxPlayers", options.maxPlayers ?? 100, limits.playersPerRoom.value),
    maxSpectators: whole(
      name,
      "maxSpectators",
      options.maxSpectators ?? 100,
      limits.spectatorsPerRoom.value,
      0,
    ),
    maxEntities: whole(
      name,
      "maxEntities",
      options.maxEntities ?? 4096,
      limits.entitiesPerRoom.value,
    ),
    graceTicks: ticksOf(
      amount(name, "graceMs", options.graceMs ?? limits.seatGraceMs.value),
      rates.tickRate,
    ),
    permanent: options.permanent === true,
    stateCodec: codecOf("state", options.state ?? {}),
    joinCodec: codecOf("options", options.joinOptions ?? {}),
    sharedCodec: compiled.documents.shared?.codec ?? codecOf("none", {}),
    privateCodec: compiled.documents.private?.codec ?? codecOf("none", {}),
    predicted,
    neutral: freezeJson(cloneJson(compiled.inputs[predicted]?.codec.defaultValue ?? {})),
    content,
    kind: {
      name,
      descriptor,
      tickRate: rates.tickRate,
      sendRate: rates.sendRate,
      ...(options.interest === undefined ? {} : { interest: options.interest }),
      ...(predicted < 0 ? {} : { predictedInput: compiled.inputs[predicted]!.name }),
    },
    mirror: {
      historyTicks: ticksOf(historyMs, rates.tickRate),
      cellSize: cellSize(options.interest),
    },
  };
}

/** Room time as whole ticks, rounded up. */
export function ticksOf(ms: number, tickRate: number): number {
  return Math.ceil((ms * tickRate) / 1000);
}

/** Edge of a cell of a mirror's grid; 0 where interest needs none. Half of the radius of sight suits the queries. */
export function cellSize(interest: RoomKind["interest"]): number {
  return interest === undefined ? 0 : interest.enter / 2;
}

function predictedInput(name: string, definition: RoomDefinition, compiled: CompiledRoom): number {
  const { predict } = definition.options;
  if (predict === undefined) return -1;
  const input = compiled.input(predict.input.name);
  if (input === undefined) throw invalid(name, "predict.input is none of the room's inputs");
  if (compiled.entity(predict.entity.name) === undefined) {
    throw invalid(name, "predict.entity is none of the room's entities");
  }
  return input.index;
}

function checkInterest(room: string, interest: InterestOptions, sendRate: number): void {
  const { enter, leave, nearest, dwellMs, bytesPerSecond } = interest;
  if (!(enter > 0 && enter <= leave && leave < Infinity)) {
    throw invalid(room, "interest needs 0 < enter <= leave");
  }
  if (nearest !== undefined) {
    whole(room, "interest.nearest", nearest, limits.visiblePerClient.value);
  }
  if (dwellMs !== undefined) amount(room, "interest.dwellMs", dwellMs);
  // more in one send would be taken for a client that does not keep up
  const bytesMax = limits.outQueueLatestBytes.value * sendRate;
  if (bytesPerSecond !== undefined && !(bytesPerSecond > 0 && bytesPerSecond <= bytesMax)) {
    throw invalid(room, `interest.bytesPerSecond must be above 0, at most ${bytesMax}`);
  }
}

/** Milliseconds that a room may wait. */
function amount(room: string, what: string, ms: number): number {
  if (ms >= 0 && ms < Number.MAX_SAFE_INTEGER / 1000) return ms;
  throw invalid(room, `${what} must be at least 0 ms`);
}

function whole(room: string, what: string, value: number, max: number, min = 1): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(room, `${what} must be a whole number, ${min} to ${max}`);
}

function invalid(room: string, detail: string): RealmError {
  return new RealmError("GAME_INVALID", { detail: `room "${room}": ${detail}` });
}
