/** Work space for choosing what one client sees; one per mirror, used by one client after another. */
export class InterestScratch {
  /** Candidates, then the chosen ones. */
  slots: Int32Array = new Int32Array(256);
  /** Squares of their distances. */
  distances: Float64Array = new Float64Array(256);
  found: Int32Array = new Int32Array(256);
  /** `chosen[slot] === turn`: chosen for the client at hand. */
  chosen: Int32Array = new Int32Array(256);
  turn = 0;

  /** Makes room for a world of so many slots, and forgets the last choice. */
  begin(capacity: number): void {
    if (this.chosen.length < capacity) {
      this.slots = new Int32Array(capacity * 2);
      this.distances = new Float64Array(capacity * 2);
      this.found = new Int32Array(capacity * 2);
      this.chosen = new Int32Array(capacity);
      this.turn = 0;
    }
    // 2^30 turns are years; starting over keeps the marks true all the same.
    if (this.turn >= 0x3fff_ffff) {
      this.chosen.fill(0);
      this.turn = 0;
    }
    this.turn++;
  }
}
