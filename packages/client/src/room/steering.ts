import type { StepFunction } from "@realmwright/core/internal";
import { RealmError } from "@realmwright/protocol";
import type { CompiledRoom, CompiledStruct } from "@realmwright/protocol/internal";
import type { RoomHalf } from "../game-types.ts";
import { OwnMotion } from "./own-motion.ts";

/** Ticks that one update may make up for. */
const stepsMax = 5;

export interface SteeringOptions {
  readonly compiled: CompiledRoom;
  readonly half: RoomHalf | undefined;
  readonly tickRate: number;
  readonly snapDistance: number | undefined;
  readonly emit: (input: CompiledStruct, data: Record<string, unknown>) => number;
  readonly report: (error: unknown) => void;
  /** Whose context, step and input are taken over. */
  readonly before: Steering | undefined;
}

/** The input that is held, sent every tick: through the prediction where there is one, else just so. */
export class Steering {
  /** Undefined where nothing is predicted. */
  readonly own: OwnMotion | undefined;
  readonly #options: SteeringOptions;
  #step: StepFunction | undefined;
  #context: unknown;
  #input: CompiledStruct | undefined;
  #data: Record<string, unknown> = {};
  #isNeutral = true;
  #leftSeconds = 0;

  constructor(options: SteeringOptions) {
    const { compiled, half, before } = options;
    this.#options = options;
    const predict = half?.predict;
    if (predict !== undefined) {
      this.#step = (entity, input, dt, context) =>
        predict.step(entity, input, dt, context as never);
    }
    if (before !== undefined) {
      this.#step = before.#step ?? this.#step;
      this.#context = before.#context;
    }
    this.own = this.#newOwn();
    const held = before?.held;
    if (held === undefined) return;
    const input = compiled.input(held.name);
    const data = input === undefined ? undefined : fitted(input, held.data);
    if (input !== undefined && data !== undefined) this.set(input, data);
  }

  /** The input that goes out every tick. */
  get held(): { readonly name: string; readonly data: Record<string, unknown> } | undefined {
    return this.#input === undefined ? undefined : { name: this.#input.name, data: this.#data };
  }

  get context(): unknown {
    return this.#context;
  }

  set context(context: unknown) {
    this.#context = context;
    if (this.own !== undefined) this.own.context = context;
  }

  replaceStep(step: StepFunction): void {
    this.#step = step;
    this.own?.replaceStep(step);
  }

  /** Throws INPUT_UNKNOWN when the room predicts another input. */
  set(input: CompiledStruct, data: Record<string, unknown>): void {
    const { own } = this;
    if (own !== undefined && own.input.name !== input.name) {
      throw new RealmError("INPUT_UNKNOWN", {
        detail: `"${own.input.name}" is the input that is held here; send "${input.name}" instead`,
      });
    }
    if (this.#input === input && input.codec.equals(this.#data, data)) return;
    this.#input = input;
    this.#data = data;
    this.#isNeutral = input.codec.equals(data, input.codec.defaultValue);
    own?.setInput(data, this.#isNeutral);
  }

  /** @param hasRoom whether another input may be sent. */
  advance(seconds: number, hasRoom: () => boolean): void {
    const { own } = this;
    if (own?.isBroken === false) {
      own.advance(seconds);
      return;
    }
    if (this.#input === undefined) return;
    const { tickRate, emit } = this.#options;
    this.#leftSeconds = Math.min(this.#leftSeconds + seconds, stepsMax / tickRate);
    for (; this.#leftSeconds >= 1 / tickRate; this.#leftSeconds -= 1 / tickRate) {
      if (!this.#isNeutral && hasRoom()) emit(this.#input, this.#data);
    }
  }

  #newOwn(): OwnMotion | undefined {
    const { compiled, half, tickRate, snapDistance, emit, report } = this.#options;
    const step = this.#step;
    if (half?.predict === undefined || step === undefined) return undefined;
    const type = compiled.entity(half.predict.entity.name);
    const input = compiled.input(half.predict.input.name);
    // a game that was reloaded without them is not predicted
    if (type === undefined || input === undefined) return undefined;
    const own = new OwnMotion({
      type,
      input,
      step,
      needsContext: half.needsContext === true,
      tickRate,
      snapDistance,
      emit: (data) => emit(input, data),
      report,
    });
    if (this.#context !== undefined) own.context = this.#context;
    return own;
  }
}

/** What is held as the room's schema wants it now; undefined where it has become another kind of thing. */
function fitted(
  input: CompiledStruct,
  data: Record<string, unknown>,
): Record<string, unknown> | undefined {
  try {
    return input.codec.canonical(data);
  } catch (error) {
    if (error instanceof RealmError) return undefined;
    throw error;
  }
}
