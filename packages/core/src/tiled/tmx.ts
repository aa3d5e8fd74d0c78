import type { XmlElement } from "./xml.ts";

type Json = { [name: string]: unknown };

const NUMBERS: ReadonlySet<string> = new Set(
  (
    "width height tilewidth tileheight firstgid id gid x y rotation opacity offsetx offsety parallaxx parallaxy " +
    "tilecount columns margin spacing tileid duration"
  ).split(" "),
);
const FLAGS: ReadonlySet<string> = new Set(["visible", "infinite"]);
const LAYER_TYPES: ReadonlyMap<string, string> = new Map([
  ["layer", "tilelayer"],
  ["objectgroup", "objectgroup"],
  ["imagelayer", "imagelayer"],
  ["group", "group"],
]);

/** A `<map>` as the JSON format would have it, so that one reader serves both. Meaning is checked there. */
export function mapFromXml(element: XmlElement): Json {
  return {
    ...plain(element),
    tilesets: all(element, "tileset").map(tilesetFromXml),
    layers: layersFromXml(element),
  };
}

/** A `<tileset>`, in a map or alone in its file, as the JSON format would have it. */
export function tilesetFromXml(element: XmlElement): Json {
  const offset = first(element, "tileoffset");
  return {
    ...plain(element),
    ...imageOf(element),
    ...(offset && { tileoffset: plain(offset) }),
    tiles: all(element, "tile").map((tile) => {
      const shapes = first(tile, "objectgroup");
      const animation = first(tile, "animation");
      return {
        ...plain(tile),
        ...imageOf(tile),
        ...(shapes && { objectgroup: { objects: all(shapes, "object").map(objectFromXml) } }),
        ...(animation && { animation: all(animation, "frame").map(plain) }),
      };
    }),
  };
}

function layersFromXml(parent: XmlElement): Json[] {
  const layers: Json[] = [];
  for (const element of parent.children) {
    const type = LAYER_TYPES.get(element.name);
    if (type === undefined) continue;
    const layer: Json = { ...plain(element), type };
    const data = first(element, "data");
    if (data) Object.assign(layer, dataFromXml(data));
    if (type === "group") layer["layers"] = layersFromXml(element);
    if (type === "objectgroup") layer["objects"] = all(element, "object").map(objectFromXml);
    layers.push(layer);
  }
  return layers;
}

function dataFromXml(data: XmlElement): Json {
  const encoding = data.attributes.get("encoding");
  const compression = data.attributes.get("compression");
  const chunks = all(data, "chunk");
  return {
    // Without an encoding the tiles are elements, which is what JSON calls CSV: a list of numbers.
    encoding: encoding ?? "csv",
    ...(compression !== undefined && { compression }),
    ...(chunks.length > 0
      ? { chunks: chunks.map((chunk) => ({ ...plain(chunk), data: tilesIn(chunk, encoding) })) }
      : { data: tilesIn(data, encoding) }),
  };
}

function tilesIn(element: XmlElement, encoding: string | undefined): string | unknown[] {
  if (encoding !== undefined) return element.text;
  return all(element, "tile").map((tile) => numeral(tile.attributes.get("gid") ?? "0"));
}

function objectFromXml(element: XmlElement): Json {
  const object = plain(element);
  for (const child of element.children) {
    switch (child.name) {
      case "ellipse":
      case "capsule":
      case "point":
        object[child.name] = true;
        break;
      case "polygon":
      case "polyline":
        object[child.name] = points(child.attributes.get("points") ?? "");
        break;
      case "text":
        object["text"] = { text: child.text };
        break;
    }
  }
  return object;
}

function points(text: string): Json[] {
  return text
    .split(/\s+/)
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [x = "", y = "", ...rest] = pair.split(",");
      return rest.length === 0 ? { x: numeral(x), y: numeral(y) } : { x: pair, y: pair };
    });
}

function imageOf(element: XmlElement): Json {
  const image = first(element, "image");
  if (!image) return {};
  const { source, width, height } = plain(image);
  return { image: source, imagewidth: width, imageheight: height };
}

/** The attributes, numbers as numbers, with the custom properties. */
function plain(element: XmlElement): Json {
  const json: Json = {};
  for (const [name, text] of element.attributes) {
    if (NUMBERS.has(name)) json[name] = numeral(text);
    else if (FLAGS.has(name)) json[name] = text === "1" ? true : text === "0" ? false : text;
    else if (name !== "properties") json[name] = text;
  }
  const properties = first(element, "properties");
  if (properties) json["properties"] = all(properties, "property").map(propertyFromXml);
  return json;
}

function propertyFromXml(element: XmlElement): Json {
  const type = element.attributes.get("type") ?? "string";
  const name = element.attributes.get("name");
  return { ...(name !== undefined && { name }), type, value: valueFromXml(element, type) };
}

function valueFromXml(element: XmlElement, type: string): unknown {
  const members = first(element, "properties");
  if (type === "class") return members ? membersFromXml(members) : {};
  if (type === "list") return all(element, "item").map(propertyFromXml);
  const text = element.attributes.get("value") ?? element.text;
  if (type === "int" || type === "float" || type === "object") return numeral(text);
  if (type === "bool") return text === "true" ? true : text === "false" ? false : text;
  return text;
}

/** Members become own fields whatever their names, as `JSON.parse` would make them. */
function membersFromXml(members: XmlElement): Json {
  return Object.fromEntries(
    all(members, "property").map((member) => {
      const { name, value } = propertyFromXml(member);
      return [typeof name === "string" ? name : "", value];
    }),
  );
}

/** A number, or the text itself where it is none, for the reader to complain about. */
function numeral(text: string): number | string {
  // no two parts can share the same digits, or a long row of them would be tried in all divisions
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

function first(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function all(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
