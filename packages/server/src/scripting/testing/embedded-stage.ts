import { Worker } from "node:worker_threads";
import { RealmError, type LimitName } from "@realmwright/protocol";
import type { Clock } from "../../ports/clock.ts";
import type { ScriptBudget, ScriptOutcome, ScriptValue } from "../../ports/script-engine.ts";
import { systemClock } from "../../scheduler/system-clock.ts";
import { RecordedLog } from "../../testing/recorded-log.ts";
import { limitValues } from "../../session/limit-values.ts";
import { EmbeddedEngine } from "../embedded-engine.ts";

/** An embedded engine whose wall time and workers a test holds. */
export class EmbeddedStage {
  readonly log = new RecordedLog();
  readonly workers: Worker[] = [];
  /** Wall time; only the test moves it. */
  wallMs = 1_000_000_000_123;
  engine!: EmbeddedEngine;
  /** Gets each worker from here on. */
  spawned: (worker: Worker) => void = () => undefined;

  /** @param time by which the engine ends a script that does not end by itself. Default: real time. */
  static async open(
    limits: Partial<Record<LimitName, number>> = {},
    time: Pick<Clock, "nowMs" | "at"> = systemClock(),
  ): Promise<EmbeddedStage> {
    const stage = new EmbeddedStage();
    const clock: Clock = {
      nowMs: () => time.nowMs(),
      at: (atMs, call) => time.at(atMs, call),
      wallMs: () => stage.wallMs,
    };
    stage.engine = await EmbeddedEngine.start({
      clock,
      log: stage.log,
      limits: limitValues(limits),
      spawn: (file, options) => {
        const worker = new Worker(file, options);
        stage.workers.push(worker);
        stage.spawned(worker);
        return worker;
      },
    });
    return stage;
  }

  /** Loads the source and calls it. */
  async run(
    source: string,
    keys: readonly string[] = [],
    args: readonly string[] = [],
    budget?: ScriptBudget,
  ): Promise<ScriptOutcome> {
    const { name, version } = await this.engine.load("test.lua", source);
    return this.engine.call(name, version, keys, args, budget);
  }

  /** What the source answers, or the text of its error. */
  async answer(
    source: string,
    keys: readonly string[] = [],
    args: readonly string[] = [],
  ): Promise<ScriptValue> {
    const outcome = await this.run(source, keys, args);
    return outcome.ok ? outcome.result : outcome.error;
  }
}

/** The code by which a promise is refused, or "none". */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof RealmError ? error.code : String(error);
  }
}
