import { isAfter } from "@realmwright/protocol/internal";
import { InputHistory } from "./input-history.ts";
import type { PredictionPlan, StepFunction } from "./prediction-plan.ts";
import { VisibleError } from "./visible-error.ts";

/** Steps that one update may make up for; time beyond that is dropped, or slow frames would cause slower ones. */
const stepsMax = 5;

/** Takes the inputs of whole steps on their way to the server. */
export interface InputOutlet {
  /** Queues one input and returns its sequence number, larger than all before. */
  emit(input: Record<string, unknown>): number;
}

export interface PredictorOptions {
  readonly plan: PredictionPlan;
  readonly step: StepFunction;
  /** The input of a player who does nothing. */
  readonly neutral: Record<string, unknown>;
  readonly outlet: InputOutlet;
}

/**
 * The player's own entity, ahead of the server. Every tick the current input goes to the server and through the shared step
 * at once. When the server tells its state after input n, it is compared with what was predicted for n; if they differ, the
 * server's state is taken and the inputs after n are stepped again. A difference in what is predicted for now is a
 * correction; what is shown glides over it.
 *
 * States are numbers by fixed field as columns have them (words as indices, none as NaN). Lists, texts and objects are
 * handed to the step as the server last sent them, and what the step writes there does not last.
 */
export class Predictor {
  readonly #plan: PredictionPlan;
  readonly #outlet: InputOutlet;
  readonly #history: InputHistory;
  readonly #error: VisibleError;
  #step: StepFunction;
  #input: Record<string, unknown>;
  #isNeutral = true;
  /** What the step reads and writes. */
  readonly #body: Record<string, unknown> = {};
  /** The server's state after the input of `#baseSeq`. */
  readonly #base: Float64Array;
  #baseSeq = -1;
  /** The state after the newest input. */
  readonly #now: Float64Array;
  readonly #scratch: Float64Array;
  readonly #blobs: unknown[] = [];
  /** By fixed field: 1 where the step has ever made a change, and for positions. */
  readonly #written: Uint8Array;
  #leftSeconds = 0;
  #isRunning = false;
  #corrections = 0;
  #context: unknown = undefined;

  constructor(options: PredictorOptions) {
    const fields = options.plan.fixed.length;
    this.#plan = options.plan;
    this.#step = options.step;
    this.#outlet = options.outlet;
    this.#input = options.neutral;
    this.#history = new InputHistory(fields);
    this.#error = new VisibleError(options.plan.positions.length, options.plan.snapDistance);
    this.#base = new Float64Array(fields);
    this.#now = new Float64Array(fields);
    this.#scratch = new Float64Array(fields);
    this.#written = new Uint8Array(fields);
    for (const f of options.plan.positions) this.#written[f] = 1;
  }

  /** There is an entity to predict. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** How often the server's word changed what was predicted for that moment. */
  get corrections(): number {
    return this.#corrections;
  }

  /** Inputs that the server has not answered. */
  get pending(): number {
    return this.#history.count;
  }

  /** What client and server agreed on; handed to the step. */
  set context(context: unknown) {
    this.#context = context;
  }

  /** The entity appears, or appears again: the server's state, then the inputs that it has not seen. Shown at once. */
  start(seq: number, values: Float64Array, blobs: readonly unknown[]): void {
    this.#adopt(seq, values, blobs);
    this.#replay(this.#history.countUpTo(seq));
    this.#error.clear();
    this.#leftSeconds = 0;
    this.#isRunning = true;
  }

  /** The entity is gone. Inputs on their way are kept for the next one. */
  stop(): void {
    this.#isRunning = false;
  }

  /** Swaps the step. What was predicted stands until the server tells otherwise. */
  replaceStep(step: StepFunction): void {
    this.#step = step;
  }

