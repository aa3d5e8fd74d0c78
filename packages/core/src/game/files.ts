import type { TileMap } from "../tiled/tile-map.ts";

/** Reads the game's own `assets` folder. Paths are relative to it; one that leaves it is refused. */
export interface Files {
  text(path: string): Promise<string>;
  bytes(path: string): Promise<Uint8Array>;
  /** A Tiled map, JSON (.tmj, .json) or TMX, with its external tilesets. */
  map(path: string): Promise<TileMap>;
}
