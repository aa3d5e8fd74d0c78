import { entity, event, t } from "@realmwright/protocol";
import {
  BitReader,
  BitWriter,
  ByteReader,
  ByteWriter,
  compileDescriptor,
  compileRoom,
  type CompiledRoom,
} from "@realmwright/protocol/internal";
import { expect } from "vitest";
import type { InterestOptions } from "../../game/definition.ts";
import type { Entity, EntityBase } from "../../game/room.ts";
import { Random } from "../../random/random.ts";
import { permits, relationOf } from "../../world/audience.ts";
import { World } from "../../world/world.ts";
import { ClientView } from "../client-view.ts";
import { decodeFrame, encodeFrame } from "../frame-codec.ts";
import { Frame } from "../frame.ts";
import { FrameWriter } from "../frame-writer.ts";
import { Mirror } from "../mirror.ts";
import type { ReadableState } from "../readable-writer.ts";
import { Replica } from "../replica.ts";

export const Walker = entity("walker", {
  x: t.position({ min: -100, max: 100, step: 1 / 64 }),
  y: t.position({ min: -100, max: 100, step: 1 / 64 }),
  heading: t.angle(8),
  hp: t.uint(1_000),
  mood: t.enum(["calm", "angry", "asleep"]),
  target: t.entity(),
  name: t.string(24).static(),
  title: t.string(24),
  effects: t.list(t.uint(7), 4),
  mount: t.optional(t.uint(3)),
  gold: t.uint(1_000_000).audience("owner"),
  plan: t.uint(9).audience("team"),
  whisper: t.uint(9).audience("seat"),
  secret: t.float().unreplicated(),
});
export const Banner = entity("banner", { score: t.int(-50, 50), text: t.string(16) });
export const Ping = event("ping", { who: t.entity(), n: t.uint(9) });
const schema = { entities: { Walker, Banner }, events: { Ping } };

export const interest: InterestOptions = { enter: 20, leave: 24, nearest: 12, dwellMs: 200 };

/** The wire values that an entity must have at a client that may see them, worked out from the world itself. */
function shown(wire: CompiledRoom, handle: EntityBase, relation: number): Record<string, unknown> {
  const type = wire.entity(handle.type.name)!;
  const out: Record<string, unknown> = {};
  for (const field of type.fields) {
    if (((type.maskByRelation[relation]! >>> field.index) & 1) === 0 || field.isRef) continue;
    const value = (handle as unknown as Record<string, unknown>)[field.name];
    out[field.name] =
      field.fixed === undefined
        ? value
        : field.toGame(field.fixed.dequantise(field.fixed.quantise(field.fromGame(value))));
  }
  return out;
}

export interface Client {
  readonly seat: number;
  readonly team: number;
  readonly view: ClientView;
  readonly replica: Replica;
  readonly readable: boolean;
  /** Sends skipped by its window. */
  slow: boolean;
}

/** A room without rules: random things happen to random entities; views read the mirror or one fed by bytes. */
export class Bed {
  readonly room = compileRoom(schema);
  readonly wire = compileDescriptor(this.room.descriptor);
  readonly world = new World(this.room, 400);
  readonly mirror = new Mirror(this.wire, { historyTicks: 8, cellSize: 10 });
  readonly far = new Mirror(this.wire, { historyTicks: 0, cellSize: 10 });
  readonly writer = new FrameWriter(this.world, this.mirror, Walker);
  readonly random: Random;
  readonly bits = new BitWriter();
  readonly clients: Client[] = [];
  readonly own = new Map<number, Entity<typeof Walker>>();
  tick = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  join(options: { readable: boolean; far: boolean; interest?: InterestOptions }): Client {
    const seat = this.clients.length;
    const team = this.random.integer(0, 2);
    const walker = this.spawn(seat, team);
    this.own.set(seat, walker);
    this.writer.seat(seat, { entity: walker.id, team });
    const rates = { tickRate: 20, sendRate: 20 };
    const client = {
      seat,
      team,
      view: new ClientView(options.far ? this.far : this.mirror, {
        seat,
        spectator: false,
        interest: options.interest,
        phase: seat,
        ...rates,
      }),
      replica: new Replica(this.wire, rates),
      readable: options.readable,
      slow: false,
    };
    this.clients.push(client);
    return client;
  }

  spawn(seat = -1, team = 0): Entity<typeof Walker> {
    const { random } = this;
    return this.world.spawn(Walker, {
      ...(seat >= 0 ? { owner: { seat } } : {}),
      team,
      ...(random.chance(0.3) ? { seat: { seat: random.integer(0, 3) } } : {}),
      ...(seat < 0 && random.chance(0.1)
        ? { audience: random.pick(["team", "owner", "seat"] as const) }
        : {}),
      x: random.between(-60, 60),
      y: random.between(-60, 60),
      name: `walker ${this.tick}`,
      hp: random.integer(0, 1_000),
      secret: random.unit(),
    });
  }

