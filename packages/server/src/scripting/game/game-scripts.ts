import { createHash } from "node:crypto";
import { limits, RealmError } from "@realmwright/protocol";
import { isPlainObject, type JsonPatch } from "@realmwright/core/internal";
import { authorize } from "../../auth/authorize.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Hot, HotReturn } from "../../ports/hot.ts";
import type { Log } from "../../ports/log.ts";
import type { RandomBytes } from "../../ports/random-bytes.ts";
import type {
  Published,
  ScriptCallOptions,
  ScriptEngine,
  ScriptLimits,
  ScriptOnce,
  ScriptOutcome,
} from "../../ports/script-engine.ts";
import { bindArguments } from "./bindings.ts";
import { answerOf, failureOf, problemOf } from "./answers.ts";
import { CallQueue } from "./call-queue.ts";
import { fillKey } from "./key-template.ts";
import { readPatch } from "./patches.ts";
import type { OpeningSlotsOptions } from "./opening-slots.ts";
import { RoomOpenings } from "./room-openings.ts";
import { RepeatedFaults } from "../repeated-faults.ts";
import type { LoadedScript } from "./script-file.ts";
import type { ScriptProblem } from "./script-header.ts";
import { ScriptShelf } from "./script-shelf.ts";
import type {
  GameRooms,
  HeldScript,
  KeptScript,
  ScriptCall,
  ScriptedRoomKind,
  ScriptInfo,
} from "./scripts.ts";

export interface GameScriptsOptions {
  readonly engine: ScriptEngine;
  readonly hot: Hot;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** the game's name */
  readonly game: string;
  readonly limits: ScriptLimits & OpeningSlotsOptions["limits"];
  /** Undefined until rooms run. */
  readonly rooms: () => GameRooms | undefined;
}

/** The scripts of one game: loaded from its folder, called by players and rooms, their patches handed on. */
export class GameScripts {
  /** Is to be told when somebody comes to a room, and when one ends. */
  readonly openings: RoomOpenings;
  readonly #options: GameScriptsOptions;
  readonly #shelf: ScriptShelf;
  readonly #subscriptions = new Set<() => Promise<void>>();
  readonly #faults = new RepeatedFaults();
  readonly #calls: CallQueue;

  constructor(options: GameScriptsOptions) {
    this.#options = options;
    this.#shelf = new ScriptShelf(options.engine, options.limits, options.clock);
    this.#calls = new CallQueue(options.limits);
    this.openings = new RoomOpenings(options);
  }

  /**
   * Takes the folder as it is now, source by the name of its file without ".lua": loads what changed, keeps the old
   * version of what does not load, forgets what is gone. Answers everything that is wrong in it.
   */
  async load(files: ReadonlyMap<string, string>): Promise<readonly ScriptProblem[]> {
    const problems = await this.#shelf.load(files);
    const { log, game } = this.#options;
    for (const { file, line, text } of problems) {
      log.warn("a script is not used as it is", { game, at: `${file}:${line}`, problem: text });
    }
    return problems;
  }

  list(): readonly ScriptInfo[] {
    return this.#shelf.list();
  }

  /** Versions that are not the newest and that rooms go on with. */
  kept(): readonly KeptScript[] {
    return this.#shelf.kept();
  }

  rooms(): readonly ScriptedRoomKind[] {
    return this.#shelf.rooms();
  }

  /** Keeps what is the newest version of a script callable. Throws `SCRIPT_UNKNOWN`. */
  hold(name: string): HeldScript {
    return this.#shelf.hold(name);
  }

  /**
   * Runs a script for a player, as its header says. Rejects with `SCRIPT_UNKNOWN`, `FORBIDDEN`, `SCRIPT_REFUSED` with the
   * script's own code, `SCRIPT_FAILED`, `KEY_REUSED`, with what the engine rejects with, with `ROOMS_OPENED` before the
   * script runs, and with what opening a room throws: then it has run, and the same call with the same key opens the room.
   * With `SCRIPT_BUSY` nothing of it was done.
   */
  readonly run = (call: ScriptCall): Promise<unknown> =>
    // the script too is looked up at its turn: the newest one then
    this.#calls.run(call.subject.account, () => this.#run(call));

