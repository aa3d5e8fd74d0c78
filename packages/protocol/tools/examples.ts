import { BitWriter } from "../src/bytes/bit-writer.ts";
import type { RoomLookup } from "../src/encodings/codec.ts";
import { limits } from "../src/limits.ts";
import type { WebSocketMessage } from "../src/messages/message.ts";
import type { Sender } from "../src/messages/table.ts";
import { protocolVersion } from "../src/protocol-version.ts";
import { compileRoom, type CompiledRoom } from "../src/schema/compile.ts";
import { document, entity, event, input } from "../src/schema/definition.ts";
import { t, type Json } from "../src/schema/field.ts";
import { structCodec } from "../src/schema/struct-codec.ts";

/* One example of every message. The reference pages and the recorded bytes are made of them. */

/** The room that the examples are about. */
export const exampleRoom: CompiledRoom = compileRoom({
  entities: {
    Player: entity("player", {
      x: t.position({ min: 0, max: 64, step: 1 / 32 }),
      y: t.position({ min: 0, max: 64, step: 1 / 32 }),
      hp: t.uint(100),
      name: t.string(24).static(),
      gold: t.uint(1_000_000).audience("owner"),
    }),
  },
  inputs: {
    Move: input("move", { dx: t.unit(8), dy: t.unit(8) }),
    Attack: input("attack", { target: t.entity() }),
  },
  events: { Hit: event("hit", { target: t.entity(), damage: t.uint(255) }) },
  documents: {
    shared: document("board", {
      phase: t.enum(["lobby", "play"]),
      leader: t.optional(t.string(24)),
    }),
  },
});

/** Every membership of the examples is in the room `town`. */
export const exampleLookup: RoomLookup = (key) =>
  typeof key === "number" || key === "town" ? exampleRoom : undefined;

export interface Example {
  readonly from: Sender;
  readonly message: WebSocketMessage;
  /** what to know about this one */
  readonly about?: string;
  /** the message of binary where it has another form */
  readonly binary?: WebSocketMessage;
}

