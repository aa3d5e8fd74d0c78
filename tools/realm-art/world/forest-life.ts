import type { Painter } from "./painter.ts";

const point = (x: number, y: number) => ({ x: x + 0.5, y: y + 0.5 });

/** The door back, arrival points, monsters, people, signs and named places of the forest. */
export function wilds(p: Painter): void {
  p.add({
    layer: "doors",
    class: "door",
    name: "west-gate",
    x: 0,
    y: 47,
    width: 1,
    height: 3,
    properties: { to: "town", spawn: "from-forest" },
  });
  p.add({ layer: "spawns", class: "spawn", name: "from-town", ...point(3, 48) });
  p.add({ layer: "spawns", class: "spawn", name: "start", ...point(5, 48) });
  p.add({ layer: "spawns", class: "spawn", name: "shrine", ...point(36, 49) });
  const monsters: readonly (readonly [
    string,
    string,
    number,
    number,
    number,
    number,
    number,
    number,
  ])[] = [
    ["path-slimes", "slime", 11, 43, 10, 7, 4, 1],
    ["grove-slimes", "slime", 46, 72, 11, 9, 7, 3],
    ["meadow-wolves", "wolf", 16, 28, 13, 10, 4, 2],
    ["pond-wolves", "wolf", 36, 24, 15, 5, 3, 3],
    ["stream-wolves", "wolf", 58, 46, 9, 8, 3, 3],
    ["camp-goblins", "goblin", 17, 68, 17, 13, 7, 4],
    ["road-goblins", "goblin", 68, 44, 9, 6, 3, 4],
    ["ruin-ghosts", "ghost", 62, 15, 20, 13, 6, 5],
    ["circle-ghosts", "ghost", 10, 10, 11, 8, 2, 5],
    ["den-troll", "troll", 73, 69, 10, 9, 1, 8],
    ["cave-goblins", "goblin", 79, 43, 10, 8, 3, 5],
  ];
  for (const [name, monster, x, y, width, height, count, level] of monsters) {
    p.add({
      layer: "monsters",
      class: "monster-area",
      name,
      x,
      y,
      width,
      height,
      properties: { monster, count, level },
    });
  }
  const people: readonly (readonly [string, string, number, number, string])[] = [
    [
      "Yarrow",
      "ranger",
      8,
      46,
      "Keep to the path and you will come home. Leave it, and keep a hand on your blade.",
    ],
    [
      "Brother Ash",
      "mage",
      38,
      47,
      "North the pond, east the stream and the den, south the goblin fires. Rest here first.",
    ],
    ["Moss", "villager-c", 41, 28, "Hush. The wolves drink when the light goes. I only draw them."],
  ];
  for (const [name, look, x, y, says] of people) {
    p.reserve(x, y, 1, 1);
    p.add({ layer: "npcs", class: "npc", name, ...point(x, y), properties: { look, says } });
  }
  const signs: readonly (readonly [string, number, number, string])[] = [
    ["gate", 5, 46, "West: Rivermead. East: the Darkwood. Travel in company."],
    ["crossroads", 39, 46, "North: Mirror Pond. East: the stream. South: goblins!"],
    ["south-way", 33, 51, "Goblin camp ahead. Turn back."],
    ["fork", 70, 44, "North: the Fallen Hall. South: here be TROLL."],
  ];
  for (const [name, x, y, text] of signs)
    p.add({ layer: "signs", class: "sign", name, x, y, width: 1, height: 1, properties: { text } });
  const areas: readonly (readonly [string, number, number, number, number])[] = [
    ["The Darkwood", 0, 40, 22, 18],
    ["Wolf Meadow", 14, 26, 16, 13],
    ["Crossroads Shrine", 29, 42, 15, 12],
    ["Mirror Pond", 34, 10, 23, 19],
    ["The Fallen Hall", 60, 12, 25, 19],
    ["Stone Circle", 9, 8, 13, 11],
    ["Goblin Camp", 15, 65, 21, 17],
    ["Mushroom Grove", 44, 69, 15, 14],
    ["Old Mine", 78, 40, 13, 14],
    ["The Troll's Den", 66, 63, 25, 21],
  ];
  for (const [name, x, y, width, height] of areas) {
    p.add({
      layer: "areas",
      class: "area",
      name,
      x,
      y,
      width,
      height,
      properties: { safe: name === "Crossroads Shrine" },
    });
  }
}
