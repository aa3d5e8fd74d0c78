import { Canvas } from "../lib/canvas.ts";
import { TILE } from "../tiles/corners.ts";

export interface TileOptions {
  solid?: boolean;
  /** What the tile is, for people who edit the maps. */
  name?: string;
  frameMs?: number;
}

/** A tile for Tiled's terrain brush: which colour of the set lies at each corner (nw, ne, sw, se). */
export interface WangTile {
  tile: number;
  corners: readonly [number, number, number, number];
}
export interface WangSet {
  name: string;
  colours: readonly { name: string; colour: string; tile: number }[];
  tiles: WangTile[];
}

interface Entry {
  picture: Canvas;
  solid: boolean;
  name: string | undefined;
  animation: { tileid: number; duration: number }[];
}

const COLUMNS = 16;

/** Tiles of one picture. Adding what is already there gives the same number again. */
export class Tileset {
  readonly name: string;
  readonly wangSets: WangSet[] = [];
  readonly #entries: Entry[] = [];
  readonly #known = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Adds a tile, or an animated one if there is more than one distinct frame; returns its number. */
  add(frames: readonly Canvas[], options: TileOptions = {}): number {
    const solid = options.solid ?? false;
    const still = frames.every((f) => f.data.every((c, i) => c === frames[0]?.data[i]));
    const used = still ? frames.slice(0, 1) : frames;
    const id = `${solid}:${used.map((f) => Buffer.from(f.data.buffer).toString("base64")).join("|")}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const first = this.#entries.length;
    this.#known.set(id, first);
    used.forEach((picture) =>
      this.#entries.push({ picture, solid, name: options.name, animation: [] }),
    );
    if (!still) {
      const animation = used.map((_, i) => ({
        tileid: first + i,
        duration: options.frameMs ?? 200,
      }));
      const entry = this.#entries[first];
      if (entry !== undefined) entry.animation = animation;
    }
    return first;
  }

  isSolid(tile: number): boolean {
    return this.#entries[tile]?.solid ?? false;
  }

  picture(): Canvas {
    const out = new Canvas(COLUMNS * TILE, Math.ceil(this.count / COLUMNS) * TILE);
    this.#entries.forEach((e, i) =>
      out.blit(e.picture, (i % COLUMNS) * TILE, Math.floor(i / COLUMNS) * TILE),
    );
    return out;
  }

  /** The tileset as Tiled's JSON. */
  toJson(): object {
    const tiles = this.#entries.flatMap((e, id) => {
      const properties = [
        ...(e.name === undefined ? [] : [{ name: "name", type: "string", value: e.name }]),
        ...(e.solid ? [{ name: "solid", type: "bool", value: true }] : []),
      ];
      if (properties.length === 0 && e.animation.length === 0) return [];
      return [
        {
          id,
          ...(properties.length > 0 ? { properties } : {}),
          ...(e.animation.length > 0 ? { animation: e.animation } : {}),
        },
      ];
    });
    const wangsets = this.wangSets.map((set) => ({
      name: set.name,
      type: "corner",
      tile: -1,
      colors: set.colours.map((c) => ({
        name: c.name,
        color: c.colour,
        tile: c.tile,
        probability: 1,
      })),
      wangtiles: set.tiles.map(({ tile, corners: [nw, ne, sw, se] }) => ({
        tileid: tile,
        wangid: [0, ne, 0, se, 0, sw, 0, nw],
      })),
    }));
    return {
      type: "tileset",
      version: "1.10",
      tiledversion: "1.11.0",
      name: this.name,
      image: `${this.name}.png`,
      imagewidth: COLUMNS * TILE,
      imageheight: Math.ceil(this.count / COLUMNS) * TILE,
      tilewidth: TILE,
      tileheight: TILE,
      tilecount: this.count,
      columns: COLUMNS,
      margin: 0,
      spacing: 0,
      tiles,
      ...(wangsets.length > 0 ? { wangsets } : {}),
    };
  }
}
