export { createServer } from "./server.ts";
export type { Server, ServerOptions, ServerStats } from "./server.ts";
export type { EdgeCounters } from "./edge/counters.ts";
export type { HttpExtension } from "./http/extension.ts";
export type { RoomSummary } from "./host/host.ts";
export { createLog } from "./logging/pino-log.ts";
export type { LogOptions } from "./logging/pino-log.ts";
export type { Clock } from "./ports/clock.ts";
export type { Log } from "./ports/log.ts";
