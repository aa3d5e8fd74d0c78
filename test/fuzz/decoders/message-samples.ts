import type { Random } from "@realmwright/core";
import { input, t, type Subprotocol, type WebSocketMessage } from "@realmwright/protocol";
import {
  BitWriter,
  ByteWriter,
  codecs,
  structCodec,
  type Sender,
} from "@realmwright/protocol/internal";
import { mutateBytes, randomBytes } from "../support/byte-mutation.ts";
import { emptyMembership, rooms, wireRoom } from "../support/game.ts";
import { jsonText } from "../support/json-text.ts";
import { msgpackBytes } from "../support/msgpack-bytes.ts";
import { mutateWire, readWire, wireBytes } from "../support/protobuf-bytes.ts";
import { mutateTree, treeOf, type Tree } from "../support/tree.ts";
import { messageOf, type PlainMessage } from "../support/values.ts";

export interface Sample {
  readonly data: Uint8Array;
  readonly sender: Sender;
  /** The message as it must come out; undefined where nothing is promised. */
  readonly message: PlainMessage | undefined;
}

/** Messages recorded from a real session, by who sent them. */
export type Recorded = Readonly<Record<Sender, readonly Uint8Array[]>>;

export function encoded(message: PlainMessage, encoding: Subprotocol): Uint8Array {
  const out = new ByteWriter();
  codecs[encoding].encode(message as unknown as WebSocketMessage, out, rooms);
  return out.toBytes();
}

const utf8 = new TextEncoder();

/** One input for a decoder of messages: valid, nearly so, or far from it. */
export function sampleOf(encoding: Subprotocol, recorded: Recorded, random: Random): Sample {
  const sender: Sender = random.chance(0.5) ? "client" : "server";
  const isBinary = encoding === "realm.binary";
  const choice = random.unit();
  if (choice < 0.1) {
    const message = messageOf(sender, random, isBinary);
    return { data: encoded(message, encoding), sender, message };
  }
  const data =
    choice < 0.5
      ? structured(encoding, sender, recorded, random)
      : choice < 0.94
        ? mutateBytes(
            valid(encoding, sender, recorded, random),
            random,
            valid(encoding, sender, recorded, random),
          )
        : choice < 0.97
          ? randomBytes(random, 64)
          : oversized(encoding, sender, random);
  return { data, sender, message: undefined };
}

function valid(
  encoding: Subprotocol,
  sender: Sender,
  recorded: Recorded,
  random: Random,
): Uint8Array {
  const known = recorded[sender];
  if (known.length > 0 && random.chance(0.7)) return random.pick(known);
  return encoded(messageOf(sender, random, encoding === "realm.binary"), encoding);
}

/** A message changed as a tree of values or fields, and written again. */
function structured(
  encoding: Subprotocol,
  sender: Sender,
  recorded: Recorded,
  random: Random,
): Uint8Array {
  if (encoding === "realm.binary") {
    if (random.chance(0.2)) return endsEarly(sender, recorded, random);
    const fields = readWire(valid(encoding, sender, recorded, random)) ?? [];
    const other = readWire(valid(encoding, sender, recorded, random)) ?? [];
    for (let times = random.integer(1, 3); times > 0; times--) mutateWire(fields, random, other);
    return wireBytes(fields);
  }
  const message = messageOf(sender, random, false);
  const other = treeOf(messageOf(sender, random, false));
  if (random.chance(0.3)) return printed(insideChanged(message, random, other), encoding, random);
  return printed(mutateTree(treeOf(message), random, other), encoding, random);
}

/** A binary message that says it ends before its last field does, and another one behind it. */
function endsEarly(sender: Sender, recorded: Recorded, random: Random): Uint8Array {
  const [first, ...others] = readWire(valid("realm.binary", sender, recorded, random)) ?? [];
  if (first === undefined) return new Uint8Array(0);
  const ended = { ...first, fields: undefined };
  ended.bytes = first.bytes.subarray(0, random.integer(0, first.bytes.length));
  const behind = readWire(valid("realm.binary", sender, recorded, random)) ?? [];
  return wireBytes([ended, ...others, ...behind]);
}