export const examples: readonly Example[] = [
  {
    from: "client",
    message: {
      type: "auth",
      id: 1,
      payload: { token: "eyJhbGciOi…", protocol: protocolVersion, client: "my-bot 1.0" },
    },
    about: "The first message. The token is shortened here.",
  },
  {
    from: "server",
    message: {
      type: "welcome",
      id: 1,
      payload: {
        session: "s-4f1c",
        account: "a-90d2",
        name: "Ada",
        protocol: protocolVersion,
        resume: "Zm9yIG9uZSB1c2Ugb25seQ",
        resumed: false,
        time: 81_250.5,
        rooms: { town: exampleRoom.descriptor },
        hash: exampleRoom.hash,
        limits: {
          messageBytes: limits.messageBytes.value,
          chatCharacters: limits.chatCharacters.value,
        },
      },
    },
  },
  { from: "client", message: { type: "ping", payload: { time: 150 } } },
  {
    from: "server",
    message: { type: "pong", payload: { time: 150, serverTime: 81_312.25 } },
  },
  {
    from: "client",
    message: { type: "join", id: 2, payload: { room: "town", options: { team: "red" } } },
  },
  {
    from: "server",
    message: {
      type: "joined",
      id: 2,
      payload: {
        m: 1,
        room: "town-1",
        name: "town",
        seat: 3,
        spectator: false,
        tick: 4200,
        tickRate: 60,
        sendRate: 20,
        entity: 0,
        resumed: false,
        inputSeq: 0,
        documents: { shared: { phase: "play", leader: null } },
      },
    },
  },
  { from: "client", message: { type: "leave", id: 3, payload: { m: 1 } } },
  { from: "server", message: { type: "left", id: 3, payload: { m: 1, code: "LEFT" } } },
  {
    from: "server",
    message: { type: "left", payload: { m: 1, code: "MOVED", to: 2 } },
    about: "Through a door: membership 2 has begun before.",
  },
  {
    from: "client",
    message: {
      type: "input",
      payload: {
        m: 1,
        seq: 57,
        name: "move",
        data: { dx: 1, dy: 0 },
        ack: 4230,
        view: 4224 * 256 + 128,
      },
    },
    about: "In binary, `name` 0 is left out and the values are two bytes of bits.",
  },
  {
    from: "client",
    message: { type: "input", payload: { m: 1, seq: 58, name: "attack", data: { target: 5 } } },
  },
  { from: "client", message: { type: "ack", payload: { m: 1, tick: 4230 } } },
  {
    from: "server",
    message: { type: "confirm", payload: { m: 1, seq: 58, tick: 4236, ok: true } },
  },
  {
    from: "server",
    message: {
      type: "confirm",
      payload: { m: 1, seq: 59, tick: 4239, ok: false, code: "TARGET_UNKNOWN" },
    },
    about: "Refused. In binary the code is its number in the catalogue.",
  },
  {
    from: "server",
    message: {
      type: "confirm",
      payload: { m: 1, seq: 60, tick: 4240, ok: false, code: "TOO_POOR", text: "It costs 5 gold." },
    },
    about: "Refused by a code of the game's own, with its own words.",
  },
  {
    from: "server",
    message: {
      type: "snapshot",
      payload: {
        m: 1,
        tick: 4236,
        seq: 57,
        enter: [
          { id: 1025, type: "player", owner: true, x: 12.5, y: 30, hp: 100, name: "Ada", gold: 7 },
        ],
        update: [{ id: 1026, x: 13.03125 }],
        leave: [1027],
        self: { x: 12.5078125 },
      },
    },
    about:
      "In binary all but `m` is packed into `bits`; the bytes below are those of a snapshot that has nothing to say.",
    binary: { type: "snapshot", payload: { m: 1, bits: Uint8Array.of(0) } },
  },
  {
    from: "server",
    message: {
      type: "document",
      payload: {
        m: 1,
        tick: 4236,
        doc: "shared",
        version: 9,
        patch: [{ op: "replace", path: "/leader", value: "Ada" }],
      },
    },
  },
  {
    from: "server",
    message: {
      type: "document",
      payload: {
        m: 1,
        tick: 4236,
        doc: "shared",
        version: 9,
        value: { phase: "play", leader: "Ada" },
      },
    },
    about: "The same, whole.",
  },
  {
    from: "server",
    message: {
      type: "event",
      payload: { m: 1, tick: 4236, name: "hit", data: { target: 1026, damage: 12 } },
    },
  },
  { from: "client", message: { type: "chat", payload: { m: 1, text: "Hello!" } } },
  {
    from: "server",
    message: {
      type: "chat",
      payload: { m: 1, seat: 3, name: "Ada", text: "Hello!", time: 1_795_219_200_000 },
    },
  },
  {
    from: "client",
    message: {
      type: "rpc",
      id: 4,
      payload: {
        operation: "objects.read",
        input: { owner: "me", collection: "saves", key: "one" },
      },
    },
    about: "`id` is needed. The operations, their input and output are those of `/openapi.json`.",
  },
  {
    from: "client",
    message: {
      type: "rpc",
      id: 5,
      payload: {
        operation: "scripts.call",
        input: { script: "create_lobby", args: { name: "Friday" } },
        key: "lobby-17",
      },
    },
  },
  {
    from: "server",
    message: { type: "result", id: 5, payload: { output: { id: "friday", code: "K7QX2M" } } },
  },
  {
    from: "server",
    message: {
      type: "error",
      id: 4,
      payload: {
        code: "NOT_FOUND",
        text: "There is nothing here.",
        action: "fix",
        type: "rpc",
      },
    },
  },
  {
    from: "server",
    message: {
      type: "notice",
      payload: { code: "DRAINING", text: "The server is going down.", data: { deadlineMs: 5000 } },
    },
  },
  {
    from: "server",
    message: {
      type: "error",
      id: 2,
      payload: {
        code: "ROOM_FULL",
        text: "The room is full.",
        action: "retry",
        retryAfterMs: 5000,
        type: "join",
      },
    },
  },
  {
    from: "server",
    message: {
      type: "error",
      payload: {
        code: "MESSAGE_MALFORMED",
        text: "The message can not be read.",
        action: "fix",
        problems: [{ path: "/payload/m", expected: "a whole number from 0 to 255", got: "256" }],
        type: "chat",
      },
    },
  },
];

/** The bits of an example's values, for the page about values. */
export function exampleBits(name: string, value: Record<string, unknown>): Uint8Array {
  const out = new BitWriter();
  exampleRoom.input(name)?.codec.write(out, value);
  return out.toBytes();
}

/** The bits of a field of JSON that stands alone. */
export function exampleJson(data: Json): Uint8Array {
  const out = new BitWriter();
  structCodec(document("note", { data: t.json(100) })).write(out, { data });
  return out.toBytes();
}
