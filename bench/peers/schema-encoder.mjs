import { Decoder, Encoder, MapSchema, schema, StateView, t } from "@colyseus/schema";
import { Crowd, sightOf } from "../replication/crowd.ts";
import { Nearest } from "../replication/nearest.ts";
import { Stopwatch } from "../replication/stopwatch.ts";
import { Truth, watchedOf } from "../replication/truth.ts";

/*
 * The side of `@colyseus/schema` in `replication`, in a process of its own: one encoder, one StateView per client, encoded
 * as the SchemaSerializer of @colyseus/core does it. Prints times and bytes as JSON.
 */

const settings = JSON.parse(process.argv[2] ?? "{}");
const { entities, clients, visible, warmUp, ticks } = settings;
/** Ticks from one choice of what a client sees to the next. */
const refreshTicks = 4;

Encoder.BUFFER_SIZE = 1024 * 1024;

const Walker = schema(
  { x: t.int32(), y: t.int32(), heading: t.uint8(), flags: t.uint8() },
  "Walker",
);
const State = schema({ walkers: t.map(Walker).view() }, "State");

const crowd = new Crowd(settings, settings.seed);
const nearest = new Nearest(crowd.x, crowd.y, crowd.side, sightOf(settings));
const state = new State();
const encoder = new Encoder(state);
state.walkers = new MapSchema();
const walkers = Array.from({ length: entities }, (_, i) => {
  const walker = new Walker();
  state.walkers.set(String(i), walker);
  return walker;
});
take();
const views = Array.from({ length: clients }, () => new StateView());
/** By client: 1 for the entities in its view, and 2 while it is chosen anew. */
const inView = views.map(() => new Uint8Array(entities));

const watched = watchedOf(settings);
const decoders = watched.map(() => new Decoder(new State()));
const truth = new Truth(crowd, settings);
encoder.encode({ offset: 0 });
encoder.discardChanges();
const all = { offset: 0 };
encoder.encodeAll(all);
for (const [w, client] of watched.entries()) {
  decoders[w].decode(encoder.encodeAllView(views[client], all.offset, { ...all }).slice());
}

const watch = new Stopwatch();
const sums = { bytes: 0, visible: 0 };
/** @type {Uint8Array[]} */
const received = [];
for (let tick = 0; tick < warmUp + ticks; tick++) {
  crowd.step();
  watch.start();
  take();
  watch.lap("state");
  // Spread over the ticks, as ours is.
  nearest.rebuild();
  for (let c = 0; c < clients; c++) if ((tick + c) % refreshTicks === 0 || tick === 0) choose(c);
  watch.lap("interest");
  let bytes = 0;
  received.length = 0;
  const it = { offset: 0 };
  encoder.encode(it);
  const sharedOffset = it.offset;
  for (let c = 0; c < clients; c++) {
    const patch = encoder.encodeView(views[c], sharedOffset, it);
    bytes += patch.length;
    if (c === watched[received.length]) received.push(patch.slice());
  }
  encoder.discardChanges();
  watch.stop("encode");
  truth.remember((metres) => Math.round(metres * 100));
  for (const [w, decoder] of decoders.entries()) decoder.decode(received[w]);
  if (tick < warmUp) {
    watch.reset();
    continue;
  }
  for (const [w, decoder] of decoders.entries()) compare(watched[w], decoder);
  sums.bytes += bytes;
  for (const seen of inView) for (let i = 0; i < entities; i++) sums.visible += seen[i];
}

/** Writes the crowd into the state. */
function take() {
  for (let i = 0; i < entities; i++) {
    const walker = walkers[i];
    walker.x = Math.round(crowd.x[i] * 100);
    walker.y = Math.round(crowd.y[i] * 100);
    walker.heading = crowd.heading[i];
    walker.flags = crowd.flags[i];
  }
}

/** Puts the nearest of a client into its view, and takes out what no longer is. */
function choose(client) {
  const view = views[client];
  const seen = inView[client];
  const count = nearest.find(crowd.x[client], crowd.y[client], visible);
  const { found } = nearest;
  for (let n = 0; n < count; n++) {
    const i = found[n];
    if (seen[i] === 0) view.add(walkers[i]);
    seen[i] = 2;
  }
  for (let i = 0; i < entities; i++) {
    if (seen[i] === 0) continue;
    if (seen[i] === 1) view.remove(walkers[i]);
    seen[i]--;
  }
}

/** Whether a watched client holds what it should, as it should be. */
function compare(client, decoder) {
  const held = new Set();
  for (const [key, walker] of decoder.state.walkers) {
    const i = Number(key);
    held.add(i);
    truth.holds(i, walker.x, walker.y, walker.heading, walker.flags);
  }
  truth.sees(client, (i) => held.has(i));
}

const { parts, cpuMs, wallMs } = watch;
process.stdout.write(
  `${JSON.stringify({
    msPerTick: cpuMs / ticks,
    wallMs: wallMs / ticks,
    stateMs: parts.state / ticks,
    interestMs: parts.interest / ticks,
    encodeMs: parts.encode / ticks,
    microseconds: (cpuMs * 1_000) / (ticks * clients),
    encodeMicroseconds: (cpuMs * (1 - parts.interest / wallMs) * 1_000) / (ticks * clients),
    bytes: sums.bytes / (ticks * clients),
    bits: (sums.bytes * 8) / sums.visible,
    visible: sums.visible / (ticks * clients),
    ...truth.shares(),
  })}\n`,
);
