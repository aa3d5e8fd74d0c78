import { randomBytes } from "node:crypto";
import { createMemoryHot } from "../../hot/memory/memory-hot.ts";
import { openRedisHot } from "../../hot/redis/redis-hot.ts";
import { engines, type EngineName } from "../../hot/testing/hot-stage.ts";
import { PrivateServer } from "../../hot/testing/private-server.ts";
import type { Hot } from "../../ports/hot.ts";
import type { ScriptEngine } from "../../ports/script-engine.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { limitValues } from "../../session/limit-values.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { EmbeddedEngine } from "../embedded-engine.ts";
import { openRedisEngine } from "../redis/redis-engine.ts";

/** A script engine of one kind with the hot state that goes with it: embedded beside memory, or inside a server. */
export interface EngineStage {
  readonly engine: ScriptEngine;
  readonly hot: Hot;
  readonly log: RecordedLog;
  /** Undefined where the engine is embedded. */
  readonly server: PrivateServer | undefined;
  /** The same engine as another node has it. Embedded there is but one. */
  another(): Promise<ScriptEngine>;
  /** The hot state as another node has it. In memory there is but one. */
  anotherHot(): Promise<Hot>;
  close(): Promise<void>;
}

/** On a server keys and channels carry a prefix. */
export const stagePrefix = "stage:";

export async function openEngineStage(name: EngineName): Promise<EngineStage> {
  const binary = engines[name];
  const log = new RecordedLog();
  const common = { clock: systemClock(), log, randomBytes, limits: limitValues() };
  if (binary === undefined) {
    const engine = await EmbeddedEngine.start(common);
    const hot = createMemoryHot(common);
    const close = async (): Promise<void> => {
      await engine.close();
      await hot.close();
    };
    return {
      engine,
      hot,
      log,
      server: undefined,
      another: async () => engine,
      anotherHot: async () => hot,
      close,
    };
  }
  const server = await PrivateServer.start(binary);
  const { url } = server;
  const opened: { close(): Promise<void> }[] = [];
  const another = async (): Promise<ScriptEngine> => {
    const engine = await openRedisEngine({ ...common, url, prefix: stagePrefix });
    opened.push(engine);
    return engine;
  };
  const engine = await another();
  const anotherHot = async (): Promise<Hot> => {
    const hot = await openRedisHot({ ...common, url, prefix: stagePrefix });
    opened.push(hot);
    return hot;
  };
  const hot = await anotherHot();
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
    await server.stop();
  };
  return { engine, hot, log, server, another, anotherHot, close };
}