  async #run(call: ScriptCall): Promise<unknown> {
    const { subject, script: name } = call;
    const script = this.#shelf.get(name);
    const { header } = script;
    authorize(subject, "scripts.call", { roles: header.callers });
    const rooms = this.#options.rooms();
    if (header.opens !== undefined && rooms === undefined) throw new RealmError("SERVER_DRAINING");
    const args = this.#arguments(call, script);
    const keys = header.keys.map((template) =>
      fillKey(template, {
        game: this.#options.game,
        account: subject.account,
        args,
        isMember: (room) => rooms?.isMember(subject.account, room) ?? false,
      }),
    );
    const { account, name: caller, role, isGuest } = subject;
    const texts = [args, { account, name: caller, role, isGuest }].map((one) =>
      JSON.stringify(one),
    );
    const once = onceOf(call);
    const options = once === undefined ? {} : { once };
    const answer = async (): Promise<{ readonly of: unknown; readonly isKept: boolean }> => {
      try {
        const outcome = await this.call(name, script.version, keys, texts, options);
        if (!outcome.ok) throw failureOf(outcome.error);
        return { of: answerOf(outcome.result), isKept: outcome.isKept };
      } catch (error) {
        this.#tell(error, name, script.version);
        throw error;
      }
    };
    if (header.opens === undefined || rooms === undefined) return (await answer()).of;
    const opening = await this.openings.begin(subject, call.idempotencyKey);
    try {
      const { of, isKept } = await answer();
      const id = isPlainObject(of) ? of["id"] : undefined;
      if (typeof id === "string") {
        await this.openings.open(rooms, header.opens, id, opening, isKept);
      }
      return of;
    } catch (error) {
      if (error instanceof RealmError && error.code === "SCRIPT_BUDGET") opening.isSpent = true;
      throw error;
    } finally {
      await this.openings.end(opening);
    }
  }

  /**
   * Calls a version of a script, which the caller holds or knows to be the newest, and publishes what it published.
   * Rejects as the engine does; what the script itself refused or failed with is in the outcome.
   */
  async call(
    name: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
    options?: ScriptCallOptions,
  ): Promise<ScriptOutcome> {
    const { engine } = this.#options;
    const outcome = await engine.call(`${name}.lua`, version, keys, args, options);
    for (const one of outcome.published) this.#publish(one);
    return outcome;
  }

  /** Patches that scripts publish on a channel, until the returned function is called. */
  async subscribe(
    channel: string,
    listener: (patch: JsonPatch) => void,
  ): Promise<() => Promise<void>> {
    const stop = await this.#options.hot.channels.subscribe(channel, (message) => {
      const patch = readPatch(message);
      if (patch === undefined) this.#warn("what a script published is no patch", { channel });
      else listener(patch);
    });
    this.#subscriptions.add(stop);
    return async () => {
      if (this.#subscriptions.delete(stop)) await stop();
    };
  }

  /** Tells when patches may have been lost: the hot state was out of reach and is back. */
  onReturn(listener: (news: HotReturn) => void): () => void {
    return this.#options.hot.onReturn(listener);
  }

  /** Ends all subscriptions and the engine, and gives back what is known of opened rooms. Idempotent. */
  async close(): Promise<void> {
    const stops = [...this.#subscriptions];
    this.#subscriptions.clear();
    await Promise.all([this.openings.close(), ...stops.map((stop) => stop())]);
    await this.#options.engine.close();
  }

  /** In the order of calls; a message that the hot state does not take is lost, and its readers learn of its return. */
  #publish({ channel, message }: Published): void {
    this.#options.hot.channels.publish(channel, message).catch((error: unknown) => {
      this.#warn("what a script published is lost", { channel, error });
    });
  }

  /** A script that is called by a clock does it again and again. */
  #warn(message: string, about: { readonly channel: string; readonly error?: unknown }): void {
    const { clock, log } = this.#options;
    this.#faults.note(`${message} ${about.channel}`, clock.nowMs(), (times) => {
      log.warn(message, { ...about, times });
    });
  }

  #arguments(
    { args, subject }: ScriptCall,
    { header: { bind } }: LoadedScript,
  ): ScriptCall["args"] {
    if (bind.length === 0) return args;
    if (isPlainObject(args)) return bindArguments(args, bind, subject, this.#options.random);
    const problems = [{ path: "/args", expected: "an object", got: "a list" }];
    throw new RealmError("SCRIPT_CALL_INVALID", { problems });
  }

  /** What a script's author should know of a call that failed. One that was ended may be called to be so by anybody. */
  #tell(error: unknown, script: string, version: number): void {
    if (!(error instanceof RealmError)) return;
    const { clock, log } = this.#options;
    const about = { script, version, problem: problemOf(error) };
    if (error.code === "SCRIPT_FAILED") log.warn("a script failed", about);
    if (error.code !== "SCRIPT_BUDGET") return;
    this.#faults.note(`${script} ${version} ${about.problem}`, clock.nowMs(), (times) => {
      log.warn("a script was ended", { ...about, times });
    });
  }
}

/** The key is the account's own, and what the server sets in the arguments is not part of what was asked for. */
function onceOf({ subject, script, args, idempotencyKey }: ScriptCall): ScriptOnce | undefined {
  if (idempotencyKey === undefined) return undefined;
  const asked = JSON.stringify([script, args]);
  return {
    key: `answer:${subject.account}:${idempotencyKey}`,
    request: createHash("sha256").update(asked).digest("hex"),
    keptMs: limits.idempotencyKeptMs.value,
  };
}
