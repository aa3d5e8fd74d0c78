import { circular, linear, type TrackPlan } from "./track-plan.ts";

/** A gap this much longer than the usual one is no mere irregularity. */
const longGapFactor = 1.25;
/** An update period longer than this many send intervals is not smoothed over. */
const spacingMaxSends = 16;
/** How fast an entity's own delay may change, as a share of the time that passes. */
const lagSlew = 0.2;

/**
 * The last samples of one remote entity, and what to show of it at a tick in between.
 *
 * An entity far away is sent less often than one nearby, and one that stands still is not sent at all. A long gap therefore
 * means either. `spacing` is the entity's usual gap while it moves: after a gap much longer than that the entity is taken to
 * have stood until one spacing before the new sample, unless it has covered as much ground as its last known speed makes
 * over the whole gap, or two long gaps of about the same length follow one another: then the spacing itself has grown.
 * Entities with a larger spacing are shown that much later, so that there is always a next sample to move towards.
 */
export class EntityTrack {
  readonly #plan: TrackPlan;
  readonly #fields: number;
  readonly #ticks: Float64Array;
  /** Where the way to a sample begins; equal to its own tick for one that is jumped to. */
  readonly #starts: Float64Array;
  readonly #values: Float64Array;
  readonly #blobs: unknown[];
  #count = 0;
  #newest = -1;
  #spacing: number;
  #longGap = 0;
  /** Units per tick over the last stretch of motion. */
  #speed = 0;
  #lag = 0;
  #lastTick = Number.NaN;
  /** Tick of the sample that was last moved on from, -1 if what was shown was known. */
  #overranFrom = -1;
  readonly #errors: Float64Array;
  readonly #shownPositions: Float64Array;
  /** What moving on beyond the newest sample adds per tick, by position field. */
  readonly #velocities: Float64Array;

  constructor(plan: TrackPlan) {
    this.#plan = plan;
    this.#fields = plan.modes.length;
    this.#ticks = new Float64Array(plan.capacity);
    this.#starts = new Float64Array(plan.capacity);
    this.#values = new Float64Array(plan.capacity * this.#fields);
    this.#blobs = new Array<unknown>(plan.capacity * plan.blobs).fill(undefined);
    this.#spacing = plan.sendTicks;
    this.#errors = new Float64Array(plan.positions.length);
    this.#shownPositions = new Float64Array(plan.positions.length);
    this.#velocities = new Float64Array(plan.positions.length);
  }

  /** Ticks between samples while the entity moves. */
  get spacing(): number {
    return this.#spacing;
  }

  /** The newest sample's tick, -1 before the first. */
  get newestTick(): number {
    return this.#count === 0 ? -1 : this.#ticks[this.#newest]!;
  }

  /** Forgets everything: the entity enters again, and nothing is shown between then and now. */
  reset(): void {
    this.#count = 0;
    this.#newest = -1;
    this.#spacing = this.#plan.sendTicks;
    this.#longGap = 0;
    this.#speed = 0;
    this.#lag = 0;
    this.#lastTick = Number.NaN;
    this.#overranFrom = -1;
    this.#errors.fill(0);
  }

