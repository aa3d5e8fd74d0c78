export { defineGame, room } from "./game/definition.ts";
export type {
  Applicant,
  GameDefinition,
  Handlers,
  InterestOptions,
  PredictOptions,
  RoomDefinition,
  RoomOptions,
} from "./game/definition.ts";
export type { Files } from "./game/files.ts";
export type {
  DocumentHandle,
  EmitTarget,
  Entity,
  EntityBase,
  Later,
  Player,
  Point,
  Refusal,
  Room,
  RoomLog,
  Spawn,
} from "./game/room.ts";
export { gameOwner } from "./game/storage.ts";
export type {
  DeleteOperation,
  GameStorage,
  ObjectOperation,
  ObjectPage,
  ObjectPermissions,
  ObjectPlace,
  ObjectResult,
  ReadOperation,
  StoredObject,
  WriteOperation,
} from "./game/storage.ts";
export { cosine, headingOf, sine, wrapAngle } from "./math/angle.ts";
export { CollisionGrid } from "./navigation/collision-grid.ts";
export { moveBody, TOUCHED_X, TOUCHED_Y } from "./navigation/move-body.ts";
export type { BodyShape, BoxBody, Position, RoundBody } from "./navigation/move-body.ts";
export { clearWay, lineOfSight, raycast } from "./navigation/sight.ts";
export type { RayHit } from "./navigation/sight.ts";
export { nearestFree, reachable } from "./navigation/flood.ts";
export { Random } from "./random/random.ts";
export { collisionGrid } from "./navigation/map-collision.ts";
export type { CollisionRules } from "./navigation/map-collision.ts";
export { smoothPath } from "./navigation/path.ts";
export type { PathResult } from "./navigation/path.ts";
export { PathFinder } from "./navigation/path-finder.ts";
export type { PathFinderOptions } from "./navigation/path-finder.ts";
export { PathQueue } from "./navigation/path-queue.ts";
export type { PathQueueOptions } from "./navigation/path-queue.ts";
export { FLIP_DIAGONAL, FLIP_X, FLIP_Y, tileOf, tilesetOf } from "./tiled/tile-map.ts";
export type {
  Layer,
  MapObject,
  ObjectAlignment,
  ObjectLayer,
  ObjectShape,
  Properties,
  PropertyValue,
  Tile,
  TileFrame,
  TileImage,
  TileLayer,
  TileMap,
  Tileset,
} from "./tiled/tile-map.ts";
export { TiledError } from "./tiled/errors.ts";
export type { TiledErrorReason } from "./tiled/errors.ts";
