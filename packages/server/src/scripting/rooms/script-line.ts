import type { JsonPatch } from "@realmwright/core/internal";
import { RealmError } from "@realmwright/protocol";
import type { Log } from "../../ports/log.ts";
import type { ScriptOutcome } from "../../ports/script-engine.ts";
import type { HeldScript, ScriptedRoomKind } from "../game/scripts.ts";
import { EventQueue, mustCome, type EventMember, type QueuedEvent } from "./event-queue.ts";
import { RepeatedFaults } from "../repeated-faults.ts";
import type { FunctionCheck } from "./function-check.ts";
import {
  batchArguments,
  batchCharacters,
  readAnswer,
  type BatchAnswer,
  type BatchHead,
  type EventAnswer,
  type RoomEvent,
} from "./room-batch.ts";
import { StateMirror } from "./state-mirror.ts";

/** What scripted rooms need of the game's scripts. */
export interface RoomScripts {
  rooms(): readonly ScriptedRoomKind[];
  hold(script: string): HeldScript;
  call(
    script: string,
    version: number,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<ScriptOutcome>;
  /** Tells every patch that is published on a channel. Resolves once it does, to what ends it. */
  subscribe(channel: string, listener: (patch: JsonPatch) => void): Promise<() => Promise<void>>;
}

/** What a line needs of the room that it belongs to. */
export interface LineRoom {
  readonly tick: number;
  readonly tickRate: number;
  readonly log: Pick<Log, "error" | "warn">;
  /** The script let somebody in. */
  letIn(member: EventMember): void;
  /** The script did not let somebody in. */
  turnAway(member: EventMember, code: string, text: string | undefined): void;
}

interface Batch {
  readonly events: readonly QueuedEvent[];
  readonly head: BatchHead;
  /** of the script that it goes to */
  readonly script: number;
}

type Result = { readonly answer: BatchAnswer } | { readonly error: unknown };

/** Refusals of them are told elsewhere: to who joins, and with the end of the room. */
const isAnswered: ReadonlySet<string> = new Set(["join", "create"]);
/** How often a state to which nothing happens is read, so that it is kept. */
const keepSeconds = 3600;
/** A refusal's code, as rooms take it. */
const codePattern = /^[A-Z][A-Z0-9_]{0,39}$/;

/**
 * What a scripted room and its script say to each other: one call at a time, with everything that has happened since the one
 * before. It outlives a reload of the game, in which the room becomes another one.
 */
export class ScriptLine {
  readonly mirror: StateMirror = new StateMirror();
  readonly #scripts: RoomScripts;
  readonly #script: string;
  /** The first one is the state's, and the channel of its patches. */
  readonly #keys: readonly string[];
  readonly #functions: FunctionCheck;
  readonly #held: HeldScript;
  readonly #queue = new EventQueue();
  #patches: JsonPatch[] = [];
  #flying: Batch | undefined;
  #result: Result | undefined;
  /** Why the script can not be reached; undefined while it can. */
  #away: RealmError | undefined;
  /** Of it what was told: by which version, and how. */
  #awayTold: string | undefined;
  /** Before it nothing is tried. */
  #retryTick = 0;
  /** The last numbered batch that is known to be done. */
  #done = 0;
  /** Events of the next numbered batch, of which nobody knows whether it was done. */
  #unsure: readonly QueuedEvent[] | undefined;
  /** So many events go one by one: one of them takes too much. */
  #alone = 0;
  /** What is still to be written of a state that was lost. */
  #seeds: readonly Readonly<Record<string, string>>[] = [];
  #mustRead = false;
  /** When the state is read at the latest. */
  #keepTick = 0;
  #hasTick = false;
  #subscription: "none" | "asked" | "there" = "none";
  #stop: (() => Promise<void>) | undefined;
  #isOver = false;
  readonly #faults = new RepeatedFaults();
  /** Inputs without a function that were told. */
  readonly #unhandled = new Set<string>();

