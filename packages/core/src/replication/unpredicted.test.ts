import { entity, t } from "@realmwright/protocol";
import {
  BitReader,
  BitWriter,
  compileDescriptor,
  compileRoom,
} from "@realmwright/protocol/internal";
import { expect, it } from "vitest";
import { World } from "../world/world.ts";
import { ClientView } from "./client-view.ts";
import { FrameWriter } from "./frame-writer.ts";
import { Mirror } from "./mirror.ts";
import { Replica } from "./replica.ts";

const place = { min: 0, max: 100, step: 1 / 8 };
const Walker = entity("walker", {
  x: t.position(place),
  y: t.position(place),
  heading: t.angle(8),
  speed: t.unit(8),
  hp: t.uint(1),
});

// The own entity comes with the bits that follow it: read wrongly, they would be lost or end too early.
it("P-SNAP7 tells a member of a room without prediction which entity is its own, and all that follows", () => {
  const room = compileRoom({ entities: { Walker } });
  const wire = compileDescriptor(room.descriptor);
  const rates = { tickRate: 20, sendRate: 20 };
  for (let others = 0; others < 8; others++) {
    const world = new World(room, 16);
    const mirror = new Mirror(wire, { historyTicks: 0, cellSize: 0 });
    const writer = new FrameWriter(world, mirror);
    const about = { seat: 0, spectator: false, interest: undefined, phase: 0, ...rates };
    const view = new ClientView(mirror, about);
    const replica = new Replica(wire, rates);
    for (let i = 0; i < others; i++) world.spawn(Walker, { x: i, y: 0 });
    for (let tick = 0; tick < 6; tick++) {
      // In the third tick, so that updates of the others follow.
      if (tick === 2) {
        const own = world.spawn(Walker, { owner: { seat: 0 }, x: 50, y: 50 });
        writer.seat(0, { entity: own.id, team: 0 });
      }
      for (const walker of world.all(Walker)) walker.x += 1;
      writer.write("room", 1, tick, true);
      const bits = new BitWriter();
      view.writeBinary(bits);
      const reader = new BitReader(bits.toBytes());
      replica.applyBinary(reader);
      expect(reader.remaining).toBeLessThan(8);
      const seen = [...replica.entities.values()].map((walker) => Number(walker.get("x")));
      const real = world.all(Walker).map((walker) => walker.x);
      expect(new Set(seen)).toEqual(new Set(real));
    }
    expect(replica.self?.isOwn).toBe(true);
  }
});
