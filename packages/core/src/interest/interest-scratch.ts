import { limits } from "@realmwright/protocol";

/** Work space for choosing what one client sees; one per mirror, used by one client after another. */
export class InterestScratch {
  /** Candidates: the handle's index of what is held, else the complement of a slot. */
  slots: Int32Array = new Int32Array(0);
  /** Squares of the distances by which they compete. */
  distances: Float64Array = new Float64Array(0);
  found: Int32Array = new Int32Array(0);
  /** `chosen[slot] === turn`: the client at hand must see it. */
  chosen: Int32Array = new Int32Array(0);
  /** `held[slot] === turn`: the client at hand holds it. */
  held: Int32Array = new Int32Array(0);
  turn = 0;

  /** Makes room for a world of so many slots, and forgets the last choice. */
  begin(capacity: number): void {
    if (this.chosen.length < capacity) {
      // What is held and what might come in.
      this.slots = new Int32Array(capacity * 2 + limits.visiblePerClient.value);
      this.distances = new Float64Array(this.slots.length);
      this.found = new Int32Array(capacity * 2);
      this.chosen = new Int32Array(capacity);
      this.held = new Int32Array(capacity);
      this.turn = 0;
    }
    // 2^30 turns are years; starting over keeps the marks true all the same.
    if (this.turn >= 0x3fff_ffff) {
      this.chosen.fill(0);
      this.held.fill(0);
      this.turn = 0;
    }
    this.turn++;
  }
}
