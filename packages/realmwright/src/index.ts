/** The game's definition: what server and client share. Runs in the browser too. */
export { defineGame, gameOwner, room } from "@realmwright/core";
export type {
  Applicant,
  DocumentHandle,
  EmitTarget,
  Entity,
  EntityBase,
  Files,
  GameDefinition,
  GameStorage,
  InterestOptions,
  Later,
  ObjectOperation,
  ObjectPage,
  ObjectPlace,
  ObjectResult,
  Player,
  Point,
  PredictOptions,
  Refusal,
  Room,
  RoomDefinition,
  RoomLog,
  RoomOptions,
  Spawn,
  StoredObject,
} from "@realmwright/core";
export {
  clearWay,
  CollisionGrid,
  FLIP_DIAGONAL,
  FLIP_X,
  FLIP_Y,
  lineOfSight,
  moveBody,
  nearestFree,
  PathFinder,
  PathQueue,
  Random,
  raycast,
  reachable,
  smoothPath,
  TiledError,
  tileOf,
  tilesetOf,
} from "@realmwright/core";
export type { BodyShape, BoxBody, Position, RayHit, RoundBody } from "@realmwright/core";
export { cosine, headingOf, sine, wrapAngle } from "@realmwright/core";
export { document, entity, event, input, t } from "@realmwright/protocol";
export type {
  Audience,
  DocumentDefinition,
  EntityDefinition,
  EntityId,
  EventDefinition,
  Field,
  Fields,
  FieldSpec,
  InputDefinition,
  Json,
  Of,
  ValueOf,
  ValuesOf,
} from "@realmwright/protocol";
export { errors, limits, RealmError } from "@realmwright/protocol";
export type { ErrorAction, ErrorCode, ErrorPayload, WebSocketMessage } from "@realmwright/protocol";
export { collisionGrid } from "@realmwright/core";
export type {
  MapObject,
  ObjectLayer,
  Properties,
  TileLayer,
  TileMap,
  Tileset,
} from "@realmwright/core";