  /**
   * The input from here on, already rounded as the server will read it; owned by the predictor. What is shown does not
   * jump, although a whole tick is stepped with one input.
   */
  setInput(input: Record<string, unknown>, isNeutral: boolean): void {
    if (!this.#isRunning) {
      this.#input = input;
      this.#isNeutral = isNeutral;
      return;
    }
    this.#keepShown(() => {
      this.#input = input;
      this.#isNeutral = isNeutral;
    });
  }

  /** Lets time pass: steps whole ticks and hands their inputs to the outlet. */
  advance(elapsedSeconds: number): void {
    if (!this.#isRunning) return;
    this.#error.decay(elapsedSeconds);
    const { tickSeconds } = this.#plan;
    this.#leftSeconds += elapsedSeconds;
    for (let steps = 0; this.#leftSeconds >= tickSeconds && steps < stepsMax; steps++) {
      if (this.#history.isFull) break;
      this.#leftSeconds -= tickSeconds;
      this.#stepOnce();
    }
    if (this.#history.isFull) this.#leftSeconds = 0;
    if (this.#leftSeconds >= tickSeconds) this.#leftSeconds %= tickSeconds;
  }

  /**
   * The server's state after the input `seq`: lossy fields precisely, the others as they were sent.
   *
   * @returns whether it was a correction
   */
  reconcile(seq: number, values: Float64Array, blobs: readonly unknown[]): boolean {
    if (!this.#isRunning || isAfter(this.#baseSeq, seq)) return false;
    const served = this.#history.countUpTo(seq);
    const predicted = this.#predictedAt(seq, served);
    if (predicted !== undefined && this.#agrees(predicted, values, blobs)) {
      this.#base.set(predicted);
      this.#baseSeq = seq;
      this.#history.drop(served);
      return false;
    }
    const before = this.#now.slice();
    this.#keepShown(() => {
      this.#adopt(seq, this.#merged(predicted, values), blobs);
      this.#replay(served);
    });
    const corrected = this.#differs(before);
    if (corrected) this.#corrections++;
    return corrected;
  }

  /** Writes what to show into `out` and `outBlobs`, by field: the newest step, the tick's part since, the visible error. */
  read(out: Float64Array, outBlobs: unknown[]): void {
    this.#preview(out);
    this.#error.addTo(out, this.#plan.positions);
    for (let b = 0; b < this.#plan.blobs.length; b++) outBlobs[b] = this.#blobs[b];
  }

  #stepOnce(): void {
    this.#scratch.set(this.#now);
    this.#run(this.#scratch, this.#input, this.#plan.tickSeconds);
    const changed = this.#noteWrites(this.#now, this.#scratch);
    // at rest nothing needs to be said: the server's neutral input changes nothing either
    if (this.#isNeutral && !changed) return;
    this.#now.set(this.#scratch);
    this.#history.add(this.#outlet.emit(this.#input), this.#input, this.#now);
  }

  #run(state: Float64Array, input: Record<string, unknown>, seconds: number): void {
    const { fixed, blobs } = this.#plan;
    const body = this.#body;
    for (let f = 0; f < fixed.length; f++) body[fixed[f]!.name] = fixed[f]!.toGame(state[f]!);
    for (let b = 0; b < blobs.length; b++) body[blobs[b]!.name] = this.#blobs[b];
    this.#step(body, input, seconds, this.#context);
    for (let f = 0; f < fixed.length; f++) state[f] = fixed[f]!.fromGame(body[fixed[f]!.name]);
  }

  #noteWrites(before: Float64Array, after: Float64Array): boolean {
    let changed = false;
    for (let f = 0; f < before.length; f++) {
      if (Object.is(before[f], after[f])) continue;
      this.#written[f] = 1;
      changed = true;
    }
    return changed;
  }

  #preview(out: Float64Array): void {
    out.set(this.#now);
    if (this.#leftSeconds > 0) this.#run(out, this.#input, this.#leftSeconds);
  }

  #keepShown(change: () => void): void {
    this.#preview(this.#scratch);
    this.#error.hold(this.#scratch, this.#plan.positions);
    change();
    this.#preview(this.#scratch);
    this.#error.settle(this.#scratch, this.#plan.positions);
  }

  #predictedAt(seq: number, served: number): Float64Array | undefined {
    if (served > 0 && this.#history.seq(served - 1) === seq) return this.#history.state(served - 1);
    return served === 0 && seq === this.#baseSeq ? this.#base : undefined;
  }

  #agrees(predicted: Float64Array, values: Float64Array, blobs: readonly unknown[]): boolean {
    const { fixed } = this.#plan;
    for (let f = 0; f < fixed.length; f++) {
      if (!this.#isSame(f, predicted[f]!, values[f]!)) return false;
    }
    for (let b = 0; b < blobs.length; b++) if (this.#blobs[b] !== blobs[b]) return false;
    return true;
  }

  #isSame(f: number, predicted: number, value: number): boolean {
    if (Object.is(predicted, value) || predicted === value) return true;
    const field = this.#plan.fixed[f]!;
    if (field.lossy) return false;
    return field.fixed!.quantise(predicted) === field.fixed!.quantise(value);
  }

  /** The server's values, but the prediction's own fractions where they round to the same. */
  #merged(predicted: Float64Array | undefined, values: Float64Array): Float64Array {
    const merged = values.slice();
    if (predicted === undefined) return merged;
    for (let f = 0; f < merged.length; f++) {
      if (this.#isSame(f, predicted[f]!, merged[f]!)) merged[f] = predicted[f]!;
    }
    return merged;
  }

  #adopt(seq: number, values: Float64Array, blobs: readonly unknown[]): void {
    this.#base.set(values);
    this.#baseSeq = seq;
    for (let b = 0; b < this.#plan.blobs.length; b++) this.#blobs[b] = blobs[b];
  }

  /** Drops what was served and steps the rest again, from the base. */
  #replay(served: number): void {
    this.#history.drop(served);
    this.#now.set(this.#base);
    for (let i = 0; i < this.#history.count; i++) {
      this.#run(this.#now, this.#history.input(i), this.#plan.tickSeconds);
      this.#history.state(i).set(this.#now);
    }
  }

  #differs(before: Float64Array): boolean {
    const { tolerances } = this.#plan;
    for (let f = 0; f < before.length; f++) {
      if (this.#written[f] === 0 || Object.is(before[f], this.#now[f])) continue;
      // NaN, none, is never within the tolerance
      if (!(Math.abs(before[f]! - this.#now[f]!) <= tolerances[f]!)) return true;
    }
    return false;
  }
}
