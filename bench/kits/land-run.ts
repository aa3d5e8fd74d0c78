import { defineGame } from "@realmwright/core";
import { RoomStage } from "@realmwright/testkit";
import { Hero, Monster } from "./zone-content.ts";
import { ZoneMap, type Ground } from "./zone-map.ts";
import { type Zone, zoneRoom } from "./zone.ts";

/*
 * Measures what one switch of the npc kit is about and nothing else, on or off, and prints microseconds of the kit per
 * tick as JSON. Monsters go for nobody, and there are no clients.
 */

export interface LandSettings {
  /**
   * `far`: all monsters are farther than 40 tiles from the players. `around`: they are all about a group of players, up
   * to 48 tiles away. `spawning`: a hundred die and come back in each tick.
   */
  readonly land: "far" | "around" | "spawning";
  readonly off?: "culling" | "levelOfDetail" | "pooling";
  readonly ticks: number;
}

const monsters = 800;
const players = 40;
const dying = 100;
/** What comes by turns comes within so many ticks, so these are measured together. */
const turn = 16;

const { land, off, ticks } = JSON.parse(process.argv.at(-1)!) as LandSettings;
const map = await ZoneMap.load();
const { part } = map;
const middle = { x: part / 2 - 5, y: part / 2 - 5, width: 10, height: 10 };
const places: Readonly<Record<typeof land, Ground[]>> = {
  far: map.grounds({ x: part, y: part, width: part, height: part }, monsters),
  around: map.grounds({ x: 0, y: 0, width: part, height: part }, monsters),
  spawning: map.grounds({ x: 0, y: 0, width: part, height: part }, monsters),
};
let zone!: Zone;
const definition = zoneRoom(
  {
    map,
    monsters: places[land],
    start: middle,
    isPeaceful: true,
    culling: off !== "culling",
    levelOfDetail: off !== "levelOfDetail",
    pooling: off !== "pooling",
  },
  (made) => (zone = made),
);
const stage = RoomStage.of(defineGame({ name: "bench", rooms: { field: definition } }), "field");
for (let i = 0; i < players; i++) zone.arrive(`hero ${i}`);

const turns: number[] = [];
for (let i = 0; i < 20; i++) measureTurn();
for (let i = 0; i < ticks / turn; i++) turns.push(measureTurn());
turns.sort((a, b) => a - b);
process.stdout.write(
  `${JSON.stringify({
    microseconds: (turns[turns.length >> 1]! * 1000) / turn,
    awake: zone.npcs.stats.awake,
    heroes: zone.room.all(Hero).length,
  })}\n`,
);

function measureTurn(): number {
  let spent = 0;
  for (let i = 0; i < turn; i++) {
    if (land === "spawning") spent += exchange();
    stage.step();
    if (land !== "spawning") spent += zone.npcMs;
  }
  return spent;
}

/** Kills many and brings them back at once. */
function exchange(): number {
  const some = zone.room.all(Monster).slice(0, dying);
  const begun = performance.now();
  for (const monster of some) zone.npcs.kill(monster);
  zone.npcs.populate();
  return performance.now() - begun;
}
