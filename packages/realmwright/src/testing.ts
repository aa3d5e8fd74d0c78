/** What tests and bots of games need. Node only. */
export {
  bots,
  BotFleet,
  GameFiles,
  percentile,
  RoomStage,
  SimulatedNetwork,
  SimulatedRealm,
  TcpProxy,
} from "@realmwright/testkit";
export type {
  BotBehaviour,
  BotFigures,
  BotTurn,
  FleetOptions,
  NetworkConditions,
  RoomStageOptions,
  SimulatedRealmOptions,
  StagedEvent,
} from "@realmwright/testkit";