  /** Throws `SCRIPT_UNKNOWN` when there is no such script. */
  constructor(
    scripts: RoomScripts,
    script: string,
    keys: readonly string[],
    functions: FunctionCheck,
  ) {
    this.#scripts = scripts;
    this.#script = script;
    this.#keys = keys;
    this.#functions = functions;
    this.#held = scripts.hold(script);
  }

  /** Why inputs are refused now; undefined while they are taken. */
  get away(): RealmError | undefined {
    return this.#away;
  }

  tell(queued: QueuedEvent): void {
    this.#queue.add(queued);
  }

  /** Patches may have been lost. */
  mustRead(): void {
    this.#mustRead = true;
  }

  /** The room is another one now. Who waited for an answer of the one before has been told that there is none. */
  forgetInputs(): void {
    this.#queue.takeInputs();
  }

  /** Takes in what has come since the last tick, and sends what has happened. Throws when the script can not create the room. */
  turn(room: LineRoom): void {
    this.#faults.due(nowMsOf(room));
    const batch = this.#flying;
    const result = this.#result;
    if (batch !== undefined && result !== undefined) {
      this.#flying = undefined;
      this.#result = undefined;
      if ("answer" in result) this.#answered(batch, result.answer, room);
      else this.#failed(batch, result.error, room);
    }
    for (const patch of this.#patches.splice(0)) this.#take(patch);
    if (room.tick < this.#retryTick) return;
    if (this.#subscription === "none") void this.#subscribe(room.tick + room.tickRate);
    if (this.#subscription !== "there" || this.#flying !== undefined) return;
    this.#sendNext(room);
  }

  /** The room has ended: tells what is left, and deletes the state. Resolves to what was too much for the script to be told. */
  async end(): Promise<readonly string[]> {
    const untold: string[] = [];
    this.#isOver = true;
    this.#queue.takeInputs();
    try {
      const unsure = this.#undone().map(({ event }) => event);
      // it may have been done, or is about to be: by its number it is not done again
      const once = { version: 0, batch: this.#done + 1 };
      if (unsure.length > 0) await this.#tellEnd(unsure, once, untold);
      for (let isLast = false; !isLast;) {
        const events = this.#queue.take().map(({ event }) => event);
        isLast = this.#queue.isEmpty;
        if (isLast) events.push({ on: "close", with: [] });
        await this.#tellEnd(events, { version: 0, ended: isLast }, untold);
      }
      return untold;
    } finally {
      this.#held.release();
      await this.#stop?.();
    }
  }

  /** What must come to the script and was sent without an answer yet. */
  #undone(): readonly QueuedEvent[] {
    const flying = this.#flying;
    // a state that is written back comes before them
    const isOther = flying === undefined || flying.head.seed !== undefined;
    return isOther ? (this.#unsure ?? []) : flying.events.filter(mustCome);
  }

  /** What takes too much in one call goes one by one, and what does so alone is left out: the state is deleted anyway. */
  async #tellEnd(events: readonly RoomEvent[], head: BatchHead, untold: string[]): Promise<void> {
    const { ended = false } = head;
    try {
      await this.#call(events, head);
    } catch (error) {
      if (asRealmError(error).code !== "SCRIPT_BUDGET" || events.length === 0) throw error;
      if (events.length === 1) {
        untold.push(events[0]!.on);
        if (ended) await this.#tellEnd([], { version: 0, ended }, untold);
        return;
      }
      for (const [i, event] of events.entries()) {
        const isLast = i === events.length - 1;
        await this.#tellEnd([event], { version: 0, ended: ended && isLast }, untold);
      }
    }
  }

  #take(patch: JsonPatch): void {
    if (!this.mirror.take(patch)) this.#mustRead = true;
  }

  async #subscribe(retryTick: number): Promise<void> {
    this.#subscription = "asked";
    try {
      const stop = await this.#scripts.subscribe(this.#keys[0]!, (patch) => {
        this.#patches.push(patch);
      });
      this.#subscription = "there";
      if (this.#isOver) await stop();
      else this.#stop = stop;
    } catch (error) {
      this.#subscription = "none";
      this.#retryTick = retryTick;
      this.#away = asRealmError(error);
    }
  }

  #sendNext({ tick, tickRate }: LineRoom): void {
    const { version } = this.mirror;
    const [seed, ...others] = this.#seeds;
    if (seed !== undefined) {
      const isLast = others.length === 0;
      const whole = { version, seed, restored: true, done: this.#done, read: true };
      void this.#send({ events: [], head: isLast ? whole : { version: 0, seed } });
      return;
    }
    const events = [...(this.#unsure ?? this.#queue.take(this.#alone > 0 ? 1 : undefined))];
    if (this.#unsure === undefined) {
      if (this.#alone > 0) this.#alone--;
      else if (this.#hasTick) events.push({ event: { on: "tick", with: [] } });
    }
    const fresh = this.#done === 0;
    // while it is away this is how its return is found out
    const isDue = fresh || this.#away !== undefined || tick >= this.#keepTick;
    const read = this.#mustRead || isDue;
    if (events.length === 0 && !read) return;
    const functions = this.#functions.isDue(this.#script, this.#held.version);
    const batch = events.some(mustCome) ? this.#done + 1 : undefined;
    this.#mustRead = false;
    if (read) this.#keepTick = tick + keepSeconds * tickRate;
    void this.#send({ events, head: { version, batch, fresh, read, functions } });
  }

  async #send({ events: queued, head }: Omit<Batch, "script">): Promise<void> {
    const script = this.#held.version;
    const batch = { events: queued, head, script };
    this.#flying = batch;
    const events = batch.events.map(({ event }) => event);
    try {
      this.#result = { answer: await this.#call(events, batch.head) };
    } catch (error) {
      this.#result = { error };
    }
  }

  async #call(events: readonly QueuedEvent["event"][], head: BatchHead): Promise<BatchAnswer> {
    const script = this.#script;
    const args = batchArguments(events, head);
    const outcome = await this.#scripts.call(script, this.#held.version, this.#keys, args);
    if (!outcome.ok) throw new RealmError("SCRIPT_FAILED", { detail: outcome.error });
    return readAnswer(script, outcome.result);
  }

  #answered({ events, head, script }: Batch, answer: BatchAnswer, room: LineRoom): void {
    this.#away = undefined;
    this.#awayTold = undefined;
    const { functions } = answer;
    if (functions !== undefined) this.#functions.take(this.#script, script, functions);
    if (answer.isLost) {
      if (this.#unsure === undefined) this.#queue.putBack(events.filter(isNoTick));
      this.#seeds = seedsOf(this.mirror.texts());
      return;
    }
    if (head.seed !== undefined) this.#seeds = this.#seeds.slice(1);
    if (head.batch !== undefined) {
      this.#done = head.batch;
      this.#unsure = undefined;
    }
    this.#hasTick = answer.hasTick;
    if (answer.state !== undefined) {
      // a patch may have overtaken the answer
      if (answer.version < this.mirror.version) this.#mustRead = true;
      else this.mirror.replace(answer.state, answer.version);
    }
    // not by the channel: it may be lost there while the state is, too
    if (answer.patch !== undefined) this.#take(answer.patch);
    // the state that is read whenever a call failed before has what it did then
    if (answer.isDone) return;
    for (const [i, queued] of events.entries()) {
      const missing: EventAnswer = { type: "failed", fault: "the script answered nothing" };
      this.#settle(queued, answer.answers[i] ?? missing, script, room);
    }
  }

  #failed({ events, head, script }: Batch, error: unknown, room: LineRoom): void {
    const failure = asRealmError(error);
    this.#retryTick = room.tick + room.tickRate;
    const told = events.filter(isNoTick);
    const isAlone = told.length + (told.length < events.length ? 1 : 0) <= 1;
    if (failure.code === "SCRIPT_BUDGET" && head.seed === undefined) {
      // nothing of it was done
      this.#unsure = undefined;
      if (!isAlone) {
        this.#retryTick = room.tick;
        this.#queue.putBack(told);
        this.#alone = told.length;
        return;
      }
      const answer: EventAnswer = { type: "refused", code: failure.code, text: undefined };
      for (const queued of told) this.#settle(queued, answer, script, room);
    } else {
      const news = `${script} ${failure.code}`;
      const wasTold = this.#awayTold === news;
      this.#away = failure;
      this.#awayTold = news;
      const inputs = [...told, ...this.#queue.takeInputs()];
      for (const { later } of inputs) later?.refuse(failure.code);
      if (head.batch !== undefined) this.#unsure = told.filter(mustCome);
      if (wasTold) return;
    }
    // one of the script's is shown in its file
    const about =
      failure.code === "SCRIPT_FAILED" ? { fault: failure.message } : { error: failure };
    this.#note(script, `call ${failure.code}`, "The script of a room failed.", about, room);
  }

  /** With some functions it comes again with every tick. */
  #tell(version: number, on: string, fault: string, room: LineRoom): void {
    const [place = ""] = /[^\s:]+:\d+(?=:)/.exec(fault) ?? [];
    this.#note(version, `${on} ${place}`, "A script failed.", { on, fault }, room);
  }

  /** The next version of the script is told of anew; one that failed is not always the one that is held now. */
  #note(version: number, kind: string, message: string, about: object, room: LineRoom): void {
    this.#faults.note(`${version} ${kind}`, nowMsOf(room), (times) => {
      room.log.error(message, { script: this.#script, version, ...about, times });
    });
  }

  /** What one event has come to. */
  #settle(
    { event, member, later }: QueuedEvent,
    answer: EventAnswer,
    version: number,
    room: LineRoom,
  ): void {
    if (answer.type === "done") {
      later?.take();
      if (event.on === "join" && member !== undefined) room.letIn(member);
      return;
    }
    const isCode = answer.type === "refused" && codePattern.test(answer.code);
    const code = isCode ? answer.code : "SCRIPT_FAILED";
    const text = isCode ? answer.text : undefined;
    if (!isCode) {
      const fault = answer.type === "failed" ? answer.fault : `${answer.code} is no code`;
      this.#tell(version, event.on, fault, room);
    } else if (event.input !== true && !isAnswered.has(event.on)) {
      const fault = `refused where nobody is answered: ${code} ${text ?? ""}`.trim();
      this.#tell(version, event.on, fault, room);
    }
    if (code === "NO_HANDLER" && !this.#unhandled.has(event.on)) {
      this.#unhandled.add(event.on);
      room.log.warn("An input was refused: the script has no function for it.", {
        script: this.#script,
        on: event.on,
      });
    }
    later?.refuse(code, text);
    if (event.on === "join" && member !== undefined) {
      this.#queue.dropStay(member);
      room.turnAway(member, code, text);
    }
    if (event.on === "create") {
      throw new RealmError("SCRIPT_FAILED", {
        detail: `${this.#script}.lua did not create: ${code}`,
      });
    }
  }
}

function nowMsOf({ tick, tickRate }: LineRoom): number {
  return (tick / tickRate) * 1000;
}

function isNoTick({ event }: QueuedEvent): boolean {
  return event.on !== "tick";
}

/** A lost state in parts that fit into a call; at least one. */
function seedsOf(texts: readonly (readonly [string, string])[]): Record<string, string>[] {
  const seeds: Record<string, string>[] = [{}];
  let characters = 0;
  for (const [field, text] of texts) {
    // quoted again on their way
    const more = JSON.stringify(text).length + field.length + 8;
    if (characters > 0 && characters + more > batchCharacters) {
      seeds.push({});
      characters = 0;
    }
    seeds.at(-1)![field] = text;
    characters += more;
  }
  return seeds;
}

function asRealmError(cause: unknown): RealmError {
  return cause instanceof RealmError ? cause : new RealmError("INTERNAL", { cause });
}
