import { defineGame, room } from "@realmwright/core";
import { entity, RealmError, t } from "@realmwright/protocol";
import { ByteWriter } from "@realmwright/protocol/internal";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBus } from "../bus/memory/memory-bus.ts";
import { Host } from "../host/host.ts";
import type { Bus } from "../ports/bus.ts";
import { VirtualClock } from "../scheduler/virtual-clock.ts";
import { FakeEdge, noFiles } from "../testing/host-bench.ts";
import { RecordedLog } from "../testing/recorded-log.ts";
import { RecordedMetrics } from "../testing/recorded-metrics.ts";
import { BusEdgeLink } from "./bus-edge-link.ts";
import {
  linkVersion,
  readBatch,
  writeBye,
  writeFrame,
  writeHello,
  writeMessage,
} from "./link-layout.ts";

const Hero = entity("hero", { x: t.float(), tag: t.string(10) });

const game = defineGame({
  name: "test",
  rooms: {
    town: room({
      tickRate: 20,
      entities: { Hero },
      permanent: true,
      join: (at, player) => void at.spawn(Hero, { owner: player, tag: "a" }),
      tick: (at) => {
        for (const hero of at.all(Hero)) hero.x += 1;
      },
    }),
  },
});

/** A host on a bus, with a bus endpoint that a test can speak through as it likes. */
async function stage(queueBytesMax = 1_000_000): Promise<{
  clock: VirtualClock;
  log: RecordedLog;
  metrics: RecordedMetrics;
  hub: MemoryBus;
  host: Host;
  connect: (address: string, bus?: (bus: Bus) => Bus) => FakeEdge;
}> {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const metrics = new RecordedMetrics();
  const later = (call: () => void): void => void clock.at(clock.nowMs(), call);
  const hub = new MemoryBus({ later, queueBytesMax });
  let byte = 0;
  const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => byte++);
  const host = await Host.start({ game, files: noFiles, clock, log, metrics, randomBytes });
  host.listen(hub.endpoint("host"));
  const connect = (address: string, wrap = (bus: Bus): Bus => bus): FakeEdge => {
    const edge = new FakeEdge();
    edge.link = new BusEdgeLink(wrap(hub.endpoint(address)), "host", edge, log);
    clock.advance(100);
    return edge;
  };
  return { clock, log, metrics, hub, host, connect };
}

function enter(edge: FakeEdge, clock: VirtualClock, account: string): void {
  edge.say({ type: "open", session: account, account, name: account, role: "player" });
  edge.say({ type: "join", session: account, request: 1, room: "town", spectate: false });
  clock.advance(200);
}

/** A bus whose incoming bytes a test may change or drop. */
function tampered(bus: Bus, change: (bytes: Uint8Array) => Uint8Array | undefined): Bus {
  return {
    address: bus.address,
    send: (to, bytes) => bus.send(to, bytes),
    onReceive: (receive) =>
      bus.onReceive((from, bytes) => {
        const changed = change(bytes);
        if (changed !== undefined) receive(from, changed);
      }),
    onGone: (gone) => bus.onGone(gone),
    close: () => bus.close(),
  };
}

