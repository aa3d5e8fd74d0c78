import { connect } from "@realmwright/client";
import { defineGame, Random, room } from "@realmwright/core";
import { ByteWriter } from "@realmwright/protocol/internal";
import { VirtualClock } from "@realmwright/server/internal";
import { expect, test } from "vitest";
import { type FieldGame, fieldGame, Walker } from "../testing/field-game.ts";
import { SimulatedBus } from "./simulated-bus.ts";
import { SimulatedRealm } from "./simulated-realm.ts";

test("bytes arrive late and in order, with the sender's name, never inside send", () => {
  const clock = new VirtualClock();
  const bus = new SimulatedBus(clock, new Random(1));
  Object.assign(bus.conditions, { delayMs: 20, jitterMs: 30 });
  const [a, b] = [bus.endpoint("a"), bus.endpoint("b")];
  const got: string[] = [];
  b.onReceive((from, bytes) => got.push(`${from} ${bytes.join()}`));
  for (let n = 0; n < 20; n++) a.send("b", Uint8Array.of(2, 1, n));
  clock.advance(19);
  expect(got).toEqual([]);
  clock.advance(31);
  expect(got).toEqual(Array.from({ length: 20 }, (_, n) => `a 2,1,${n}`));
});

test("an endpoint that closes is reported once, and nothing can be sent to it", () => {
  const clock = new VirtualClock();
  const bus = new SimulatedBus(clock, new Random(1));
  const [a, b] = [bus.endpoint("a"), bus.endpoint("b")];
  const gone: string[] = [];
  a.onGone((address) => gone.push(address));
  b.close();
  b.close();
  clock.advance(1);
  expect(gone).toEqual(["b"]);
  const closed: unknown = expect.objectContaining({ code: "BUS_CLOSED" });
  expect(() => a.send("b", new Uint8Array(1))).toThrow(closed);
  expect(() => b.send("a", new Uint8Array(1))).toThrow(closed);
  expect(() => bus.endpoint("a")).toThrow(closed);
});

test("frames get lost and nothing else does", () => {
  const clock = new VirtualClock();
  const bus = new SimulatedBus(clock, new Random(1));
  const lost: string[] = [];
  bus.onFrameLost = (reader, of) => lost.push(`${reader} ${of}`);
  bus.frameLossRate = 1;
  const [a, b] = [bus.endpoint("a"), bus.endpoint("b")];
  const got: Uint8Array[] = [];
  b.onReceive((_, bytes) => got.push(bytes));
  const frame = new ByteWriter();
  frame.string("town-1");
  frame.bytes(Uint8Array.of(9, 9, 9));
  const batch = new ByteWriter();
  batch.bytes(Uint8Array.of(2, 2, 7, 7));
  batch.u8(3);
  batch.varint(frame.length);
  batch.bytes(frame.toBytes());
  batch.bytes(Uint8Array.of(4, 0));
  a.send("b", batch.toBytes());
  clock.advance(1);
  expect(got.map((bytes) => bytes.join())).toEqual(["2,2,7,7,4,0"]);
  expect(lost).toEqual(["b town-1"]);
});

test("two edges over a late bus that loses frames serve one room", async () => {
  const realm = await SimulatedRealm.start(fieldGame(), { edges: 2, link: "bus" });
  Object.assign(realm.bus.conditions, { delayMs: 10, jitterMs: 5 });
  let lost = 0;
  realm.bus.onFrameLost = () => lost++;
  const ada = await realm.until(connect<FieldGame>(realm.guest("Ada")));
  const bob = await realm.until(connect<FieldGame>(realm.guest("Bob")));
  const here = await realm.until(ada.join("field"));
  const there = await realm.until(bob.join("field", { x: 110 }));
  realm.bus.frameLossRate = 0.1;
  await realm.run(3000);
  realm.bus.frameLossRate = 0;
  await realm.run(500);
  for (const seen of [here, there]) {
    expect(seen.all(Walker)).toHaveLength(2);
    expect(seen.tick).toBeGreaterThan(60);
  }
  expect(lost).toBeGreaterThan(3);
  realm.stop();
  expect(realm.errors).toEqual([]);
});

test("a realm begins with the rooms of checkpoints only where they fit its game", async () => {
  const game = defineGame({ name: "empty", rooms: { hall: room({}) } });
  const start = SimulatedRealm.start(game, { checkpoints: [new Uint8Array(9)] });
  await expect(start).rejects.toMatchObject({ code: "CHECKPOINT_INVALID" });
});
