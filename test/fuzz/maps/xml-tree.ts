import type { Random } from "@realmwright/core";
import type { Json } from "./map-sample.ts";

/* Maps in Tiled's XML, made from its JSON, and XML that no tool would write. */

export interface Element {
  name: string;
  attributes: [string, string][];
  children: Element[];
  text: string;
}

const element = (name: string, attributes: Json = {}, children: Element[] = []): Element => ({
  name,
  attributes: Object.entries(attributes).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, attributeText(value)]],
  ),
  children,
  text: "",
});

function attributeText(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** A map of the JSON format as XML. */
export function mapElement(map: Json): Element {
  const { tilesets, layers, properties, type: _, ...rest } = map;
  return element("map", rest, [
    ...propertyElements(properties),
    ...list(tilesets).map(tilesetElement),
    ...list(layers).map(layerElement),
  ]);
}

export function tilesetElement(tileset: Json): Element {
  const {
    properties,
    tiles,
    tileoffset,
    image,
    imagewidth,
    imageheight,
    type: _,
    ...rest
  } = tileset;
  return element("tileset", rest, [
    ...(tileoffset === undefined ? [] : [element("tileoffset", tileoffset as Json)]),
    ...propertyElements(properties),
    ...(image === undefined
      ? []
      : [element("image", { source: image, width: imagewidth, height: imageheight })]),
    ...list(tiles).map(tileElement),
  ]);
}

function tileElement({ id, type, properties, objectgroup, animation }: Json): Element {
  const { objects } = (objectgroup ?? {}) as Json;
  return element("tile", { id, type }, [
    ...propertyElements(properties),
    ...(objectgroup === undefined ? [] : [element("objectgroup", {}, objectElements(objects))]),
    ...(animation === undefined
      ? []
      : [
          element(
            "animation",
            {},
            list(animation).map((frame) => element("frame", frame)),
          ),
        ]),
  ]);
}

function layerElement(layer: Json): Element {
  const { type, properties, objects, layers, data, chunks, encoding, compression, image, ...rest } =
    layer;
  const own = propertyElements(properties);
  if (type === "objectgroup")
    return element("objectgroup", rest, [...own, ...objectElements(objects)]);
  if (type === "group") return element("group", rest, [...own, ...list(layers).map(layerElement)]);
  if (type === "imagelayer") {
    return element("imagelayer", rest, [...own, element("image", { source: image })]);
  }
  const content = element("data", { encoding, compression });
  if (chunks === undefined) fill(content, data, encoding);
  else {
    for (const { data: inner, ...place } of list(chunks)) {
      const chunk = element("chunk", place);
      fill(chunk, inner, encoding);
      content.children.push(chunk);
    }
  }
  return element("layer", rest, [...own, content]);
}

function fill(into: Element, data: unknown, encoding: unknown): void {
  if (encoding === undefined) {
    into.children = (data as number[]).map((gid) => element("tile", gid === 0 ? {} : { gid }));
  } else into.text = Array.isArray(data) ? `\n${data.join(",")}\n` : ` ${String(data)}\n`;
}

function objectElements(objects: unknown): Element[] {
  return list(objects).map((object) => {
    const { properties, point, ellipse, capsule, polygon, polyline, text, ...rest } = object;
    const children = propertyElements(properties);
    for (const [name, flag] of Object.entries({ point, ellipse, capsule })) {
      if (flag === true) children.push(element(name));
    }
    for (const [name, points] of Object.entries({ polygon, polyline })) {
      if (points === undefined) continue;
      const pairs = list(points).map(({ x, y }) => `${String(x)},${String(y)}`);
      children.push(element(name, { points: pairs.join(" ") }));
    }
    if (text !== undefined) {
      children.push({ ...element("text"), text: String((text as Json)["text"]) });
    }
    return element("object", rest, children);
  });
}

function propertyElements(properties: unknown): Element[] {
  const all = list(properties);
  return all.length === 0
    ? []
    : [
        element(
          "properties",
          {},
          all.map((of) => propertyElement("property", of)),
        ),
      ];
}

function propertyElement(tag: string, { name, type, value }: Json): Element {
  if (type === "class") {
    const members = Object.entries(value as Json).map(([key, inner]) =>
      propertyElement("property", { name: key, type: typeOf(inner), value: inner }),
    );
    return element(tag, { name, type }, [element("properties", {}, members)]);
  }
  if (type === "list") {
    const items = list(value).map((item) => propertyElement("item", item));
    return element(tag, { name, type }, items);
  }
  return element(tag, { name, type, value: type === "bool" ? String(value) : value });
}

function typeOf(value: unknown): string {
  return typeof value === "object" ? "class" : typeof value === "number" ? "float" : "string";
}

export function xmlText(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${print(root)}`;
}

function print({ name, attributes, children, text }: Element): string {
  const list = attributes.map(([key, value]) => ` ${key}="${escape(value)}"`).join("");
  const content = children.map(print).join("") + escape(text);
  return content === "" ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

/** What stands in angle brackets or is a reference is one already, where a mutation has put it. */
function escape(text: string): string {
  if (text.startsWith(RAW)) return text.slice(1);
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#x9;");
}

const RAW = "\uE000";

const oddTexts = [
  "",
  "0",
  "-1",
  "1e9",
  "99999999999",
  "1e999",
  "NaN",
  "0x10",
  " 1 ",
  "true",
  "1,2,3",
  "1,,2",
  "1,2 3",
  "9".repeat(40),
  "x".repeat(5000),
  "AAAA",
  "A=A=",
  "!",
  "base64",
  "csv",
  "zlib",
  "lzma",
  "isometric",
  "__proto__",
  "../../../etc/passwd",
  "http://a.example/x.tsx",
  `${RAW}&lol;`,
  `${RAW}&#0;`,
  `${RAW}&#xD800;`,
  `${RAW}&#x41;`,
  `${RAW}<![CDATA[1,2]]>`,
  `${RAW}<!-- -- -->`,
  `${RAW}<?pi ?>`,
  `${RAW}</data>`,
  `${RAW}<`,
  `${RAW}<!DOCTYPE a [<!ENTITY b "c">]>`,
  `${RAW}<a>`.repeat(1) + "<a>".repeat(100),
];
const names =
  "map layer data chunk object objectgroup group tileset tile properties property image a __proto__ constructor".split(
    " ",
  );
const attributes =
  "width height id gid firstgid x y encoding compression source name type value infinite __proto__ tilewidth points template".split(
    " ",
  );

/** Changes an element in place, here or inside. */
export function mutateElement(root: Element, random: Random): void {
  let at = root;
  while (at.children.length > 0 && random.chance(0.75)) at = random.pick(at.children);
  const attribute = at.attributes.length === 0 ? undefined : random.pick(at.attributes);
  switch (random.integer(0, 7)) {
    case 0:
      if (attribute !== undefined) attribute[1] = random.pick(oddTexts);
      return;
    case 1:
      if (attribute !== undefined) attribute[0] = random.pick(attributes);
      return;
    case 2:
      at.attributes.splice(random.integer(0, at.attributes.length), 1);
      return;
    case 3:
      at.attributes.push([random.pick(attributes), random.pick(oddTexts)]);
      return;
    case 4:
      at.name = random.pick(names);
      return;
    case 5:
      at.text = random.pick(oddTexts);
      return;
    case 6:
      at.children.splice(random.integer(0, at.children.length), 1);
      return;
    default: {
      const copy = at.children.length === 0 ? structuredClone(root) : random.pick(at.children);
      // many of what is small
      const many = copy.children.length === 0 && random.chance(0.2) ? random.integer(50, 300) : 1;
      for (let i = 0; i < many; i++) at.children.push(structuredClone(copy));
    }
  }
}
