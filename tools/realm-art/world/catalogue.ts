import type { Canvas } from "../lib/canvas.ts";
import { BLUE, FOREST, GRASS, PURPLE, RED, tone } from "../lib/palette.ts";
import { bridge, fence, gatehouse, tower, townWall, townWallSide } from "../tiles/fences.ts";
import { house, type House, ROOFS } from "../tiles/houses.ts";
import * as plants from "../tiles/plants.ts";
import * as stones from "../tiles/stones.ts";
import * as props from "../tiles/town-props.ts";
import { broadTree, deadTree, FOLIAGE, pineTree, roundTree } from "../tiles/trees.ts";
import { type Stamp, stamp } from "./stamps.ts";
import type { Tileset } from "./tileset.ts";

const four = (draw: (frame: number) => Canvas): Canvas[] => [0, 1, 2, 3].map(draw);

function houses(town: Tileset): Record<string, Stamp> {
  const plans: Record<string, House> = {
    inn: {
      width: 7,
      roofRows: 3,
      roof: ROOFS.blue,
      door: 49,
      windows: [15, 86],
      gable: 56,
      chimney: 90,
      walls: "plaster",
      seed: 2,
      sign: "inn",
    },
    smithy: {
      width: 6,
      roofRows: 3,
      roof: ROOFS.red,
      door: 26,
      windows: [70],
      chimney: 70,
      walls: "stone",
      seed: 4,
      sign: "sword",
    },
    apothecary: {
      width: 6,
      roofRows: 3,
      roof: ROOFS.purple,
      door: 52,
      windows: [17],
      gable: 24,
      walls: "plaster",
      seed: 9,
      sign: "potion",
    },
    "red-house": {
      width: 5,
      roofRows: 3,
      roof: ROOFS.red,
      door: 33,
      windows: [14, 56],
      chimney: 58,
      walls: "plaster",
      seed: 1,
    },
    "blue-cottage": {
      width: 4,
      roofRows: 2,
      roof: ROOFS.blue,
      door: 12,
      windows: [40],
      walls: "timber",
      seed: 5,
    },
    "purple-cottage": {
      width: 4,
      roofRows: 2,
      roof: ROOFS.purple,
      door: 36,
      windows: [13],
      walls: "timber",
      seed: 3,
    },
    "red-cottage": {
      width: 4,
      roofRows: 2,
      roof: ROOFS.red,
      door: 25,
      windows: [],
      chimney: 44,
      walls: "stone",
      seed: 6,
    },
    "blue-house": {
      width: 6,
      roofRows: 3,
      roof: ROOFS.blue,
      door: 41,
      windows: [16, 67],
      gable: 48,
      chimney: 10,
      walls: "stone",
      seed: 7,
    },
    farmhouse: {
      width: 6,
      roofRows: 3,
      roof: ROOFS.red,
      door: 22,
      windows: [52, 73].slice(0, 1),
      gable: 29,
      chimney: 74,
      walls: "timber",
      seed: 8,
    },
  };
  return Object.fromEntries(
    Object.entries(plans).map(([name, plan]) => {
      const marks = Array.from({ length: plan.roofRows + 2 }, (_, row) =>
        (row === 0 ? "^" : "#").repeat(plan.width),
      );
      return [name, stamp(town, name, [house(plan)], marks)];
    }),
  );
}

