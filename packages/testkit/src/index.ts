export { RoomStage } from "./room-stage.ts";
export type { RoomStageOptions, StagedEvent } from "./room-stage.ts";
export { GameFiles } from "@realmwright/server/internal";
export { SimulatedNetwork } from "./simulation/simulated-network.ts";
export type { NetworkConditions } from "./simulation/lane.ts";
export { SimulatedRealm } from "./simulation/simulated-realm.ts";
export type { SimulatedRealmOptions } from "./simulation/simulated-realm.ts";
