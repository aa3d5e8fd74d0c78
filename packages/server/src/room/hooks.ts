import type { Entity, Room } from "@realmwright/core";
import { RealmError } from "@realmwright/protocol";
import { RoomLater } from "./later.ts";
import { RoomRefusal } from "./refusal.ts";
import type { RoomFace } from "./room-face.ts";
import type { RoomPlan } from "./room-plan.ts";
import type { Holder, Seat } from "./seat.ts";

type Result = RoomRefusal | undefined;

/**
 * Calls a room's hooks. What a hook throws passes through, so that the caller's error boundary ends the room; `running`
 * says which hook it was. A thrown refusal is a refusal, where one is expected.
 */
export class Hooks {
  readonly #plan: RoomPlan;
  readonly #face: RoomFace;
  /** By input. */
  readonly #inputs: readonly { readonly name: string; readonly hook: string }[];
  #running = "";

  constructor(plan: RoomPlan, face: RoomFace) {
    this.#plan = plan;
    this.#face = face;
    this.#inputs = plan.compiled.inputs.map(({ name }) => ({ name, hook: `on ${name}` }));
  }

  /** The hook that is running or has run last. */
  get running(): string {
    return this.#running;
  }

  setup(): void {
    this.#face.local = this.#sync(
      "setup",
      this.#plan.options.setup?.(this.#begin("setup") as never),
    );
  }

  create(): void {
    this.#sync("create", this.#plan.options.create?.(this.#begin("create")));
  }

  admit(holder: Holder, spectate: boolean, options: Record<string, unknown>): Result {
    const { account, name, role } = holder;
    const applicant = { account, name, role, spectate, options };
    try {
      return refusalIn(
        this.#sync("admit", this.#plan.options.admit?.(this.#begin("admit"), applicant)),
      );
    } catch (thrown) {
      return thrownRefusal(thrown);
    }
  }

  join(seat: Seat, options: Record<string, unknown>): void {
    const hook = seat.spectator ? "spectate" : "join";
    this.#sync(hook, this.#plan.options[hook]?.(this.#begin(hook), seat, options));
  }

  drop(seat: Seat): void {
    this.#sync("drop", this.#plan.options.drop?.(this.#begin("drop"), seat));
  }

  reconnect(seat: Seat): void {
    this.#sync("reconnect", this.#plan.options.reconnect?.(this.#begin("reconnect"), seat));
  }

  leave(seat: Seat, code: string): void {
    this.#sync("leave", this.#plan.options.leave?.(this.#begin("leave"), seat, code));
  }

  tick(dt: number): void {
    this.#sync("tick", this.#plan.options.tick?.(this.#begin("tick"), dt));
  }

  dispose(): void {
    this.#sync("dispose", this.#plan.options.dispose?.(this.#begin("dispose")));
  }

  /** The line as the room lets it pass. */
  chat(seat: Seat, text: string): string | RoomRefusal {
    const { options } = this.#plan;
    if (!("chat" in options)) return text;
    try {
      const result = this.#sync("chat", options.chat?.(this.#begin("chat"), seat, text) ?? text);
      if (result instanceof RoomRefusal || typeof result === "string") return result;
    } catch (thrown) {
      if (thrown instanceof RoomRefusal) return thrown;
      throw thrown;
    }
    throw gameError("the chat hook must return a text or a refusal");
  }

  timer(name: string, data: unknown): void {
    const hook = this.#plan.options.timers?.[name];
    this.#sync(`timer ${name}`, hook?.(this.#begin(`timer ${name}`), data as never));
  }

  /** What is to be done about work that the room has waited for. */
  work(run: () => unknown): void {
    this.#running = "when";
    this.#sync("when", run());
  }

  /** True: the room has a handler for this input. */
  handles(input: number): boolean {
    return this.#plan.options.on?.[this.#inputs[input]!.name] !== undefined;
  }

  input(seat: Seat, input: number, value: object): Result | RoomLater {
    const { name, hook } = this.#inputs[input]!;
    const { on } = this.#plan.options;
    const room = this.#begin(hook);
    try {
      const result = this.#sync(hook, on?.[name]?.(room, seat, value as Record<string, unknown>));
      return result instanceof RoomLater ? result : refusalIn(result);
    } catch (thrown) {
      return thrownRefusal(thrown);
    }
  }

  step(entity: Entity, value: object, dt: number): void {
    this.#running = "predict.step";
    this.#plan.options.predict!.step(
      entity,
      value as Record<string, unknown>,
      dt,
      this.#face.stepContext,
    );
  }

  #begin(hook: string): Room {
    this.#running = hook;
    return this.#face;
  }

  /** A hook that goes on after its tick would change the room behind its back, and its errors would end the process. */
  #sync<T>(hook: string, result: T): T {
    if (typeof result !== "object" || result === null || !("then" in result)) return result;
    if (typeof result.then === "function") {
      void Promise.resolve(result as unknown as PromiseLike<unknown>).catch((error: unknown) =>
        this.#face.log.error("An asynchronous hook failed.", { hook, error }),
      );
    }
    throw gameError(`the hook "${hook}" is asynchronous; start such work from load, or outside`);
  }
}

function refusalIn(result: unknown): Result {
  return result instanceof RoomRefusal ? result : undefined;
}

/** Throws on what is no refusal. */
function thrownRefusal(thrown: unknown): RoomRefusal {
  if (thrown instanceof RoomRefusal) return thrown;
  throw thrown;
}

function gameError(detail: string): RealmError {
  return new RealmError("GAME_INVALID", { detail });
}
