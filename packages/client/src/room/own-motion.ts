import {
  predictionPlan,
  Predictor,
  preciseFields,
  type ReplicaEntity,
  type StepFunction,
} from "@realmwright/core/internal";
import type { CompiledEntity, CompiledStruct } from "@realmwright/protocol/internal";

export interface OwnMotionOptions {
  readonly type: CompiledEntity;
  readonly input: CompiledStruct;
  readonly step: StepFunction;
  readonly needsContext: boolean;
  readonly tickRate: number;
  readonly snapDistance: number | undefined;
  /** Sends one input of the predicted stream; answers its number. */
  readonly emit: (data: Record<string, unknown>) => number;
  readonly report: (error: unknown) => void;
}

/**
 * The entity that the player steers: predicted between what the server says of it. When the game's step throws, that is
 * reported once and nothing is predicted until the step is replaced: it would throw in every frame.
 */
export class OwnMotion {
  readonly type: CompiledEntity;
  readonly input: CompiledStruct;
  readonly #predictor: Predictor;
  readonly #precise: readonly number[];
  readonly #values: Float64Array;
  readonly #report: (error: unknown) => void;
  #entity: ReplicaEntity | undefined;
  #needsContext: boolean;
  #isBroken = false;

  constructor(options: OwnMotionOptions) {
    this.type = options.type;
    this.input = options.input;
    this.#precise = preciseFields(options.type);
    this.#values = new Float64Array(options.type.fixed.length);
    this.#report = options.report;
    this.#needsContext = options.needsContext;
    this.#predictor = new Predictor({
      plan: predictionPlan(options.type, {
        tickRate: options.tickRate,
        ...(options.snapDistance === undefined ? {} : { snapDistance: options.snapDistance }),
      }),
      step: options.step,
      neutral: options.input.codec.defaultValue,
      outlet: { emit: options.emit },
    });
  }

  get corrections(): number {
    return this.#predictor.corrections;
  }

  /** The step threw, and has not been replaced. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  set context(context: unknown) {
    this.#predictor.context = context;
    this.#needsContext = false;
  }

  replaceStep(step: StepFunction): void {
    this.#predictor.replaceStep(step);
    this.#isBroken = false;
  }

  setInput(data: Record<string, unknown>, isNeutral: boolean): void {
    this.#try(() => this.#predictor.setInput(data, isNeutral));
  }

  advance(seconds: number): void {
    this.#try(() => this.#predictor.advance(seconds));
  }

  /** Writes what to show of the entity, if it is the one that is predicted; answers whether it is. */
  read(entity: ReplicaEntity, numbers: Float64Array, blobs: unknown[]): boolean {
    if (this.#entity !== entity || !this.#predictor.isRunning) return false;
    return this.#try(() => this.#predictor.read(numbers, blobs));
  }

  /** The server's word on the own entity, in each snapshot that says something of it. */
  told(entity: ReplicaEntity, precise: Float64Array, seq: number): void {
    if (entity.type !== this.type.name || this.#needsContext || this.#isBroken) return;
    const values = this.#values;
    values.set(entity.numbers);
    for (let i = 0; i < this.#precise.length; i++) values[this.#precise[i]!] = precise[i]!;
    this.#try(() => {
      if (this.#entity === entity && this.#predictor.isRunning) {
        this.#predictor.reconcile(seq, values, entity.blobs);
      } else {
        this.#entity = entity;
        this.#predictor.start(seq, values, entity.blobs);
      }
    });
  }

  gone(entity: ReplicaEntity): void {
    if (this.#entity !== entity) return;
    this.#entity = undefined;
    this.#predictor.stop();
  }

  #try(call: () => void): boolean {
    try {
      call();
      return true;
    } catch (error) {
      this.#isBroken = true;
      this.#predictor.stop();
      this.#report(error);
      return false;
    }
  }
}
