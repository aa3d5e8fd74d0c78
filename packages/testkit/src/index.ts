export { RoomStage } from "./room-stage.ts";
export type { RoomStageOptions, StagedEvent } from "./room-stage.ts";
export { GameFiles } from "@realmwright/server/internal";