function townThings(town: Tileset): Record<string, Stamp> {
  const of = (name: string, frames: Canvas[], marks: string[], ms?: number) =>
    stamp(town, name, frames, marks, ms);
  const list = [
    of("fountain", four(props.fountain), ["^^^", "###", "###"], 140),
    of("well", [props.well()], ["^^", "^^", "##"]),
    of("stall-fruit", [props.stall(RED, "fruit", 1)], ["^^^", "###", "###"]),
    of("stall-bread", [props.stall(BLUE, "bread", 2)], ["^^^", "###", "###"]),
    of("stall-potion", [props.stall(PURPLE, "potion", 3)], ["^^^", "###", "###"]),
    of("lamp", four(props.lamp), ["^", "^", "#"], 160),
    of("barrel", [props.barrel()], ["#"]),
    of("crate", [props.crate()], ["#"]),
    of("sack", [props.sack()], ["#"]),
    of("sign", [props.signpost()], ["#"]),
    of("notice-board", [props.noticeBoard()], ["^^", "##"]),
    of("bench", [props.bench()], ["##"]),
    of("planter-1", [props.planter(2)], ["#"]),
    of("planter-2", [props.planter(5)], ["#"]),
    of("haystack", [props.haystack()], ["^^", "##"]),
    of("shrine", four(props.shrine), ["^^^", "^^^", "###"], 240),
    of(
      "gatehouse",
      [gatehouse(BLUE)],
      ["^^^^^^", "^^^^^^", "^^^^^^", "##^^##", "##..##", "##..##"],
    ),
    of("tower", [tower(BLUE)], ["^^", "^^", "^^", "##", "##", "##"]),
    ...[0, 1, 2].map((i) => of(`wall-${i}`, [townWall(i)], ["^", "#", "#", "#"])),
    ...[0, 1].map((i) => of(`wall-side-${i}`, [townWallSide(i)], ["#"])),
    ...Array.from({ length: 16 }, (_, joins) => of(`fence-${joins}`, [fence(joins)], ["#"])),
    ...([0, 1, 2] as const).flatMap((part) =>
      [0, 1].map((i) => of(`bridge-${part}-${i}`, [bridge(part, i)], [part === 1 ? "d" : "#"])),
    ),
  ];
  return Object.fromEntries(list.map((s) => [s.name, s]));
}