  /** One tick of random happenings. */
  churn(): void {
    const { random, world } = this;
    for (const walker of world.all(Walker)) {
      if (!walker.alive) continue;
      const what = random.unit();
      // Some creep by 0.4 of a quantum, some run straight, some jump.
      if (what < 0.3) walker.x += 0.4 / 64;
      else if (what < 0.7) walker.x += (walker.id % 7) / 10 - 0.3;
      if (what > 0.5) walker.y = Math.max(-99, Math.min(99, walker.y + random.between(-1, 1)));
      if (what > 0.98) walker.x = random.between(-90, 90);
      if (random.chance(0.1)) walker.heading += random.between(-1, 1);
      if (random.chance(0.1)) walker.hp = random.integer(0, 1_000);
      if (random.chance(0.05)) walker.mood = random.pick(["calm", "angry", "asleep"]);
      if (random.chance(0.05)) walker.target = random.pick(world.all(Walker)).id;
      if (random.chance(0.03)) walker.title = `t${random.integer(0, 99)}`;
      if (random.chance(0.03)) walker.effects = [random.integer(0, 7)];
      if (random.chance(0.03)) walker.mount = random.chance(0.5) ? null : random.integer(0, 3);
      if (random.chance(0.05)) walker.gold += random.integer(0, 9);
      if (random.chance(0.05)) walker.plan = random.integer(0, 9);
      if (random.chance(0.05)) walker.whisper = random.integer(0, 9);
      if (random.chance(0.01)) walker.team = random.integer(0, 2);
      if (random.chance(0.02) && walker.owner < 0) world.despawn(walker);
    }
    if (world.count < 60) this.spawn();
    if (random.chance(0.05) && world.all(Banner).length < 3) {
      world.spawn(Banner, { text: `b${this.tick}`, score: random.integer(-50, 50) });
    }
    for (const banner of world.all(Banner)) if (random.chance(0.1)) banner.score -= 1;
  }

  /** Ends a tick; its frame, as a reader elsewhere gets it. */
  step(): Frame {
    this.world.endTick();
    const frame = this.writer.write("bed", 1, this.tick++, true);
    const bytes = new ByteWriter();
    encodeFrame(frame, this.wire, bytes);
    const decoded = new Frame();
    decodeFrame(new ByteReader(bytes.view()), this.wire, decoded);
    this.far.apply(decoded);
    return decoded;
  }

  send(): void {
    for (const client of this.clients) {
      if (client.slow) continue;
      if (client.readable) {
        const snapshot = client.view.writeReadable();
        if (snapshot === undefined) continue;
        const copy = JSON.parse(JSON.stringify(snapshot)) as ReadableState;
        client.replica.applyReadable(copy);
      } else {
        this.bits.reset();
        client.view.writeBinary(this.bits);
        const reader = new BitReader(this.bits.toBytes());
        client.replica.applyBinary(reader);
        expect(reader.remaining).toBeLessThan(8);
      }
    }
  }

  /** Compares a client with the world; answers how many values were equal. */
  check(client: Client): number {
    const { view, replica } = client;
    let compared = 0;
    expect(replica.entities.size).toBe(view.visible);
    for (const [handle, seen] of replica.entities) {
      const id = view.idOf(handle);
      const real = this.world.entity(id);
      if (real === undefined) throw new Error(`handle ${handle} stands for nothing`);
      // From the world and not from the mirror: what the stream says of owners and teams is checked too.
      const slot = (id - 1) & 0xffff;
      const { ownerOf, teamOf, seatOf, audienceOf } = this.world;
      const { seat, team } = client;
      const relation = relationOf(seat, team, ownerOf[slot]!, teamOf[slot]!, seatOf[slot]!);
      if (!permits(audienceOf[slot]!, relation))
        throw new Error(`handle ${handle} is not for seat ${seat}`);
      if (seen.isOwn !== (ownerOf[slot] === seat)) throw new Error(`own: ${handle}`);
      const target = (real as unknown as { target?: number }).target ?? 0;
      const named = seen.get("target") as number | undefined;
      const due = view.handles.tierAt(view.handles.indexOfHandle(handle)) === 0;
      if (
        due &&
        named !== undefined &&
        named !== (this.world.isAlive(target) ? view.handleOf(target) : 0)
      ) {
        throw new Error(`target of ${handle}: ${named}`);
      }
      const expected = shown(this.wire, real, relation);
      for (const [name, value] of Object.entries(expected)) {
        const got = seen.get(name);
        if (due && !same(got, value)) expect(got, `${seen.type}.${name}`).toEqual(value);
        compared++;
      }
      for (const field of seen.compiled.fields) {
        if (name(expected, field.name) || field.isRef) continue;
        const idle = field.fixed ? field.toGame(field.defaultNumber) : field.defaultBlob;
        const got = seen.get(field.name);
        if (!same(got, idle)) expect(got, `hidden ${field.name}`).toEqual(idle);
      }
    }
    return compared;
  }

  /** Brute force: what a client must and must not hold. */
  checkInterest(client: Client, options: InterestOptions): void {
    const me = this.own.get(client.seat)!;
    const held = new Set([...client.replica.entities.keys()].map((h) => client.view.idOf(h)));
    expect(held.has(me.id)).toBe(true);
    for (const walker of this.world.all(Walker)) {
      const distance = Math.hypot(walker.x - me.x, walker.y - me.y);
      if (held.has(walker.id)) {
        expect(walker.id === me.id || distance <= options.leave + 0.1).toBe(true);
      }
    }
    expect(held.size).toBeLessThanOrEqual((options.nearest ?? 100) + 1);
  }
}

/** `expect` is slow; it is asked only to explain a difference. */
const same = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));

const name = (record: Record<string, unknown>, key: string): boolean => Object.hasOwn(record, key);
