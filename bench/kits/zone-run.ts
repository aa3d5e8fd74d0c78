import { planRoom, type Encoding } from "@realmwright/server/internal";
import { ByteWriter, codecs } from "@realmwright/protocol/internal";
import type { InputPayload } from "@realmwright/protocol";
import { DiscardingConnection } from "../idle/discarding-connection.ts";
import { Stand } from "../idle/stand.ts";
import { Heroes } from "./heroes.ts";
import { Hero, Monster } from "./zone-content.ts";
import { ZoneMap } from "./zone-map.ts";
import { type MonsterEntity, type Zone, zoneRoom } from "./zone.ts";
import { WatchingConnection } from "./whole-state.ts";

/*
 * Plays the zone with one thing switched off or none, and prints what its ticks took, as JSON. A tick is all that the
 * server does in it: taking the inputs, AI, combat, the frame, and what 200 clients are sent.
 */

export interface ZoneSettings {
  readonly off?: "culling" | "levelOfDetail" | "pathCache" | "pooling" | "tiers";
  readonly encoding?: Encoding;
  /** Clients that read what they are sent, and compare it with whole states. */
  readonly watchers?: number;
  readonly warmUp: number;
  readonly ticks: number;
}

const players = 200;
const monstersNear = 600;
const monstersFar = 200;
/** A monster chases near to a player when its prey is within so many tiles. */
const nearby = 30;
/** Every so many ticks it is counted who chases. */
const countTicks = 10;

const settings = JSON.parse(process.argv.at(-1)!) as ZoneSettings;
const { off, encoding = "binary", watchers = 0, warmUp, ticks } = settings;

const map = await ZoneMap.load();
const { part } = map;
const west = { x: 0, y: 0, width: part, height: 2 * part };
const east = { ...west, x: part };
let zone!: Zone;
const definition = zoneRoom(
  {
    map,
    monsters: [...map.grounds(west, monstersNear), ...map.grounds(east, monstersFar)],
    start: west,
    culling: off !== "culling",
    levelOfDetail: off !== "levelOfDetail",
    pathCache: off !== "pathCache",
    pooling: off !== "pooling",
    tiers: off !== "tiers",
  },
  (made) => (zone = made),
);
const plan = planRoom("field", definition, undefined);
const stand = await Stand.start(definition);
const watching = Array.from({ length: watchers }, () => {
  return new WatchingConnection(plan.wire, plan.kind);
});
for (let i = 0; i < players; i++) {
  await stand.join(watching[i] ?? new DiscardingConnection(encoding));
}
const heroes = new Heroes(zone);
const codec = codecs[`realm.${encoding}`];
const out = new ByteWriter(256);

const times = { tick: new Float64Array(ticks), cpu: new Float64Array(ticks) };
const sums = { inputs: 0, npc: 0, combat: 0 };
const least = { chasing: Infinity, monsters: Infinity };

for (let tick = 0; tick < warmUp; tick++) play(-1);
const bytesBefore = bytes();
const before = zone.npcs.stats;
const watchedBefore = watched();
for (let tick = 0; tick < ticks; tick++) play(tick);
const after = zone.npcs.stats;
const watchedAfter = watched();

function play(counted: number): void {
  const said = heroes.inputs().map(packets);
  const cpuBefore = process.threadCpuUsage();
  const begun = performance.now();
  for (const [i, connection] of stand.connections.entries()) {
    for (const packet of said[i]!) connection.say(packet);
  }
  const heard = performance.now();
  stand.run(1);
  const ended = performance.now();
  const cpu = process.threadCpuUsage(cpuBefore);
  for (const connection of watching) connection.read();
  if (counted < 0) return;
  times.tick[counted] = ended - begun;
  times.cpu[counted] = (cpu.user + cpu.system) / 1000;
  sums.npc += zone.npcMs;
  sums.inputs += heard - begun;
  sums.combat += zone.combatMs;
  if (counted % countTicks !== 0) return;
  least.monsters = Math.min(least.monsters, zone.npcs.stats.count);
  least.chasing = Math.min(least.chasing, zone.room.all(Monster).filter(isChasing).length);
}

/** A client's inputs as it would send them: in one message, where the encoding has that. */
function packets(inputs: readonly InputPayload[]): (Uint8Array | string)[] {
  const list: (Uint8Array | string)[] = [];
  out.reset();
  for (const [i, payload] of inputs.entries()) {
    codec.encode({ type: "input", payload }, out, () => plan.compiled);
    if (codec.packs && i < inputs.length - 1) continue;
    const packet = out.toBytes();
    list.push(codec.isText ? new TextDecoder().decode(packet) : packet);
    out.reset();
  }
  return list;
}

function isChasing(monster: MonsterEntity): boolean {
  if (monster.mood !== "chase") return false;
  const prey = zone.room.get(Hero, zone.npcs.targetOf(monster));
  return prey !== undefined && Math.hypot(prey.x - monster.x, prey.y - monster.y) <= nearby;
}

function bytes(): number {
  return stand.connections.reduce((sum, connection) => sum + connection.messageBytes, 0);
}

function watched(): { snapshot: number; whole: number; far: number } {
  const total = { snapshot: 0, whole: 0, far: 0 };
  for (const { snapshotBytes, wholeBytes, farUpdates } of watching) {
    total.snapshot += snapshotBytes;
    total.whole += wholeBytes;
    total.far += farUpdates;
  }
  return total;
}

/** The smallest value that so large a part of them does not pass. */
function quantile(values: Float64Array, part: number): number {
  return values.toSorted()[Math.ceil(part * values.length) - 1]!;
}

const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / ticks;
const perWatcher = ticks * Math.max(1, watchers);
process.stdout.write(
  `${JSON.stringify({
    tickMs: mean(times.tick),
    tickP50: quantile(times.tick, 0.5),
    tickP99: quantile(times.tick, 0.99),
    cpuMs: mean(times.cpu),
    cpuP99: quantile(times.cpu, 0.99),
    inputsMs: sums.inputs / ticks,
    npcMs: sums.npc / ticks,
    combatMs: sums.combat / ticks,
    bytes: (bytes() - bytesBefore) / (ticks * players),
    snapshotBytes: (watchedAfter.snapshot - watchedBefore.snapshot) / perWatcher,
    wholeBytes: (watchedAfter.whole - watchedBefore.whole) / perWatcher,
    farUpdates: (watchedAfter.far - watchedBefore.far) / perWatcher,
    chasing: least.chasing,
    monsters: least.monsters,
    thoughts: (after.thoughts - before.thoughts) / ticks,
    searches: (after.pathsFound - before.pathsFound) / ticks,
    cells: (after.cellsSearched - before.cellsSearched) / ticks,
  })}\n`,
);
