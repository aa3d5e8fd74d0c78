import type { Random } from "@realmwright/core";
import type { Json } from "./map-sample.ts";

/* Single faults in maps that are valid otherwise: what a random change would take long to hit upon. */

type Fault = (map: Json, random: Random) => void;

const layersOf = (map: Json): Json[] => map["layers"] as Json[];
const ground = (map: Json): Json => layersOf(map)[0]!;
const firstSet = (map: Json): Json => (map["tilesets"] as Json[])[0]!;

function addObject(map: Json, object: Json): void {
  layersOf(map).push({ type: "objectgroup", name: "Things", objects: [{ id: 7, ...object }] });
}

function addProperty(map: Json, property: Json): void {
  map["properties"] = [property];
}

/** As many empty tiles as the map has. */
function tiles(map: Json): unknown[] {
  return Array<number>(Number(map["width"]) * Number(map["height"])).fill(0);
}

function plainData(map: Json, data: unknown): void {
  Object.assign(ground(map), { encoding: "csv", compression: undefined, data });
}

/** A value inside of so many others. */
function nested(levels: number, wrap: (inner: unknown) => unknown, core: unknown): unknown {
  let value = core;
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
}

const faults: readonly Fault[] = [
  // the shape of tile data
  (map, random) => plainData(map, [...tiles(map), random.pick([0, 1])]),
  (map, random) =>
    plainData(map, [...tiles(map).slice(1), random.pick([0.5, -1, "x", null, 2 ** 32])]),
  (map) => plainData(map, tiles(map).slice(1).join(",")),
  (map) => plainData(map, [...tiles(map), 1].join(",")),
  (map, random) => {
    const wrong = random.pick(["", "-1", "1 2", "x", "4294967296"]);
    plainData(map, [wrong, ...tiles(map).slice(1), ""].join(","));
  },
  (map) => Object.assign(ground(map), { encoding: "hex", data: "00" }),
  (map) => Object.assign(ground(map), { encoding: "base64", data: "AAAA", compression: undefined }),
  (map) => Object.assign(ground(map), { width: 63, height: 63 }),
  // more than there may be
  (map) => layersOf(map).push(...Array.from({ length: 20 }, () => ({ type: "imagelayer" }))),
  (map) => {
    const objects = Array.from({ length: 201 }, () => ({ x: 0, y: 0 }));
    layersOf(map).push({ type: "objectgroup", objects });
  },
  (map) => {
    const chunk = (x: number): Json => ({ x, y: 0, width: 64, height: 64, data: [] });
    const layer = { type: "tilelayer", chunks: [chunk(0), chunk(0), chunk(0)] };
    Object.assign(map, { infinite: true, layers: [layer] });
  },
  (map) => {
    const chunk = { x: 0, y: 0, width: 1, height: 1, data: [0] };
    const layer = { type: "tilelayer", chunks: [chunk, { ...chunk, x: 64 }] };
    Object.assign(map, { infinite: true, layers: [layer] });
  },
  (map) => {
    const sets = Array.from({ length: 5 }, (_, i) => ({ ...firstSet(map), firstgid: i * 200 + 1 }));
    map["tilesets"] = sets;
  },
  (map) => {
    const deep = nested(8, (inner) => ({ type: "group", name: "g", layers: [inner] }), ground(map));
    layersOf(map).push(deep as Json);
  },
  (map) => {
    const value = nested(8, (inner) => ({ a: inner }), 1);
    addProperty(map, { name: "deep", type: "class", value });
  },
  (map) => {
    const value = nested(8, (inner) => [{ type: "list", value: inner }], []);
    addProperty(map, { name: "deep", type: "list", value });
  },
  // objects
  (map) => addObject(map, { template: "a.tx" }),
  (map) => addObject(map, { gid: 77 }),
  (map, random) => addObject(map, { [random.pick(["width", "height"])]: -1 }),
  (map, random) => addObject(map, { [random.pick(["polygon", "polyline"])]: [{ x: 1, y: 1 }] }),
  (map) => addObject(map, { polygon: [{ x: 1 }, { y: 2 }] }),
  // properties
  (map) => addProperty(map, { name: "__proto__", type: "string", value: "x" }),
  (map) =>
    addProperty(map, JSON.parse('{"name":"c","type":"class","value":{"__proto__":1}}') as Json),
  (map, random) => {
    const [type, value] = random.pick([
      ["int", 0.5],
      ["object", "x"],
      ["int", 2 ** 60],
      ["float", "x"],
      ["bool", "yes"],
    ]);
    addProperty(map, { name: "p", type, value });
  },
  (map) => addProperty(map, { name: "p", type: "odd", value: "x" }),
  (map) => addProperty(map, { type: "string", value: "nameless" }),
  // tilesets
  (map, random) => {
    const source = random.pick([
      "/etc/a.tsx",
      "C:\\a.tsx",
      "http://a/b.tsx",
      "a\u0000.tsx",
      "gone.tsx",
    ]);
    map["tilesets"] = [{ firstgid: 1, source }];
  },
  (map) => (firstSet(map)["tiles"] = [{ id: 1 }, { id: 1 }]),
  (map) => (firstSet(map)["objectalignment"] = "middle"),
  (map) => (firstSet(map)["firstgid"] = 101),
  (map) => (map["orientation"] = "hexagonal"),
  // beyond all numbers, two together
  (map, random) => {
    const by = random.pick([{ offsetx: 1e308 }, { opacity: 1e200 }, { parallaxy: 1e200 }]);
    const inner = { type: "objectgroup", objects: [], ...by };
    layersOf(map).push({ type: "group", layers: [inner], ...by });
  },
];

/** Puts one fault into a map. */
export function addFault(map: Json, random: Random): void {
  random.pick(faults)(map, random);
}

/** The text of a map with a fault that no value can express: beyond all numbers, two roots, too much of it. */
export function faultyText(text: string, random: Random): string {
  const isXml = text.startsWith("<");
  switch (random.integer(0, 4)) {
    case 0:
      return `${text}<map/>`;
    case 1:
      return text.replace(
        /(tilewidth"?[:=]"?)\d+/,
        `$1${random.pick(["1e999", "-1e999", "0", "1.5"])}`,
      );
    case 2:
      if (isXml) return `${text}${"<a/>".repeat(3000)}`;
      return random.chance(0.5) ? text.slice(0, -1) : text.replace('"type":"tilelayer",', "");
    case 3:
      return isXml
        ? text.replace("</map>", '<objectgroup><object y="-1e999"/></objectgroup></map>')
        : text.replace('"layers":[', '"layers":[{"type":"objectgroup","objects":[{"y":-1e999}]},');
    default:
      return text + " ".repeat(1024 * 1024);
  }
}
