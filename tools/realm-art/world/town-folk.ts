import type { Painter } from "./painter.ts";

const point = (x: number, y: number) => ({ x: x + 0.5, y: y + 0.5 });

/** Doors, arrival points, people, signs and named places of the town. */
export function folk(p: Painter): void {
  p.add({
    layer: "doors",
    class: "door",
    name: "east-gate",
    x: 56,
    y: 27,
    width: 2,
    height: 3,
    properties: { to: "forest", spawn: "from-town" },
  });
  p.add({ layer: "spawns", class: "spawn", name: "start", ...point(39, 31) });
  p.add({ layer: "spawns", class: "spawn", name: "from-forest", ...point(53, 28) });
  p.add({
    layer: "areas",
    class: "area",
    name: "Rivermead",
    x: 18,
    y: 9,
    width: 38,
    height: 42,
    properties: { safe: true },
  });
  p.add({
    layer: "areas",
    class: "area",
    name: "Millbank Farm",
    x: 1,
    y: 10,
    width: 11,
    height: 40,
    properties: { safe: true },
  });
  p.add({
    layer: "areas",
    class: "area",
    name: "South Meadow",
    x: 19,
    y: 52,
    width: 37,
    height: 11,
    properties: { safe: false },
  });
  p.add({
    layer: "monsters",
    class: "monster-area",
    name: "meadow-slimes",
    x: 25,
    y: 54,
    width: 27,
    height: 5,
    properties: { monster: "slime", count: 6, level: 1 },
  });
  const people: readonly (readonly [string, string, number, number, string])[] = [
    [
      "Marla",
      "merchant",
      29,
      35,
      "Apples from Millbank, picked this morning. Eat one before you meet the wolves!",
    ],
    ["Odo the Baker", "villager-b", 33, 35, "Mind the crumbs. A full belly walks twice as far."],
    [
      "Sister Wren",
      "elder",
      24,
      14,
      "The shrine remembers every traveller. Should you fall, you will wake in town.",
    ],
    [
      "Bram",
      "guard",
      52,
      30,
      "The forest lies beyond this gate. Wolves by the crossroads, and worse to the east.",
    ],
    ["Hesta", "smith", 47, 22, "A dull blade is only a heavy stick. Keep yours keen."],
    [
      "Pip",
      "villager-a",
      36,
      31,
      "I threw a coin in the fountain and wished for a dragon. Not yet.",
    ],
    [
      "Old Tam",
      "villager-c",
      9,
      28,
      "Forty harvests I have seen. Never so many slimes as this year.",
    ],
    [
      "Linnet",
      "villager-d",
      30,
      23,
      "Herbs that heal grow where it is darkest. Bring a friend along.",
    ],
    [
      "Rook",
      "ranger",
      41,
      45,
      "Slimes in the South Meadow. A good place to learn which end of the sword is which.",
    ],
  ];
  for (const [name, look, x, y, says] of people) {
    p.reserve(x, y, 1, 1);
    p.add({ layer: "npcs", class: "npc", name, ...point(x, y), properties: { look, says } });
  }
  const signs: readonly (readonly [string, number, number, string])[] = [
    ["west-road", 21, 26, "West: the bridge and Millbank Farm. East: the plaza."],
    ["east-road", 52, 26, "East gate. The forest begins here. Go armed."],
    ["south-road", 36, 45, "South gate. The meadow is full of slimes: beginners welcome."],
    ["farm", 9, 31, "Millbank Farm. Please shut the gate and leave the pumpkins."],
    [
      "notices",
      30,
      26,
      "WANTED: the troll of the eastern den. Reward: the thanks of all Rivermead.",
    ],
  ];
  for (const [name, x, y, text] of signs) {
    p.add({
      layer: "signs",
      class: "sign",
      name,
      x,
      y,
      width: name === "notices" ? 2 : 1,
      height: 1,
      properties: { text },
    });
  }
}
