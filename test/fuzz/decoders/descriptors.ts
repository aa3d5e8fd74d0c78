import type { Random } from "@realmwright/core";
import { Mirror, Replica } from "@realmwright/core/internal";
import type { ErrorCode, FieldSpec, RoomDescriptor } from "@realmwright/protocol";
import {
  BitReader,
  BitWriter,
  compileDescriptor,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import { wireRoom } from "../support/game.ts";
import { refusal } from "../support/reason.ts";
import { isPolluted, same } from "../support/same.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";
import { mutateTree, treeOf, type Tree } from "../support/tree.ts";
import { structValue } from "../support/values.ts";
import { wrongStructs } from "./descriptor-faults.ts";

const allowed: readonly ErrorCode[] = ["DECODE_INVALID"];
const utf8 = new TextEncoder();

/** The reader of a room's schema, as a server sends it with the welcome. */
export class DescriptorTarget implements Target {
  readonly name = "descriptor";
  readonly share = 0.05;
  readonly headersMin = 0.2;

  one(random: Random): Outcome {
    const isValid = random.chance(0.15);
    const base = random.chance(0.2) ? wireRoom.descriptor : descriptorOf(random);
    const list = random.pick(lists);
    const hasFault = !isValid && random.chance(0.3);
    const value = isValid
      ? base
      : hasFault
        ? { ...base, [list]: wrongStructs(list === "entities", random) }
        : damaged(base, random);
    const input = utf8.encode(JSON.stringify(value));
    const reason = feed(value, input, random);
    if (isValid && !same(compileDescriptor(base).descriptor, base)) {
      throw new Finding("it describes itself otherwise", input);
    }
    if (isValid && reason !== undefined) {
      throw new Finding(`a valid one was refused: ${reason}`, input);
    }
    if (hasFault && reason === undefined) throw new Finding("one with a fault was taken", input);
    return {
      bytes: input.length,
      headers: reason === undefined || hasHeader(value) ? 1 : 0,
      reason,
    };
  }

  replay(input: Uint8Array): string | undefined {
    return feed(JSON.parse(new TextDecoder().decode(input)), input, undefined);
  }
}

const lists = ["entities", "inputs", "events"] as const;

function damaged(base: RoomDescriptor, random: Random): unknown {
  if (random.chance(0.05)) return { ...base, shared: random.pick([null, 0, "", false, []]) };
  return valueOfTree(mutateTree(treeOf(base), random, treeOf(descriptorOf(random))));
}

function feed(value: unknown, input: Uint8Array, random: Random | undefined): string | undefined {
  let room: CompiledRoom;
  try {
    room = compileDescriptor(value as RoomDescriptor);
  } catch (error) {
    return refusal(error, allowed, input);
  }
  check(room, input, random);
  if (isPolluted()) throw new Finding("a prototype was changed", input);
  return undefined;
}

/** A schema that was taken serves: it describes itself, makes replicas, and its values come back. */
function check(room: CompiledRoom, input: Uint8Array, random: Random | undefined): void {
  const again = compileDescriptor(room.descriptor);
  if (!same(again.descriptor, room.descriptor) || again.hash !== room.hash)
    throw new Finding("its description is another schema", input);
  void new Replica(room, { tickRate: 20, sendRate: 20 });
  void new Mirror(room, { historyTicks: 0, cellSize: 10 });
  const { shared, private: own } = room.documents;
  for (const struct of [...room.inputs, ...room.events, shared, own]) {
    if (struct === undefined) continue;
    const values = [struct.codec.canonical(struct.codec.defaultValue)];
    if (random !== undefined) values.push(structValue(struct, random));
    for (const value of values) {
      const out = new BitWriter();
      struct.codec.write(out, value);
      const bytes = out.toBytes();
      if (bytes.length > struct.codec.bytesMax) {
        throw new Finding(
          `${struct.name} takes ${bytes.length} bytes of ${struct.codec.bytesMax}`,
          input,
        );
      }
      if (!same(struct.codec.read(new BitReader(bytes)), value)) {
        throw new Finding(`a value of ${struct.name} comes back as another`, input);
      }
    }
  }
}

/** Lists of the three kinds of definitions, each an object with a list of fields. */
function hasHeader(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { entities, inputs, events } = value as Record<string, unknown>;
  return [entities, inputs, events].every(
    (list) => Array.isArray(list) && list.every((of) => typeof of === "object" && of !== null),
  );
}

/** Oddities have no place in a value that was parsed; null stands for them. */
function valueOfTree(tree: Tree): unknown {
  if (tree.kind === "leaf") return tree.value;
  if (tree.kind === "list") return tree.items.map(valueOfTree);
  if (tree.kind === "odd") return null;
  // own keys whatever their names, as JSON.parse makes them
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, valueOfTree(value)]));
}

function descriptorOf(random: Random): RoomDescriptor {
  const structs = (kind: string, isEntity: boolean) =>
    Array.from({ length: random.integer(0, 3) }, (_, i) => ({
      name: `${kind}${i}`,
      fields: Array.from({ length: random.integer(0, 5) }, (__, f) => ({
        name: random.chance(0.1) ? ["x", "y"][f % 2]! + f : `f${f}`,
        spec: !isEntity && random.chance(0.1) ? jsonSpec(random) : specOf(random, 2),
        ...(isEntity && random.chance(0.1) ? { static: true as const } : {}),
        ...(isEntity && random.chance(0.1) ? { audience: "team" as const } : {}),
      })),
    }));
  return {
    entities: structs("entity", true),
    inputs: structs("input", false),
    events: structs("event", false),
    ...(random.chance(0.5) ? { shared: { name: "board", fields: [] } } : {}),
  };
}

const jsonSpec = (random: Random): FieldSpec => ({ kind: "json", max: random.integer(4, 100) });

function specOf(random: Random, depth: number): FieldSpec {
  switch (random.integer(0, depth > 0 ? 11 : 8)) {
    case 0:
      return { kind: "position", min: -10, max: random.integer(-9, 5000), step: 1 / 16 };
    case 1:
      return { kind: "angle", bits: random.integer(2, 16) };
    case 2:
      return { kind: "unit", bits: random.integer(2, 16) };
    case 3:
      return { kind: "uint", max: random.pick([1, 100, 2 ** 31 - 2]) };
    case 4:
      return { kind: "int", min: random.integer(-9, 0), max: random.integer(1, 9) };
    case 5:
      return { kind: random.pick(["bool", "entity", "float"] as const) };
    case 6:
      return { kind: "enum", values: ["a", "b", "c"].slice(0, random.integer(1, 3)) };
    case 7:
    case 8:
      return { kind: "string", max: random.integer(1, 9) };
    case 9:
      return { kind: "list", of: specOf(random, depth - 1), max: random.integer(1, 3) };
    case 10:
      return { kind: "object", fields: { a: specOf(random, depth - 1), b: { kind: "bool" } } };
    default: {
      const of = specOf(random, depth - 1);
      return of.kind === "optional" || of.kind === "entity" ? of : { kind: "optional", of };
    }
  }
}
