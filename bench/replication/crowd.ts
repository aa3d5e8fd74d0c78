import { Random } from "@realmwright/core";

/** How many there are, and how many of them each client sees. The first `clients` entities are the clients' own. */
export interface CrowdCase {
  readonly entities: number;
  readonly clients: number;
  readonly visible: number;
}

/** Entities per square metre. */
const density = 0.05;
const ticksPerSecond = 20;
/** Metres per second. */
const speeds = [1, 5] as const;
/** Of an entity and tick. */
const turnChance = 0.05;
const flagChance = 0.01;

/** Edge of the square on which a crowd walks, in metres. */
export function sideOf({ entities }: CrowdCase): number {
  return Math.ceil(Math.sqrt(entities / density));
}

/** Within this distance of somebody in the middle are as many as a client is to see, in metres. */
export function sightOf({ visible }: CrowdCase): number {
  return Math.sqrt(visible / (Math.PI * density));
}

/**
 * People who walk straight on; in each tick one in twenty turns. The same seed gives the same walk: both sides of the bench
 * are given the same.
 */
export class Crowd {
  /** Metres. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** 256ths of a turn. */
  readonly heading: Uint8Array;
  readonly flags: Uint8Array;
  readonly side: number;
  readonly #dx: Float64Array;
  readonly #dy: Float64Array;
  readonly #random: Random;

  constructor(about: CrowdCase, seed: number) {
    const { entities } = about;
    this.side = sideOf(about);
    this.#random = new Random(seed);
    this.x = new Float64Array(entities);
    this.y = new Float64Array(entities);
    this.#dx = new Float64Array(entities);
    this.#dy = new Float64Array(entities);
    this.heading = new Uint8Array(entities);
    this.flags = new Uint8Array(entities);
    for (let i = 0; i < entities; i++) {
      this.x[i] = this.#random.between(0, this.side);
      this.y[i] = this.#random.between(0, this.side);
      this.#turn(i);
    }
  }

  step(): void {
    const { x, y, side } = this;
    for (let i = 0; i < x.length; i++) {
      if (this.#random.chance(turnChance)) this.#turn(i);
      if (this.#random.chance(flagChance)) this.flags[i] = this.#random.integer(0, 255);
      const nextX = x[i]! + this.#dx[i]!;
      const nextY = y[i]! + this.#dy[i]!;
      if (nextX >= 0 && nextX <= side && nextY >= 0 && nextY <= side) {
        x[i] = nextX;
        y[i] = nextY;
      } else this.#turn(i);
    }
  }

  #turn(i: number): void {
    const heading = this.#random.integer(0, 255);
    const step = this.#random.between(...speeds) / ticksPerSecond;
    this.heading[i] = heading;
    this.#dx[i] = Math.cos((heading * Math.PI) / 128) * step;
    this.#dy[i] = Math.sin((heading * Math.PI) / 128) * step;
  }
}
