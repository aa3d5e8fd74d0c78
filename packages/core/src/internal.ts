export { SyncedDocument } from "./documents/document.ts";
export type { DocumentChange, DocumentCheck } from "./documents/document.ts";
export { cloneJson, freezeJson, isPlainObject } from "./documents/json.ts";
export { applyPatch, diffJson } from "./documents/json-patch.ts";
export type { JsonPatch, PatchOperation } from "./documents/json-patch.ts";
export { FixedStep } from "./tick/fixed-step.ts";
export type { FixedStepOptions } from "./tick/fixed-step.ts";
export { roomRates } from "./tick/rates.ts";
export type { Rates } from "./tick/rates.ts";
export { interestRules } from "./interest/interest-rules.ts";
export { ClientView } from "./replication/client-view.ts";
export type { ClientViewOptions } from "./replication/client-view.ts";
export { decodeFrame, encodeFrame } from "./replication/frame-codec.ts";
export { Frame } from "./replication/frame.ts";
export type {
  FrameBlob,
  FrameConfirm,
  FrameDocument,
  FrameEvent,
  FrameSeat,
} from "./replication/frame.ts";
export { FrameWriter } from "./replication/frame-writer.ts";
export type { SeatInfo } from "./replication/frame-writer.ts";
export { handlesMax } from "./replication/handle-table.ts";
export { Mirror } from "./replication/mirror.ts";
export type { MirrorOptions } from "./replication/mirror.ts";
export type { ReadableState } from "./replication/readable-writer.ts";
export { ReplicaEntity } from "./replication/replica-entity.ts";
export { Replica } from "./replication/replica.ts";
export { preciseFields } from "./replication/room-diff.ts";
export type { SeatView } from "./replication/seat-view.ts";
export { checkTeam, isForOneSeat } from "./world/audience.ts";
export { World } from "./world/world.ts";
export type { WorldState } from "./world/world-state.ts";
export { restoreWorld, saveWorld } from "./world/world-state.ts";
export { readTiledMap } from "./tiled/tiled-map.ts";
export type { TiledPorts } from "./tiled/tiled-map.ts";
export { ClockSync } from "./clock/clock-sync.ts";
export { PlaybackClock } from "./clock/playback-clock.ts";
export type { PlaybackOptions } from "./clock/playback-clock.ts";
export { EntityTrack } from "./interpolation/entity-track.ts";
export { trackPlan } from "./interpolation/track-plan.ts";
export type { TrackOptions, TrackPlan } from "./interpolation/track-plan.ts";
export { pendingMax } from "./prediction/input-history.ts";
export { predictionPlan } from "./prediction/prediction-plan.ts";
export type {
  PredictionOptions,
  PredictionPlan,
  StepFunction,
} from "./prediction/prediction-plan.ts";
export { Predictor } from "./prediction/predictor.ts";
export type { InputOutlet, PredictorOptions } from "./prediction/predictor.ts";
export { VirtualClock } from "./clock/virtual-clock.ts";
