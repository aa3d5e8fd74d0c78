import type { Budget } from "./budget.ts";
import { TiledError } from "./errors.ts";
import { Fields } from "./fields.ts";
import { flipsOf, GID_MAX, gidOf } from "./gids.ts";
import { readProperties } from "./properties.ts";
import type { MapObject, ObjectShape, Tileset } from "./tile-map.ts";
import { tilesetOf } from "./tile-map.ts";

const ID_MAX = 0x7fff_ffff;

/**
 * The objects of an object layer or of a tile. Positions are moved by (dx, dy) pixels. `tilesets` is left out for
 * a tile's shapes, which cannot be tiles themselves.
 */
export function readObjects(
  owner: Fields,
  budget: Budget,
  tilesets: readonly Tileset[] | undefined,
  dx: number,
  dy: number,
): MapObject[] {
  return owner.list("objects").map((value, index) => {
    budget.takeObject(owner.where);
    const id = new Fields(value, `${owner.where} object ${index}`).integer("id", 0, ID_MAX, 0);
    const fields = new Fields(value, `${owner.where} object ${id > 0 ? id : index}`);
    if (fields.has("template")) {
      throw new TiledError("unsupported", fields.where, "object templates; detach it in Tiled");
    }
    const rawGid = tilesets === undefined ? 0 : fields.integer("gid", 0, GID_MAX, 0);
    const gid = gidOf(rawGid);
    if (gid !== 0 && tilesetOf({ tilesets: tilesets! }, gid) === undefined) {
      throw new TiledError("invalid", fields.where, `tile ${gid} is in no tileset`);
    }
    const shape = readShape(fields, gid);
    return {
      id,
      name: fields.text("name", ""),
      className: fields.text("type", fields.text("class", "")),
      shape,
      x: fields.number("x", 0) + dx,
      y: fields.number("y", 0) + dy,
      width: readLength(fields, "width"),
      height: readLength(fields, "height"),
      rotation: fields.number("rotation", 0),
      visible: fields.flag("visible", true),
      opacity: fields.number("opacity", 1),
      points: readPoints(fields, shape),
      gid,
      flips: flipsOf(rawGid),
      text: shape === "text" ? new Fields(fields.raw("text"), fields.where).text("text", "") : "",
      properties: readProperties(fields, budget.limits.depthMax),
    };
  });
}

function readShape(fields: Fields, gid: number): ObjectShape {
  if (gid !== 0) return "tile";
  if (fields.has("polygon")) return "polygon";
  if (fields.has("polyline")) return "polyline";
  if (fields.has("text")) return "text";
  if (fields.flag("ellipse", false)) return "ellipse";
  if (fields.flag("capsule", false)) return "capsule";
  return fields.flag("point", false) ? "point" : "rectangle";
}

function readLength(fields: Fields, name: string): number {
  const length = fields.number(name, 0);
  if (length >= 0) return length;
  throw new TiledError("invalid", fields.where, `"${name}" is negative`);
}

function readPoints(fields: Fields, shape: ObjectShape): Float64Array {
  if (shape !== "polygon" && shape !== "polyline") return new Float64Array(0);
  const list = fields.list(shape);
  if (list.length < 2) throw new TiledError("invalid", fields.where, `${shape} without points`);
  const points = new Float64Array(list.length * 2);
  for (const [i, value] of list.entries()) {
    const point = new Fields(value, `${fields.where} ${shape}`);
    points[2 * i] = point.number("x");
    points[2 * i + 1] = point.number("y");
  }
  return points;
}
