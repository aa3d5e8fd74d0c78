/** How much a Tiled file may ask for. Passing one is a `TiledError` with reason `too-large`. */
export interface TiledLimits {
  /** One file (map or tileset), in bytes, or UTF-16 units when it is given as a string. */
  readonly fileSizeMax: number;
  /** Tiles along either side of the map; for an infinite map, of the box around all its chunks. */
  readonly sideMax: number;
  /** Tiles of all layers (and chunks) together; each costs 4 bytes. */
  readonly tilesMax: number;
  /** Layers of every kind, groups included. */
  readonly layersMax: number;
  /** Groups inside groups, and class or list properties inside properties. */
  readonly depthMax: number;
  /** Objects of all object layers and of all tiles' collision shapes together. */
  readonly objectsMax: number;
  readonly tilesetsMax: number;
  /** Elements of one XML file. */
  readonly elementsMax: number;
}

export const TILED_LIMITS: TiledLimits = {
  fileSizeMax: 32 * 1024 * 1024,
  sideMax: 4096,
  tilesMax: 64 * 1024 * 1024,
  layersMax: 64,
  depthMax: 16,
  objectsMax: 65_536,
  tilesetsMax: 256,
  elementsMax: 512 * 1024,
};