describe("a bus link", () => {
  it("[S-LINK1] writes records that read back, in order", () => {
    const out = new ByteWriter();
    const scratch = new ByteWriter();
    writeHello(out);
    writeMessage({ type: "notice", code: "x", data: { deep: [1, null, "ü"] } }, scratch, out);
    writeFrame("town-1", new Uint8Array([1, 2, 3]), scratch, out);
    writeBye(out);
    const got: unknown[] = [];
    readBatch(out.toBytes(), {
      hello: (version) => got.push(["hello", version]),
      message: (message) => got.push(message),
      frame: (id, bytes) => got.push([id, [...bytes.bytes(bytes.remaining)]]),
      bye: () => got.push("bye"),
    });
    expect(got).toEqual([
      ["hello", linkVersion],
      { type: "notice", code: "x", data: { deep: [1, null, "ü"] } },
      ["town-1", [1, 2, 3]],
      "bye",
    ]);
  });

  it("[S-LINK1] reads any bytes with nothing worse than a RealmError", () => {
    const nothing = { hello: () => 0, message: () => 0, frame: () => 0, bye: () => 0 };
    const whole = new ByteWriter();
    writeMessage({ type: "left", room: "r", seat: 1 }, new ByteWriter(), whole);
    const valid = whole.toBytes();
    let refused = 0;
    const feed = (bytes: Uint8Array): void => {
      try {
        readBatch(bytes, nothing);
      } catch (error) {
        expect(error).toBeInstanceOf(RealmError);
        refused++;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), feed), { numRuns: 500 });
    for (let end = 1; end < valid.length; end++) feed(valid.subarray(0, end));
    for (let i = 0; i < valid.length; i++) feed(valid.with(i, valid[i]! ^ 0xff));
    expect(refused).toBeGreaterThan(valid.length);
  });

  it("[S-LINK2] asks for a keyframe when a frame is missing, and goes on from there", async () => {
    const { clock, connect, log } = await stage();
    let dropping = 0;
    const edge = connect("edge", (bus) =>
      tampered(bus, (bytes) => (dropping-- > 0 ? undefined : bytes)),
    );
    enter(edge, clock, "ann");
    const { room: id } = edge.last("joined");
    const mirror = edge.mirrors.get(id)!;
    dropping = 1;
    clock.advance(500);
    expect(log.of("warn").map(({ data }) => data["code"])).toEqual(["FRAME_GAP"]);
    const ticks = edge.ticks.get(id)!;
    const gaps = ticks.filter((tick, i) => i > 0 && tick !== ticks[i - 1]! + 1);
    expect(gaps).toHaveLength(1);
    expect(mirror.tick).toBe(ticks.at(-1));
    // the same state as an edge that missed nothing
    const other = connect("other");
    enter(other, clock, "ben");
    clock.advance(200);
    const theirs = other.mirrors.get(id)!;
    expect(mirror.tick).toBe(theirs.tick);
    expect([...mirror.now[0]!.subarray(0, 2)]).toEqual([...theirs.now[0]!.subarray(0, 2)]);
    expect([...mirror.typeOf.subarray(0, 2)]).toEqual([...theirs.typeOf.subarray(0, 2)]);
  });

  it("[S-LINK2] asks again when the keyframe does not come", async () => {
    const { clock, connect } = await stage();
    // a frame is lost, the next one shows it, and the keyframe is lost as well
    const fates = ["lost", "kept", "lost", "lost"];
    let isHarmed = false;
    const edge = connect("edge", (bus) =>
      tampered(bus, (bytes) => (isHarmed && fates.shift() === "lost" ? undefined : bytes)),
    );
    enter(edge, clock, "ann");
    const mirror = edge.mirrors.get(edge.last("joined").room)!;
    isHarmed = true;
    clock.advance(500);
    const before = mirror.tick;
    clock.advance(500);
    expect(mirror.tick).toBe(before);
    clock.advance(500);
    expect(mirror.tick).toBeGreaterThan(before + 20);
  });

  it("[S-LINK3] an edge that can not read a batch is cut; other edges notice nothing", async () => {
    const { clock, connect, host } = await stage();
    let harm = false;
    const bad = connect("bad", (bus) =>
      tampered(bus, (bytes) => (harm ? new Uint8Array([0xff, 1]) : bytes)),
    );
    const good = connect("good");
    enter(bad, clock, "ann");
    enter(good, clock, "ben");
    harm = true;
    clock.advance(200);
    expect(bad.end?.code).toBe("DECODE_TRUNCATED");
    expect(host.sessionCount).toBe(1);
    const ticks = good.ticks.get(good.last("joined").room)!.length;
    clock.advance(500);
    expect(good.ticks.get(good.last("joined").room)!.length).toBeGreaterThan(ticks + 5);
    expect(good.end).toBeUndefined();
  });

  it("[S-LINK3] a host that can not read a batch cuts that edge alone", async () => {
    const { clock, connect, host, hub } = await stage();
    const good = connect("good");
    enter(good, clock, "ben");
    const raw = hub.endpoint("raw");
    const hello = new ByteWriter();
    writeHello(hello);
    const batches = [
      new Uint8Array([1, 1, 99]),
      new Uint8Array([9, 0]),
      new Uint8Array([2, 255, 255, 255, 255, 15]),
      new Uint8Array([2, 1, 0xc1]),
    ];
    for (const batch of batches) {
      raw.send("host", hello.toBytes());
      raw.send("host", batch);
      clock.advance(100);
    }
    const scratch = new ByteWriter();
    for (const message of [
      { type: "nonsense" },
      { type: "join", session: 7, request: "x" },
      { type: "input", session: "ben", room: {}, seat: [], items: 3 },
      { type: "open" },
      { type: "__proto__" },
    ]) {
      const out = new ByteWriter();
      writeHello(out);
      writeMessage(message, scratch, out);
      raw.send("host", out.toBytes());
      clock.advance(100);
    }
    enter(good, clock, "cid");
    expect(good.end).toBeUndefined();
    expect(good.all("joined")).toHaveLength(2);
    expect(host.rooms()).toHaveLength(1);
  });

  it("[S-LINK4] an edge that does not take what it is sent is cut when its queue is full", async () => {
    const { clock, connect, host, hub, metrics } = await stage(2000);
    const slow = connect("slow");
    enter(slow, clock, "ann");
    expect(slow.all("joined")).toHaveLength(1);
    // the clock delivers nothing while it stalls, so what the host sends waits
    const endpoint = hub.endpoint("flood");
    const hello = new ByteWriter();
    writeHello(hello);
    endpoint.send("host", hello.toBytes());
    clock.advance(50);
    expect(host.sessionCount).toBe(1);
    host.notice("NEWS", "x".repeat(3000));
    clock.advance(100);
    expect(metrics.value("realmwright_bus_full_total")).toBe(2);
    expect(host.sessionCount).toBe(0);
  });

  it("[S-LINK5] either side hears when the other is gone", async () => {
    const { clock, connect, host } = await stage();
    const edge = connect("edge");
    enter(edge, clock, "ann");
    host.close();
    clock.advance(100);
    expect(edge.end?.code).toBe("SERVER_DRAINING");

    const second = await stage();
    const bus = second.hub.endpoint("dying");
    const other = new FakeEdge();
    other.link = new BusEdgeLink(bus, "host", other, second.log);
    second.clock.advance(100);
    enter(other, second.clock, "ben");
    expect(second.host.sessionCount).toBe(1);
    bus.close();
    second.clock.advance(100);
    expect(second.host.sessionCount).toBe(0);
  });
});
