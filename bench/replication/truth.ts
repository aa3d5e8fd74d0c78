import { sightOf, type Crowd, type CrowdCase } from "./crowd.ts";
import { Nearest } from "./nearest.ts";

/** Ticks that are remembered: nothing that a client sees may be older. */
const memory = 8;

/** So many clients decode all that they get. */
const watchedClients = 8;

/** Clients whose view is compared, spread evenly over all. */
export function watchedOf({ clients }: CrowdCase): number[] {
  const count = Math.min(watchedClients, clients);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * clients) / count));
}

/** Compares what clients have decoded with what the crowd was. */
export class Truth {
  readonly #crowd: Crowd;
  readonly #visible: number;
  readonly #nearest: Nearest;
  readonly #past: Int32Array[];
  #tick = 0;
  #held = 0;
  #fresh = 0;
  #present = 0;
  #due = 0;

  constructor(crowd: Crowd, about: CrowdCase) {
    this.#crowd = crowd;
    this.#visible = about.visible;
    this.#nearest = new Nearest(crowd.x, crowd.y, crowd.side, sightOf(about));
    this.#past = Array.from({ length: memory }, () => new Int32Array(about.entities * 4));
  }

  /** Remembers the crowd as it is; positions in centimetres, as the side at hand quantises them. */
  remember(quantum: (metres: number) => number): void {
    const { x, y, heading, flags } = this.#crowd;
    this.#nearest.rebuild();
    this.#tick++;
    const now = this.#past[this.#tick % memory]!;
    for (let i = 0; i < x.length; i++) {
      now[i * 4] = quantum(x[i]!);
      now[i * 4 + 1] = quantum(y[i]!);
      now[i * 4 + 2] = heading[i]!;
      now[i * 4 + 3] = flags[i]!;
    }
  }

  /** Takes one entity that a client holds. Throws when it never was like that in the ticks remembered. */
  holds(i: number, x: number, y: number, heading: number, flags: number): void {
    for (let age = 0; age < Math.min(memory, this.#tick); age++) {
      const then = this.#past[(this.#tick - age) % memory]!;
      if (then[i * 4] !== x || then[i * 4 + 1] !== y) continue;
      if (then[i * 4 + 2] !== heading || then[i * 4 + 3] !== flags) continue;
      this.#held++;
      if (age === 0) this.#fresh++;
      return;
    }
    throw new Error(`entity ${i} was never at ${x}, ${y} with ${heading}, ${flags}`);
  }

  /** Asks which of those that are nearest to entity `viewer` its client holds. */
  sees(viewer: number, has: (i: number) => boolean): void {
    const { x, y } = this.#crowd;
    const count = this.#nearest.find(x[viewer]!, y[viewer]!, this.#visible);
    for (let n = 0; n < count; n++) if (has(this.#nearest.found[n]!)) this.#present++;
    this.#due += count;
  }

  /** Shares of 1: of the true nearest, those present; of those held, those of this very tick. */
  shares(): { present: number; fresh: number; checked: number } {
    return {
      present: this.#present / this.#due,
      fresh: this.#fresh / this.#held,
      checked: this.#held,
    };
  }
}
