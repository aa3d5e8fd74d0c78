import { Packr } from "msgpackr";
import { Crowd, sightOf } from "../replication/crowd.ts";
import { Nearest } from "../replication/nearest.ts";
import { Stopwatch } from "../replication/stopwatch.ts";

/*
 * The naive sides of `replication`: each client is sent all that it sees, whole, in every tick; as JSON, as MessagePack
 * objects (msgpackr, without records) and as MessagePack lists. Prints times and bytes as JSON.
 */

const settings = JSON.parse(process.argv[2] ?? "{}");
const { entities, clients, visible, warmUp, ticks } = settings;

const crowd = new Crowd(settings, settings.seed);
const nearest = new Nearest(crowd.x, crowd.y, crowd.side, sightOf(settings));
const packr = new Packr({ useRecords: false });
const objects = Array.from({ length: entities }, (_, id) => ({
  id,
  x: 0,
  y: 0,
  heading: 0,
  flags: 0,
}));
const lists = objects.map(({ id }) => [id, 0, 0, 0, 0]);
const seen = Array.from({ length: clients }, () => []);

/** @type {Record<string, (client: number, tick: number) => number>} bytes of one client's state */
const codecs = {
  json: (client, tick) =>
    JSON.stringify({ tick, state: seen[client].map((i) => objects[i]) }).length,
  msgpack: (client, tick) =>
    packr.encode({ tick, state: seen[client].map((i) => objects[i]) }).length,
  msgpackLists: (client, tick) => packr.encode([tick, seen[client].map((i) => lists[i])]).length,
};

/** @type {Record<string, number>} */
const result = {};
for (const [name, encode] of Object.entries(codecs)) {
  const watch = new Stopwatch();
  let bytes = 0;
  for (let tick = 0; tick < warmUp + ticks; tick++) {
    crowd.step();
    watch.start();
    take();
    nearest.rebuild();
    for (let c = 0; c < clients; c++) if ((tick + c) % 4 === 0 || tick === 0) choose(c);
    let sum = 0;
    for (let c = 0; c < clients; c++) sum += encode(c, tick);
    watch.stop("all");
    if (tick < warmUp) {
      watch.reset();
      continue;
    }
    bytes += sum;
  }
  result[`${name}Ms`] = watch.cpuMs / ticks;
  result[`${name}Microseconds`] = (watch.cpuMs * 1_000) / (ticks * clients);
  result[`${name}Bytes`] = bytes / (ticks * clients);
}
process.stdout.write(`${JSON.stringify(result)}\n`);

function take() {
  for (let i = 0; i < entities; i++) {
    const object = objects[i];
    const list = lists[i];
    object.x = list[1] = Math.round(crowd.x[i] * 100);
    object.y = list[2] = Math.round(crowd.y[i] * 100);
    object.heading = list[3] = crowd.heading[i];
    object.flags = list[4] = crowd.flags[i];
  }
}

function choose(client) {
  const count = nearest.find(crowd.x[client], crowd.y[client], visible);
  seen[client] = Array.from(nearest.found.subarray(0, count));
}