  /** Takes the entity's state at a tick. A second one for the same tick replaces the first; an older one is left out. */
  push(tick: number, values: Float64Array, blobs: readonly unknown[]): void {
    const last = this.newestTick;
    if (tick < last) return;
    if (tick > last) {
      const capacity = this.#plan.capacity;
      const previous = this.#newest;
      this.#newest = (this.#newest + 1) % capacity;
      if (this.#count < capacity) this.#count++;
      this.#ticks[this.#newest] = tick;
      this.#starts[this.#newest] =
        previous < 0 ? tick : this.#startOf(tick - last, this.#distance(previous, values), tick);
    }
    const at = this.#newest * this.#fields;
    for (let f = 0; f < this.#fields; f++) this.#values[at + f] = values[f]!;
    const blobAt = this.#newest * this.#plan.blobs;
    for (let b = 0; b < this.#plan.blobs; b++) this.#blobs[blobAt + b] = blobs[b];
  }

  /**
   * Writes what to show at a tick with its fraction into `out` and `outBlobs`, by field.
   *
   * @param streamTick the newest tick of which a snapshot has arrived: what did not change by then stood still
   */
  read(tick: number, streamTick: number, out: Float64Array, outBlobs: unknown[]): void {
    if (this.#count === 0) return;
    const elapsed = Number.isNaN(this.#lastTick) ? 0 : Math.max(0, tick - this.#lastTick);
    this.#lastTick = tick;
    this.#slewLag(elapsed);
    const at = tick - this.#lag;
    const after = this.#sampleAfter(at);
    let overran = false;
    if (after < 0) {
      const held = this.#newest;
      this.#copy(held, out, outBlobs);
      overran = this.#moveOn(at, streamTick, out);
    } else {
      const before = this.#before(after);
      this.#copy(before < 0 ? after : before, out, outBlobs);
      if (before >= 0) this.#mix(before, after, at, out);
    }
    this.#smooth(elapsed, overran, out);
  }

  /** Where the way to a new sample begins, and what the gap says of the entity's rhythm. */
  #startOf(gap: number, distance: number, tick: number): number {
    const { sendTicks, teleportDistance } = this.#plan;
    const sends = Math.max(1, gap / sendTicks);
    if (distance > teleportDistance * sends) {
      this.#speed = 0;
      return tick;
    }
    let way = gap;
    if (gap <= this.#spacing * longGapFactor) {
      this.#spacing = Math.max(gap, sendTicks);
      this.#longGap = 0;
    } else {
      if (this.#keptMoving(gap, distance)) {
        this.#spacing = Math.min(gap, spacingMaxSends * sendTicks);
      }
      this.#longGap = gap;
      way = Math.min(gap, this.#spacing);
    }
    this.#speed = distance / way;
    return tick - way;
  }

  #keptMoving(gap: number, distance: number): boolean {
    if (distance > 0 && this.#speed > 0 && distance > (this.#speed * (gap + this.#spacing)) / 2) {
      return true;
    }
    return this.#longGap > 0 && gap < 2 * this.#longGap && this.#longGap < 2 * gap;
  }

  #distance(from: number, values: Float64Array): number {
    let sum = 0;
    for (const f of this.#plan.positions) {
      const d = values[f]! - this.#values[from * this.#fields + f]!;
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  #slewLag(elapsed: number): void {
    const change = this.#spacing - this.#plan.sendTicks - this.#lag;
    const most = elapsed * lagSlew;
    this.#lag += change > most ? most : change < -most ? -most : change;
  }

  /** The oldest sample later than a tick, -1 if there is none. */
  #sampleAfter(tick: number): number {
    let found = -1;
    let index = this.#newest;
    for (let i = 0; i < this.#count; i++) {
      if (this.#ticks[index]! <= tick) break;
      found = index;
      index = index === 0 ? this.#plan.capacity - 1 : index - 1;
    }
    return found;
  }

  /** The sample before another, -1 if it is the oldest. */
  #before(index: number): number {
    const { capacity } = this.#plan;
    const oldest = (this.#newest - this.#count + 1 + capacity) % capacity;
    if (index === oldest) return -1;
    return index === 0 ? capacity - 1 : index - 1;
  }

  #copy(from: number, out: Float64Array, outBlobs: unknown[]): void {
    const at = from * this.#fields;
    for (let f = 0; f < this.#fields; f++) out[f] = this.#values[at + f]!;
    const blobAt = from * this.#plan.blobs;
    for (let b = 0; b < this.#plan.blobs; b++) outBlobs[b] = this.#blobs[blobAt + b];
  }

  #mix(before: number, after: number, tick: number, out: Float64Array): void {
    const start = this.#starts[after]!;
    const way = this.#ticks[after]! - start;
    if (way <= 0 || tick <= start) return;
    const share = (tick - start) / way;
    const { modes } = this.#plan;
    const a = before * this.#fields;
    const b = after * this.#fields;
    for (let f = 0; f < this.#fields; f++) {
      const mode = modes[f];
      if (mode !== linear && mode !== circular) continue;
      const from = this.#values[a + f]!;
      const to = this.#values[b + f]!;
      // "none" is NaN, and nothing lies between it and a value
      if (from !== from || to !== to) continue;
      out[f] = mode === linear ? from + (to - from) * share : turned(from, to, share);
    }
  }

  /** Shows the entity going on along its last stretch; false where it is known or taken to stand. */
  #moveOn(tick: number, streamTick: number, out: Float64Array): boolean {
    const { extrapolateTicks, positions } = this.#plan;
    const newest = this.#newest;
    const arrived = this.#ticks[newest]!;
    if (extrapolateTicks === 0 || streamTick >= arrived + this.#spacing) return false;
    const before = this.#before(newest);
    if (before < 0) return false;
    const way = arrived - this.#starts[newest]!;
    if (way <= 0) return false;
    const ahead = tick - arrived;
    for (let p = 0; p < positions.length; p++) {
      const f = positions[p]!;
      const to = this.#values[newest * this.#fields + f]!;
      const velocity = (to - this.#values[before * this.#fields + f]!) / way;
      out[f] = to + velocity * Math.min(ahead, extrapolateTicks);
      this.#velocities[p] = ahead < extrapolateTicks ? velocity : 0;
    }
    return true;
  }

  /** After moving on beyond what was known, the truth is approached and not jumped to. */
  #smooth(elapsed: number, overran: boolean, out: Float64Array): void {
    const { positions, errorHalfLifeTicks, teleportDistance } = this.#plan;
    const settles = this.#overranFrom >= 0 && (!overran || this.#overranFrom !== this.newestTick);
    const decay = settles ? 1 : 2 ** (-elapsed / errorHalfLifeTicks);
    for (let p = 0; p < positions.length; p++) {
      const f = positions[p]!;
      let error = this.#errors[p]! * decay;
      if (settles) error = this.#shownPositions[p]! + this.#velocities[p]! * elapsed - out[f]!;
      if (Math.abs(error) > teleportDistance) error = 0;
      this.#errors[p] = error;
      out[f] = out[f]! + error;
      this.#shownPositions[p] = out[f]!;
    }
    this.#overranFrom = overran ? this.newestTick : -1;
  }
}

/** Between two angles on the shorter way round, in [0, 2 PI) as fields of type angle have it. */
function turned(from: number, to: number, share: number): number {
  const turn = 2 * Math.PI;
  const way = to - from;
  const shorter = way - turn * Math.floor(way / turn + 0.5);
  const angle = from + shorter * share;
  return angle - turn * Math.floor(angle / turn);
}
