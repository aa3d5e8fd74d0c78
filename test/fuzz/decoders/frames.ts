import { Random } from "@realmwright/core";
import {
  decodeFrame,
  encodeFrame,
  Frame,
  FrameWriter,
  Mirror,
  World,
} from "@realmwright/core/internal";
import type { ErrorCode } from "@realmwright/protocol";
import { ByteReader, ByteWriter } from "@realmwright/protocol/internal";
import { mutateBytes, randomBytes } from "../support/byte-mutation.ts";
import { Banner, gameRoom, Hit, Walker, wireRoom } from "../support/game.ts";
import { refusal } from "../support/reason.ts";
import { same } from "../support/same.ts";
import { Finding, type Outcome, type Target } from "../support/target.ts";

const undecodable: readonly ErrorCode[] = ["DECODE_INVALID", "DECODE_TRUNCATED"];
const inapplicable: readonly ErrorCode[] = ["DECODE_INVALID", "FRAME_GAP"];

/** Frames that are applied as they are before the changed one, at most. */
const PREFIX_MAX = 6;

/** The codec of frames between the parts of a server, and the mirror that takes them. */
export class FrameTarget implements Target {
  readonly name = "frame";
  readonly share = 0.5;
  readonly headersMin = 0.2;
  readonly #stream = framesOf(5);
  readonly #into = new Frame();

