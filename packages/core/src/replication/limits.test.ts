import { entity, limits, t } from "@realmwright/protocol";
import {
  BitReader,
  BitWriter,
  compileDescriptor,
  compileRoom,
} from "@realmwright/protocol/internal";
import { describe, expect, test } from "vitest";
import type { InterestOptions } from "../game/definition.ts";
import { World } from "../world/world.ts";
import { ClientView } from "./client-view.ts";
import { FrameWriter } from "./frame-writer.ts";
import { Mirror } from "./mirror.ts";
import { Replica } from "./replica.ts";

const Dot = entity("dot", {
  x: t.position({ min: 0, max: 4096, step: 1 }),
  y: t.position({ min: 0, max: 4096, step: 1 }),
});

const { value: max } = limits.visiblePerClient;
const rates = { tickRate: 20, sendRate: 20 };

/** What a client sees of so many entities in a row, a unit apart, from the first one. */
function seen(
  count: number,
  encoding: "binary" | "readable",
  options: { readonly interest?: InterestOptions; readonly pin?: number } = {},
): number[] {
  const room = compileRoom({ entities: { Dot } });
  const wire = compileDescriptor(room.descriptor);
  const world = new World(room, count);
  const mirror = new Mirror(wire, { historyTicks: 0, cellSize: 64 });
  const writer = new FrameWriter(world, mirror);
  const dots = Array.from({ length: count }, (_, x) => world.spawn(Dot, { x, y: 0 }));
  writer.seat(0, { entity: dots[0]!.id, team: 0 });
  if (options.pin !== undefined) writer.pin(0, dots[options.pin]!.id, true);
  const view = new ClientView(mirror, {
    seat: 0,
    spectator: false,
    interest: options.interest,
    phase: 0,
    ...rates,
  });
  const replica = new Replica(wire, rates);
  const bits = new BitWriter();
  // entering takes several sends: each has its budget of bytes
  for (let tick = 0; tick < 60; tick++) {
    writer.write("row", 1, tick, true);
    if (encoding === "readable") {
      const state = view.writeReadable();
      if (state !== undefined) replica.applyReadable(state);
      continue;
    }
    bits.reset();
    view.writeBinary(bits);
    replica.applyBinary(new BitReader(bits.toBytes()));
  }
  expect(view.visible).toBe(replica.entities.size);
  return [...replica.entities.values()]
    .map((dot) => Number(dot.get("x")))
    .toSorted((a, b) => a - b);
}

const row = (count: number): number[] => Array.from({ length: count }, (_, x) => x);
const wide = { enter: 4000, leave: 4000, nearest: max, bytesPerSecond: 1e6 };

describe.each(["binary", "readable"] as const)("visiblePerClient in %s", (encoding) => {
  test("a client holds 1,023 entities and not one more", () => {
    expect(seen(max, encoding)).toEqual(row(max));
    expect(seen(max + 1, encoding)).toHaveLength(max);
  });

  test("with an interest these are the nearest", () => {
    expect(seen(max, encoding, { interest: wide })).toEqual(row(max));
    expect(seen(max + 1, encoding, { interest: wide })).toEqual(row(max));
  });

  test("what is pinned takes the place of the farthest", () => {
    const last = max + 7;
    const expected = [...row(max - 1), last];
    expect(seen(last + 1, encoding, { interest: wide, pin: last })).toEqual(expected);
  });
});