function wildThings(wild: Tileset): Record<string, Stamp> {
  const of = (name: string, frames: Canvas[], marks: string[], ms?: number) =>
    stamp(wild, name, frames, marks, ms);
  const flat = (name: string, picture: Canvas) =>
    of(name, [picture], [picture.width === 32 ? "dd" : "d"]);
  const round = ["^^", "^^", "##"];
  const pine = ["^^", "^^", "^^", "##"];
  const broad = ["^^^", "^^^", "^^^", " # "];
  const petals = ["rose", "gold", "white", "red", "blue", "purple"] as const;
  const cliffs = (["top", "face", "foot"] as const).flatMap((part) =>
    Array.from({ length: 6 }, (_, i) =>
      of(`cliff-${part}-${i}`, [stones.cliff(part, i, FOREST, 3)], ["#"]),
    ),
  );
  const list = [
    of("broad-green", [broadTree(FOLIAGE.green, 1)], broad),
    of("broad-green-2", [broadTree(FOLIAGE.green, 11)], broad),
    of("broad-cool", [broadTree(FOLIAGE.cool, 2)], broad),
    of("broad-cool-2", [broadTree(FOLIAGE.cool, 12)], broad),
    of("round-green", [roundTree(FOLIAGE.green, 3)], round),
    of("round-green-2", [roundTree(FOLIAGE.green, 13)], round),
    of("round-cool", [roundTree(FOLIAGE.cool, 4)], round),
    of("round-cool-2", [roundTree(FOLIAGE.cool, 14)], round),
    of("round-autumn", [roundTree(FOLIAGE.autumn, 5)], round),
    of("round-blossom", [roundTree(FOLIAGE.blossom, 6)], round),
    of("round-olive", [roundTree(FOLIAGE.olive, 24)], round),
    of("broad-olive", [broadTree(FOLIAGE.olive, 22)], broad),
    of("pine", [pineTree(FOLIAGE.cool, 7)], pine),
    of("pine-2", [pineTree(FOLIAGE.cool, 17)], pine),
    of("pine-small", [pineTree(FOLIAGE.cool, 8, true)], round),
    of("pine-green", [pineTree(FOLIAGE.green, 9, true)], round),
    of("dead-tree", [deadTree()], round),
    of("bush", [plants.bush(GRASS, 6, 1, false)], ["#"]),
    of("bush-wide", [plants.bush(GRASS, 6, 2, true)], ["##"]),
    of("bush-berry", [plants.bush(GRASS, 6, 5, false, tone(RED, 3))], ["#"]),
    of("bush-cool", [plants.bush(FOREST, 6, 6, false)], ["#"]),
    of("bush-cool-wide", [plants.bush(FOREST, 6, 3, true, tone(RED, 2))], ["##"]),
    of("bush-olive", [plants.bush(GRASS.slice(0, 6), 4, 7, false)], ["#"]),
    of("bush-cool-flower", [plants.bush(FOREST, 6, 4, false, tone(PURPLE, 3))], ["#"]),
    of("stump", [plants.stump()], ["#"]),
    of("log", [plants.log()], ["##"]),
    of("rock-small", [stones.rock(16, 16, 1, false)], ["#"]),
    of("rock-mossy", [stones.rock(16, 16, 2, true)], ["#"]),
    of("rock-tall", [stones.rock(32, 32, 3, true)], ["^^", "##"]),
    of("rock-flat", [stones.rock(32, 16, 4, false)], ["##"]),
    of("rock-large", [stones.rock(48, 32, 5, true)], ["^^^", "###"]),
    ...petals.flatMap((p, i) =>
      [1, 2].map((n) => flat(`flowers-${p}-${n}`, plants.flowers(p, i * 7 + n, n === 1 ? 2 : 4))),
    ),
    ...(["blue", "white", "purple"] as const).map((p, i) =>
      flat(`forest-flowers-${p}`, plants.flowers(p, 60 + i, 3, FOREST)),
    ),
    ...[1, 2].map((n) => flat(`tall-grass-${n}`, plants.tallGrass(GRASS, 4, n))),
    ...[1, 2].map((n) => flat(`tall-forest-grass-${n}`, plants.tallGrass(FOREST, 4, n + 5))),
    flat("fern", plants.fern(FOREST, 1)),
    flat("fern-green", plants.fern(GRASS, 0)),
    ...[0, 1, 2].map((n) => flat(`mushrooms-${n}`, plants.mushrooms(n, n === 1 ? PURPLE : RED))),
    ...[0, 1].map((n) => flat(`lily-${n}`, plants.lilyPads(n))),
    ...[2, 5].map((n, i) => flat(`reeds-${i}`, plants.reeds(n))),
    ...(["cabbage", "carrot", "wheat", "pumpkin"] as const).map((k) => flat(k, plants.crop(k))),
    ...[2, 8].map((n, i) => flat(`litter-${i}`, plants.litter(n))),
    ...[1, 2].map((n) => flat(`pebbles-${n}`, stones.pebbles(n))),
    flat("bones", stones.bones()),
    ...[0, 1, 2].map((n) => of(`pillar-${n}`, [stones.pillar(n)], ["^", "^", "#"])),
    of("ruin-wall-3", [stones.ruinWall(3, 1)], ["^^^", "###"]),
    of("ruin-wall-4", [stones.ruinWall(4, 2)], ["^^^^", "####"]),
    of("ruin-wall-2", [stones.ruinWall(2, 5)], ["^^", "##"]),
    of("ruin-arch", [stones.ruinArch()], ["^^^^", "^^^^", "^^^^", "#..#"]),
    of("cave-mouth", four(stones.caveMouth), ["###", "###", "###"], 130),
    of("torch", four(stones.standingTorch), ["^", "#"], 130),
    of("campfire", four(stones.campfire), ["#"], 130),
    of("tent", [stones.tent()], ["^^^", "###", "###"]),
    of("crystal", four(stones.crystal), ["#"], 260),
    of("rune-stone", four(stones.runeStone), ["^", "#"], 260),
    ...cliffs,
  ];
  return Object.fromEntries(list.map((s) => [s.name, s]));
}

/** Everything that can stand on a map, by name. */
export class Catalogue {
  readonly #stamps: ReadonlyMap<string, Stamp>;

  constructor(town: Tileset, wild: Tileset) {
    this.#stamps = new Map(
      Object.entries({ ...houses(town), ...townThings(town), ...wildThings(wild) }),
    );
  }

  get(name: string): Stamp {
    const found = this.#stamps.get(name);
    if (found === undefined) throw new Error(`nothing is called ${name}`);
    return found;
  }
}