  one(random: Random): Outcome {
    const at = random.integer(0, PREFIX_MAX);
    const valid = this.#stream[at]!;
    const choice = random.unit();
    if (choice < 0.1) {
      const { reason } = this.#feed(valid, this.#mirrorAt(at));
      if (reason !== undefined) throw new Finding(`a valid one was refused: ${reason}`, valid);
      return { bytes: valid.length, headers: 1, reason };
    }
    const other = random.pick(this.#stream);
    const data =
      choice < 0.5
        ? mutateBytes(valid, random, other)
        : choice < 0.95
          ? this.#changed(valid, random)
          : randomBytes(random, 80);
    return { bytes: data.length, ...this.#feed(data, this.#mirrorAt(at)) };
  }

  replay(input: Uint8Array): string | undefined {
    return this.#feed(input, this.#mirrorAt(0)).reason;
  }

  /** A mirror that is due for the frame of that place. */
  #mirrorAt(at: number): Mirror {
    const mirror = new Mirror(wireRoom, { historyTicks: 2, cellSize: 10 });
    for (let i = 0; i < at; i++) {
      decodeFrame(new ByteReader(this.#stream[i]), wireRoom, this.#into);
      mirror.apply(this.#into);
    }
    return mirror;
  }

  #feed(data: Uint8Array, mirror: Mirror): { reason: string | undefined; headers: number } {
    const frame = this.#into;
    try {
      decodeFrame(new ByteReader(data), wireRoom, frame);
    } catch (error) {
      return { reason: refusal(error, undecodable, data), headers: hasHeader(data) ? 1 : 0 };
    }
    checkRoundTrip(frame, data);
    try {
      mirror.apply(frame);
      mirror.place();
    } catch (error) {
      return { reason: refusal(error, inapplicable, data), headers: 1 };
    }
    return { reason: undefined, headers: 1 };
  }

  /** A frame whose numbers are wrong, but whose bytes are in order. */
  #changed(bytes: Uint8Array, random: Random): Uint8Array {
    const frame = this.#into;
    decodeFrame(new ByteReader(bytes), wireRoom, frame);
    for (let times = random.integer(1, 3); times > 0; times--) changeFrame(frame, random);
    const out = new ByteWriter();
    encodeFrame(frame, wireRoom, out);
    return out.toBytes();
  }
}

/** What was read is written and read again as the same. */
function checkRoundTrip(frame: Frame, data: Uint8Array): void {
  const out = new ByteWriter();
  encodeFrame(frame, wireRoom, out);
  const again = new Frame();
  decodeFrame(new ByteReader(out.view()), wireRoom, again);
  if (!same(plain(frame), plain(again))) throw new Finding("a frame came back as another", data);
}

function plain(frame: Frame): unknown {
  const entries = Object.entries(frame).map(([key, value]: [string, unknown]) => {
    if (typeof value !== "object" || value === null || !("items" in value)) return [key, value];
    const { items, length } = value as { items: Int32Array | Float64Array; length: number };
    // as text, since NaN is not equal to itself
    return [key, Array.from(items.subarray(0, length)).join()];
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as unknown;
}

/** Whether version, room, epoch, tick and flags are there. */
function hasHeader(data: Uint8Array): boolean {
  const varints = (at: number, count: number): number => {
    let end = at;
    for (let n = 0; n < count; n++) {
      const start = end;
      while ((data[end] ?? 0) >= 0x80) end++;
      if (++end - start > 5) return Infinity;
    }
    return end;
  };
  if (data[0] !== 1) return false;
  // the room's name is short, and so is its length
  return varints(2 + data[1]!, 2) < data.length;
}

const numbers = [
  -1,
  0,
  1,
  3,
  17,
  63,
  64,
  255,
  1000,
  65_534,
  65_535,
  65_536,
  2 ** 31 - 1,
  -(2 ** 31),
];
const floats = [-1, 0, 1, 3, 1e6, -5, 0.5, Number.NaN, Infinity, -Infinity];

function changeFrame(frame: Frame, random: Random): void {
  const lists = [
    frame.leaves,
    frame.enters,
    frame.relations,
    frame.changes,
    frame.served,
    frame.pins,
  ];
  switch (random.integer(0, 7)) {
    case 0:
    case 1: {
      const list = random.pick(lists);
      if (list.length === 0 || random.chance(0.2)) list.push(random.pick(numbers));
      else list.items[random.integer(0, list.length - 1)] = random.pick(numbers);
      return;
    }
    case 2: {
      const { precise } = frame;
      if (precise.length === 0) precise.extend(2);
      precise.items[random.integer(0, precise.length - 1)] = random.pick(floats);
      return;
    }
    case 3: {
      const bytes = randomBytes(random, 12);
      frame.blobs.push({ slot: random.integer(0, 70_000), blob: random.integer(0, 5), bytes });
      return;
    }
    case 4: {
      const at = { x: random.pick(floats), y: random.pick(floats) };
      const seat = random.integer(0, 2000);
      const entity = random.integer(-1, 70_000);
      frame.seats.push({ seat, gone: false, entity, team: 0, viewpoint: -1, ...at });
      return;
    }
    case 5:
      if (random.chance(0.5)) {
        const value = random.pick([5, null, "x", []]) as object;
        frame.documents.push({ seat: -1, version: 1, value, patch: random.pick([[], {}]) as [] });
        return;
      }
      frame.confirms.push({
        seat: 0,
        seq: 1,
        code: "x".repeat(random.integer(0, 70)),
        text: "x".repeat(random.integer(0, 800)),
      });
      return;
    case 6: {
      const [event] = frame.events;
      if (event !== undefined) frame.events[0] = { ...event, audience: random.integer(3, 7) };
      return;
    }
    default:
      frame.tick = Math.max(0, frame.tick + random.integer(-1, 1));
      frame.key = random.chance(0.5);
  }
}

/** Frames of a small room in which much happens, the first one a keyframe. */
function framesOf(seed: number): Uint8Array[] {
  const random = new Random(seed);
  const world = new World(gameRoom, 200);
  const mirror = new Mirror(wireRoom, { historyTicks: 4, cellSize: 10 });
  const writer = new FrameWriter(world, mirror, Walker);
  const stream: Uint8Array[] = [];
  for (let tick = 0; tick < 40; tick++) {
    if (random.chance(0.4) || tick === 0) {
      const seat = tick;
      const walker = world.spawn(Walker, { owner: { seat }, x: 5 + tick, y: 9, name: `n${tick}` });
      writer.seat(seat, { entity: walker.id, team: tick % 3 });
    }
    if (random.chance(0.1)) world.spawn(Banner, { score: 3 });
    for (const walker of world.all(Walker)) {
      walker.x += random.between(-1, 1);
      if (random.chance(0.2)) walker.effects = [random.integer(0, 6)];
      if (random.chance(0.2)) walker.title = `t${random.integer(0, 9)}`;
      if (random.chance(0.2)) writer.served(walker.owner, tick);
      if (random.chance(0.1)) writer.pin(walker.owner, walker.id, true);
      if (random.chance(0.6)) writer.event(Hit, { target: walker.id, damage: 3, at: 1 }, "all");
      if (random.chance(0.1)) writer.confirm(walker.owner, tick, random.pick([undefined, "NO"]));
      if (random.chance(0.03)) world.despawn(walker);
    }
    if (random.chance(0.2)) {
      const patch = [{ op: "replace", path: "/phase", value: "play" }] as const;
      writer.document(-1, tick, { phase: "play", scores: [] }, patch);
    }
    world.endTick();
    const out = new ByteWriter();
    encodeFrame(writer.write("meadow", 1, tick, true), wireRoom, out);
    stream.push(out.toBytes());
  }
  return stream;
}
