import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { room, type Entity } from "@realmwright/core";
import { ClientView, FrameWriter, Mirror, Replica, World } from "@realmwright/core/internal";
import { entity, t, type EntityDefinition } from "@realmwright/protocol";
import { BitReader, BitWriter } from "@realmwright/protocol/internal";
import { planRoom } from "@realmwright/server/internal";
import type { Row } from "../report.ts";
import { progress } from "../rounds.ts";

/** HERMES crowd experiments, lines of `id frame x y z`, centimetres, 16 Hz. Lies next to the repository. */
const file = new URL("../../../shared/data/crowd/hermes-bot-360-075-075.txt", import.meta.url);
const rate = 16;
/** Most bits for x and y, of an entity and tick. */
const max = 9;
const span = { min: -16, max: 16, step: 0.01 };

const Walker = entity("walker", { x: t.position(span), y: t.position(span) });
/** Changes whenever a walker does, and takes three bits each time. */
const Twin = entity("twin", { beat: t.uint(7) });
const twinBits = 3;

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * What real people's walking costs one client who sees them all. Ids and header are told apart by a second stream, in which
 * the same entities come, go and change at the same times, but whose one field always takes three bits. Without the data the
 * figure is NaN, which keeps to no bound.
 */
export function crowdBits(): Row[] {
  if (!existsSync(file)) {
    const missing = `there is no ${fileURLToPath(file)}`;
    progress(`NOT MEASURED: bits for x and y of people who walk, for ${missing}`);
    const metric = "x and y per entity and tick";
    const about = "NOT MEASURED: no ../shared/data/crowd beside the repository";
    return [{ case: "crowd", metric, unit: "bits", ours: NaN, bound: { of: "ours", max }, about }];
  }
  const frames = readFrames(readFileSync(file, "utf8"));
  const walkers = new Stream(Walker);
  const twins = new Stream(Twin);
  const known = new Map<string, { x: number; y: number; beat: number }>();
  const count = { entities: 0, enters: 0, updates: 0, bits: 0, rest: 0 };
  for (const people of frames) {
    for (const id of known.keys()) if (!people.has(id)) known.delete(id);
    for (const [id, { x, y }] of people) {
      count.entities++;
      const before = known.get(id);
      const isSame = before !== undefined && before.x === x && before.y === y;
      if (before === undefined) count.enters++;
      else if (!isSame) count.updates++;
      known.set(id, { x, y, beat: isSame ? before.beat : ((before?.beat ?? 0) + 1) & 7 });
    }
    count.bits += walkers.send(known, (walker, { x, y }) => {
      walker["x"] = x / 100;
      walker["y"] = y / 100;
    });
    count.rest += twins.send(known, (twin, { beat }) => (twin["beat"] = beat));
    walkers.check(known);
  }
  const steps = Math.round((span.max - span.min) / span.step);
  const whole = 2 * (32 - Math.clz32(steps));
  const others = count.rest - (count.enters + count.updates) * twinBits;
  const positions = count.bits - count.enters * whole - others;
  const what = `crowd of ${Math.max(...frames.map((people) => people.size))} at ${rate} Hz, 1 cm`;
  const per = { case: what, unit: "bits" };
  return [
    {
      ...per,
      metric: "x and y per entity and tick",
      ours: positions / count.entities,
      bound: { of: "ours", max },
      about: "ids, header and enters apart",
    },
    { ...per, metric: "ids and header per entity and tick", ours: others / count.entities },
    { ...per, metric: "everything, per entity and tick", ours: count.bits / count.entities },
  ];
}

/** One room, whose single client sees everything. */
class Stream {
  readonly #definition: EntityDefinition;
  readonly #world: World;
  readonly #writer: FrameWriter;
  readonly #view: ClientView;
  readonly #replica: Replica;
  readonly #entities = new Map<string, Entity>();
  readonly #bits = new BitWriter(4_096);
  #tick = 0;

  constructor(definition: EntityDefinition) {
    const rates = { tickRate: rate, sendRate: rate };
    const hall = room({ entities: { definition }, ...rates });
    const plan = planRoom("hall", hall, undefined);
    const mirror = new Mirror(plan.wire, plan.mirror);
    this.#definition = definition;
    this.#world = new World(plan.compiled, 256);
    this.#writer = new FrameWriter(this.#world, mirror);
    const about = { seat: 0, spectator: true, interest: undefined, phase: 0, ...rates };
    this.#view = new ClientView(mirror, about);
    this.#replica = new Replica(plan.wire, rates);
  }

  /** Sends one tick; answers the bits that it took. */
  send<T>(
    people: ReadonlyMap<string, T>,
    write: (fields: Record<string, unknown>, about: T) => void,
  ): number {
    for (const [id, entity] of this.#entities) {
      if (people.has(id)) continue;
      this.#world.despawn(entity);
      this.#entities.delete(id);
    }
    this.#world.endTick();
    for (const [id, about] of people) {
      let entity = this.#entities.get(id);
      if (entity === undefined) {
        entity = this.#world.spawn(this.#definition, {});
        this.#entities.set(id, entity);
      }
      write(entity, about);
    }
    this.#writer.write("hall", 1, this.#tick++, true);
    this.#bits.reset();
    this.#view.writeBinary(this.#bits);
    const { bitLength } = this.#bits;
    this.#replica.applyBinary(new BitReader(this.#bits.toBytes()));
    return bitLength;
  }

  /** Whether the client holds everybody where they are. */
  check(people: ReadonlyMap<string, Place>): void {
    if (this.#replica.entities.size !== people.size) throw new Error("somebody is missing");
    for (const [id, { x, y }] of people) {
      const seen = this.#replica.entities.get(this.#view.handleOf(this.#entities.get(id)!.id));
      const isThere =
        seen !== undefined &&
        Math.round((seen.get("x") as number) * 100) === x &&
        Math.round((seen.get("y") as number) * 100) === y;
      if (!isThere) throw new Error(`${id} is not where the crowd was`);
    }
  }
}

/** The people of each frame, by id, in whole centimetres. */
function readFrames(text: string): ReadonlyMap<string, Place>[] {
  const frames = new Map<number, Map<string, Place>>();
  for (const line of text.trim().split("\n")) {
    const [id = "", frame, x, y] = line.split(" ");
    const people = frames.get(Number(frame)) ?? new Map<string, Place>();
    frames.set(Number(frame), people);
    people.set(id, { x: Math.round(Number(x)), y: Math.round(Number(y)) });
  }
  return [...frames].sort(([a], [b]) => a - b).map(([, people]) => people);
}
