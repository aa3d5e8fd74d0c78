import type { Random } from "@realmwright/core";
import type { Audience, FieldShape, Kind } from "../model/shapes.ts";
import { shapeOf, walker } from "../model/shapes.ts";
import type { Motion } from "./motion.ts";
import { hiddenMark, ownMark } from "./secrets.ts";
import {
  avatarsPerClient,
  avatarTags,
  type EventTo,
  type Op,
  type RoomOp,
  type RoomScript,
} from "./script.ts";

type Maker = (at: number) => RoomOp | undefined;

const motions: readonly Motion[] = [
  "still",
  "creep",
  "creep",
  "straight",
  "straight",
  "wander",
  "pace",
  "hop",
];

/** What happens in the rooms, tick by tick. */
export class Happenings {
  readonly #random: Random;
  readonly #rooms: readonly RoomScript[];
  readonly #clients: number;
  /** Tags that live, as far as the script knows, by room. */
  readonly #living = new Map<string, number[]>();
  readonly #types = new Map<number, string>();
  readonly #owners = new Map<number, number>();
  readonly #seats = new Map<number, number>();
  readonly #perTick: number;
  #tag = 0;
  #event = 0;
  readonly #makers: readonly (readonly [weight: number, make: Maker])[];

  constructor(random: Random, rooms: readonly RoomScript[], clients: number) {
    this.#random = random;
    this.#rooms = rooms;
    this.#clients = clients;
    this.#perTick = random.pick([2, 5, 10]);
    for (const { name } of rooms) this.#living.set(name, []);
    this.#makers = [
      [8, () => this.#spawn(this.#room())],
      [7, () => this.#despawn()],
      [24, () => this.#set()],
      [6, () => this.#aim()],
      [4, () => this.#teleport()],
      [4, () => ({ do: "team", tag: this.#any(), team: random.integer(0, 3) })],
      [2, () => ({ do: "join team", ...this.#member(), team: random.integer(0, 3) })],
      [2, () => this.#look()],
      [4, () => ({ do: "pin", ...this.#member(), tag: this.#any() })],
      [3, () => ({ do: "unpin", ...this.#member(), tag: this.#any() })],
      [1, () => ({ do: "reborn", ...this.#member(), tag: ++this.#tag })],
      [3, () => this.#shared()],
      [3, () => ({ do: "private", ...this.#member(), gold: random.integer(0, 999) })],
      [16, () => this.#emit()],
      [1.2, () => this.#door()],
      [0.4, () => ({ do: "kick", ...this.#member() })],
    ];
  }

  /** Who is there from the beginning. */
  begin(): Op[] {
    const { random } = { random: this.#random };
    const ops: Op[] = [];
    for (const { name, interest } of this.#rooms) {
      const crowd = interest === undefined ? random.integer(10, 40) : random.integer(60, 140);
      for (let i = 0; i < crowd; i++) ops.push({ at: 1, ...this.#spawn(name, "walker") });
      for (let i = 0; i < 3; i++) ops.push({ at: 1, ...this.#spawn(name, "banner") });
      for (let i = random.integer(0, 60); i > 0; i--) {
        ops.push({ at: 1, ...this.#spawn(name, "stone") });
      }
    }
    return ops;
  }

  /** So many things that stand about, nearly all of them for good. */
  rubble(room: string, count: number): Op[] {
    return Array.from({ length: count }, () => ({ at: 1, ...this.#spawn(room, "stone") }));
  }

  /** Things that come and go so fast, in the midst of everyone, that the numbers for them come round. */
  flicker(last: number): Op[] {
    const ops: Op[] = [];
    for (const { name } of this.#rooms) {
      for (let at = 20; at < last; at++) {
        const spawn = { ...this.#spawn(name, "stone"), x: 1, y: 1, audience: "near" } as const;
        this.#living.get(name)!.pop();
        const { flash: _, owner: _o, seat: _s, ...lasting } = spawn;
        ops.push({ at, ...lasting }, { at: at + 6, do: "despawn", tag: spawn.tag });
      }
    }
    return ops;
  }

  /** A client through the door of one room and of the other, again and again. */
  commute(client: number, from: number, last: number): Op[] {
    const [here, there] = this.#rooms.map(({ name }) => name) as [string, string];
    const ops: Op[] = [];
    for (let at = from; at < last; at += 6) {
      ops.push({ at, do: "door", room: here, client, to: there });
      ops.push({ at: at + 3, do: "door", room: there, client, to: here });
    }
    return ops;
  }

  tick(at: number): Op[] {
    const ops: Op[] = [];
    for (let i = this.#random.integer(0, this.#perTick * 2); i > 0; i--) {
      const op = this.#make()(at);
      if (op !== undefined) ops.push({ at, ...op });
    }
    return ops;
  }

  #make(): Maker {
    const sum = this.#makers.reduce((total, [weight]) => total + weight, 0);
    let at = this.#random.unit() * sum;
    for (const [weight, make] of this.#makers) if ((at -= weight) < 0) return make;
    return this.#makers[0]![1];
  }

  #room(): string {
    return this.#random.pick(this.#rooms).name;
  }

  #member(): { readonly room: string; readonly client: number } {
    return { room: this.#room(), client: this.#random.integer(0, this.#clients - 1) };
  }

  /** Something that lives, or did, or is steered. */
  #any(room: string = this.#room()): number {
    const random = this.#random;
    if (random.chance(0.3)) {
      const client = random.integer(0, this.#clients - 1);
      return avatarTags + client * avatarsPerClient + random.integer(0, 2);
    }
    const living = this.#living.get(room)!;
    return living.length === 0 ? 0 : random.pick(living);
  }

  #spawn(room: string, type: string = this.#random.pick(["walker", "walker", "stone", "banner"])) {
    const random = this.#random;
    const tag = ++this.#tag;
    const owner = random.chance(0.15) ? random.integer(0, this.#clients - 1) : undefined;
    const seat = random.chance(0.15) ? random.integer(0, this.#clients - 1) : undefined;
    const audience: Audience = random.chance(0.15)
      ? random.pick(["team", "owner", "seat"])
      : "near";
    const flash = random.chance(0.1) ? random.integer(0, this.#clients - 1) : undefined;
    if (flash === undefined) this.#living.get(room)!.push(tag);
    this.#types.set(tag, type);
    if (owner !== undefined) this.#owners.set(tag, owner);
    if (seat !== undefined) this.#seats.set(tag, seat);
    const isStone = type === "stone";
    return {
      do: "spawn",
      room,
      tag,
      type,
      x: random.between(-90, 90),
      y: random.between(-90, 90),
      motion: isStone ? "still" : type === "banner" ? "still" : random.pick(motions),
      values: type === "walker" ? { name: `w${tag}`, secret: hiddenMark } : {},
      ...(owner === undefined ? {} : { owner }),
      team: random.integer(0, 3),
      ...(seat === undefined ? {} : { seat }),
      audience,
      ...(flash === undefined ? {} : { flash }),
    } satisfies RoomOp;
  }

  #despawn(): RoomOp | undefined {
    const random = this.#random;
    const living = this.#living.get(this.#room())!;
    if (living.length < 8) return undefined;
    const [tag] = living.splice(random.integer(0, living.length - 1), 1);
    return { do: "despawn", tag: tag!, ...(random.chance(0.3) ? { event: ++this.#event } : {}) };
  }

  #set(): RoomOp | undefined {
    const random = this.#random;
    const tag = this.#any();
    const type = tag >= avatarTags ? walker : shapeOf(this.#types.get(tag) ?? "walker");
    const field = random.pick(type.fields);
    const fixed = ["tag", "x", "y", "target", "ally", "bearer", "walk"];
    if (fixed.includes(field.name)) return undefined;
    return { do: "set", tag, field: field.name, value: this.#value(field, tag) };
  }

  #value({ name, spec }: FieldShape, tag: number): unknown {
    const text = this.#random.integer(0, 99);
    if (name === "purse") return ownMark(this.#ownerOf(tag), text);
    if (name === "whisper") return ownMark(this.#seats.get(tag), text);
    if (name === "secret") return `${hiddenMark}${text}`;
    return this.#valueOf(spec);
  }

  #ownerOf(tag: number): number | undefined {
    if (tag < avatarTags) return this.#owners.get(tag);
    return Math.floor((tag - avatarTags) / avatarsPerClient);
  }

  #valueOf(spec: Kind): unknown {
    const random = this.#random;
    switch (spec.kind) {
      case "angle":
        return random.between(-20, 20);
      case "unit":
        return random.pick([0, -1, 1, random.between(-1.2, 1.2)]);
      case "uint":
        return random.integer(0, Math.min(spec.max + 1, 100_000));
      case "int":
        return random.integer(spec.min - 1, spec.max + 1);
      case "float":
        return random.pick([0, -0, 1e30, random.between(-1, 1)]);
      case "bool":
        return random.chance(0.5);
      case "enum":
        return random.pick(spec.values);
      case "string":
        return "xyzäöü✓".slice(0, random.integer(0, 7)).padEnd(random.integer(0, spec.max), "a");
      case "list":
        return Array.from({ length: random.integer(0, spec.max) }, () => this.#valueOf(spec.of));
      case "object":
        return Object.fromEntries(
          Object.entries(spec.fields).map(([key, of]) => [key, this.#valueOf(of)]),
        );
      case "optional":
        return random.chance(0.4) ? null : this.#valueOf(spec.of);
      default:
        return 0;
    }
  }

  #aim(): RoomOp {
    const tag = this.#any();
    const isBanner = this.#types.get(tag) === "banner";
    const field = isBanner ? "bearer" : this.#random.pick(["target", "ally"]);
    return { do: "aim", tag, field, to: this.#any() };
  }

  #teleport(): RoomOp | undefined {
    const tag = this.#any();
    if (this.#types.get(tag) === "banner") return undefined;
    const random = this.#random;
    const half = random.pick([40, 150, 380]);
    return { do: "place", tag, x: random.between(-half, half), y: random.between(-half, half) };
  }

  #look(): RoomOp {
    const random = this.#random;
    const from = random.chance(0.5)
      ? this.#any()
      : { x: random.between(-90, 90), y: random.between(-90, 90) };
    return { do: "look", ...this.#member(), from };
  }

  #shared(): RoomOp {
    const random = this.#random;
    const room = this.#room();
    const value = random.pick([
      { phase: random.pick(["wait", "play", "over"]) },
      { score: { name: `p${random.integer(0, 99)}`, points: random.integer(0, 999) } },
      { clears: true },
    ]);
    return { do: "shared", room, value };
  }

  #emit(): RoomOp {
    const random = this.#random;
    const room = this.#room();
    const to: EventTo = random.pick([
      { near: this.#any(room) },
      { near: this.#any(room) },
      { x: random.between(-90, 90), y: random.between(-90, 90) },
      { team: random.integer(0, 3) },
      { owner: this.#any(room) },
      { client: random.integer(0, this.#clients - 1) },
      "all" as const,
    ]);
    const who = random.chance(0.3) ? -1 : this.#any(room);
    return { do: "event", room, n: ++this.#event, to, who };
  }

  #door(): RoomOp {
    const { room, client } = this.#member();
    return { do: "door", room, client, to: room === "field" ? "hall" : "field" };
  }
}