/** The message with its envelope as it was: only one part of the payload is changed, or whose room it is. */
function insideChanged(message: PlainMessage, random: Random, other: Tree): Tree {
  const tree = treeOf(message);
  const payload = tree.kind === "map" ? tree.entries.at(-1)?.value : undefined;
  if (payload?.kind !== "map") return tree;
  const { entries } = payload;
  // a game's own values, and free JSON
  const deep = entries.filter(({ value }) => value.kind === "map" || value.kind === "list");
  const entry = random.pick(deep.length > 0 ? deep : entries);
  const membership = entries.find(({ key }) => key === "m");
  if (membership !== undefined && random.chance(0.1)) {
    membership.value = { kind: "leaf", value: emptyMembership };
  } else entry.value = mutateTree(entry.value, random, other);
  return tree;
}

/** A tree in a readable encoding. */
function printed(tree: Tree, encoding: Subprotocol, random: Random): Uint8Array {
  return encoding === "realm.json"
    ? utf8.encode(jsonText(tree, random))
    : msgpackBytes(tree, random);
}

/** Too long, too deep, too many, or just at the edge of it. */
function oversized(encoding: Subprotocol, sender: Sender, random: Random): Uint8Array {
  const isBinary = encoding === "realm.binary";
  if (!isBinary && random.chance(0.2)) return bottomless(encoding, random.pick([100, 16_000]));
  if (sender === "client" && random.chance(0.4)) {
    const bytes = 16_384 + random.integer(-3, 3);
    return isBinary ? new Uint8Array(bytes) : padded(bytes, encoding);
  }
  if (sender === "server" && random.chance(0.01)) return new Uint8Array(1_048_577);
  if (isBinary && random.chance(0.3)) return tooMuch(sender, random);
  const ping = encoded({ type: "ping", payload: { time: 1 } }, encoding);
  const times = random.pick([2, 63, 64, 65, 300]);
  const many = new Uint8Array(ping.length * times);
  for (let i = 0; i < times; i++) many.set(ping, i * ping.length);
  return many;
}

/** As `say` of the game, but its words may be longer and more. */
const wideSay = structCodec(
  input("say", { words: t.list(t.string(30), 7), to: t.list(t.entity(), 7) }),
);

/** A binary message with more of something than its table or its room allows. */
function tooMuch(sender: Sender, random: Random): Uint8Array {
  if (sender === "server") {
    const problem = { path: "", expected: "", got: "" };
    const problems = Array.from({ length: random.integer(8, 10) }, () => problem);
    const payload = { code: "INTERNAL", text: "", action: "fix", problems };
    return encoded({ type: "error", payload }, "realm.binary");
  }
  const out = new BitWriter();
  const word = "x".repeat(random.integer(10, 30));
  const words = Array.from({ length: random.integer(1, 7) }, () => word);
  wideSay.write(out, { words, to: [] });
  const name = wireRoom.inputs.findIndex((of) => of.name === "say");
  const payload = { m: 0, seq: 1, name, data: out.toBytes() };
  return encoded({ type: "input", payload }, "realm.binary");
}

/** So many lists inside one another. */
function bottomless(encoding: Subprotocol, levels: number): Uint8Array {
  return encoding === "realm.json"
    ? utf8.encode("[".repeat(levels))
    : new Uint8Array(levels).fill(0x91);
}

/** A chat message of so many bytes. */
function padded(bytes: number, encoding: Subprotocol): Uint8Array {
  const message = (length: number): Uint8Array =>
    encoded({ type: "chat", payload: { m: 0, text: "", more: "x".repeat(length) } }, encoding);
  return message(bytes - message(bytes).length + bytes);
}
