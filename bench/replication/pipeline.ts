import { defineGame, room } from "@realmwright/core";
import { ClientView, FrameWriter, Mirror, Replica, World } from "@realmwright/core/internal";
import { entity, t } from "@realmwright/protocol";
import { BitReader, BitWriter, ByteWriter, writeSnapshot } from "@realmwright/protocol/internal";
import { planRoom } from "@realmwright/server/internal";
import { Crowd, sideOf, sightOf, type CrowdCase } from "./crowd.ts";
import { Stopwatch } from "./stopwatch.ts";
import { Truth, watchedOf } from "./truth.ts";

/*
 * Our side of `replication`, in a process of its own: world, frame, mirror, and one view and one message per client.
 * Prints times and bytes as JSON.
 */

interface Settings extends CrowdCase {
  readonly seed: number;
  readonly warmUp: number;
  readonly ticks: number;
}

const settings = JSON.parse(process.argv[2] ?? "{}") as Settings;
const { entities, clients, visible, warmUp, ticks } = settings;

const side = sideOf(settings);
// In a corner of the square the nearest reach twice as far as in its middle.
const enter = sightOf(settings) * 2.1;
const Walker = entity("walker", {
  x: t.position({ min: 0, max: side, step: 0.01 }),
  y: t.position({ min: 0, max: side, step: 0.01 }),
  heading: t.angle(8),
  flags: t.uint(255),
});
const hall = room({
  entities: { Walker },
  tickRate: 20,
  sendRate: 20,
  maxEntities: entities,
  // What a client looks from comes on top of the nearest.
  interest: { enter, leave: enter * 1.15, nearest: visible - 1, dwellMs: 0, tiers: false },
});
const game = defineGame({ name: "bench", rooms: { hall } });
const plan = planRoom("hall", game.rooms.hall, undefined);

const crowd = new Crowd(settings, settings.seed);
const world = new World(plan.compiled, entities);
const mirror = new Mirror(plan.wire, plan.mirror);
const writer = new FrameWriter(world, mirror);
const walkers = Array.from({ length: entities }, () => world.spawn(Walker, { x: 0, y: 0 }));
const views = Array.from({ length: clients }, (_, seat) => {
  writer.seat(seat, { entity: 0, team: 0 });
  writer.viewpoint(seat, walkers[seat]!.id);
  const { tickRate, sendRate, interest } = plan.kind;
  const about = { seat, spectator: false, interest, tickRate, sendRate, phase: seat };
  return new ClientView(mirror, about);
});
const watched = watchedOf(settings);
const replicas = watched.map(() => new Replica(plan.wire, { tickRate: 20, sendRate: 20 }));
const truth = new Truth(crowd, settings);
const quantum = plan.wire.entity("walker")!.fixed[0]!.fixed!;

const bits = new BitWriter(4_096);
const out = new ByteWriter(4_096);
const watch = new Stopwatch();
const sums = { bytes: 0, visible: 0 };
const received: Uint8Array[] = [];

for (let tick = 0; tick < warmUp + ticks; tick++) {
  crowd.step();
  watch.start();
  for (let i = 0; i < entities; i++) {
    const walker = walkers[i]!;
    walker.x = crowd.x[i]!;
    walker.y = crowd.y[i]!;
    walker.heading = (crowd.heading[i]! * Math.PI) / 128;
    walker.flags = crowd.flags[i]!;
  }
  watch.lap("state");
  world.endTick();
  writer.write("hall", 1, tick, true);
  watch.lap("frame");
  let bytes = 0;
  received.length = 0;
  for (let c = 0; c < clients; c++) {
    bits.reset();
    out.reset();
    const isNews = views[c]!.writeBinary(bits);
    const length = bits.finish();
    writeSnapshot(out, 0, bits.buffer, 0, isNews ? length : 0);
    bytes += out.length;
    if (c === watched[received.length]) received.push(bits.buffer.slice(0, length));
  }
  watch.stop("snapshots");
  truth.remember((metres) => quantum.quantise(metres));
  for (const [w, replica] of replicas.entries()) {
    replica.applyBinary(new BitReader(received[w]));
  }
  if (tick < warmUp) {
    watch.reset();
    continue;
  }
  for (const [w, replica] of replicas.entries()) compare(watched[w]!, replica);
  sums.bytes += bytes;
  for (const view of views) sums.visible += view.visible;
}

/** Whether a watched client holds what it should, as it should be. */
function compare(client: number, replica: Replica): void {
  const view = views[client]!;
  const held = new Set<number>();
  for (const [handle, { q }] of replica.entities) {
    const i = (view.idOf(handle) - 1) & 0xffff;
    held.add(i);
    truth.holds(i, q[0]!, q[1]!, q[2]!, q[3]!);
  }
  truth.sees(client, (i) => held.has(i));
}

const { parts, cpuMs, wallMs } = watch;
process.stdout.write(
  `${JSON.stringify({
    msPerTick: cpuMs / ticks,
    wallMs: wallMs / ticks,
    stateMs: parts["state"]! / ticks,
    frameMs: parts["frame"]! / ticks,
    snapshotMs: parts["snapshots"]! / ticks,
    microseconds: (cpuMs * 1_000) / (ticks * clients),
    bytes: sums.bytes / (ticks * clients),
    bits: (sums.bytes * 8) / sums.visible,
    visible: sums.visible / (ticks * clients),
    ...truth.shares(),
  })}\n`,
);
