import type { TiledPorts } from "../tiled-map.ts";

/** Ports of a map that stands alone: nothing to load, nothing to decompress. */
export const noPorts: TiledPorts = {
  load: (name) => Promise.reject(new Error(`no file ${name}`)),
  inflate: () => Promise.reject(new Error("nothing is compressed")),
};

type Json = Readonly<Record<string, unknown>>;

export const tileset: Json = {
  firstgid: 1,
  name: "things",
  tilewidth: 16,
  tileheight: 16,
  tilecount: 8,
  columns: 4,
};

export function tileLayer(width: number, height: number, more: Json = {}): Json {
  const data = Array.from({ length: width * height }, (_, i) => i % 3);
  return { type: "tilelayer", id: 1, name: "Ground", width, height, data, ...more };
}

export function objectLayer(objects: readonly Json[], more: Json = {}): Json {
  return { type: "objectgroup", id: 2, name: "Things", objects, ...more };
}

/** A map in Tiled's JSON format. */
export function mapJson(more: Json = {}): string {
  return JSON.stringify({
    type: "map",
    orientation: "orthogonal",
    width: 4,
    height: 3,
    tilewidth: 16,
    tileheight: 16,
    infinite: false,
    tilesets: [tileset],
    layers: [tileLayer(4, 3)],
    ...more,
  });
}

/** A map in Tiled's XML format, 4 by 3 tiles, around the given layers. */
export function mapXml(content: string, attributes = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<map version="1.10" orientation="orthogonal" width="4" height="3" tilewidth="16" tileheight="16" infinite="0" ${attributes}>
 <tileset firstgid="1" name="things" tilewidth="16" tileheight="16" tilecount="8" columns="4"/>
${content}
</map>
`;
}
