/** One that walks about, as the view sees it in this frame. The object is used again for the next frame. */
export interface Being {
  readonly id: number;
  readonly kind: "player" | "monster" | "villager";
  readonly isSelf: boolean;
  readonly name: string;
  /** Name of its sheet of pictures. */
  readonly sheet: string;
  /** Name of its shadow's picture. */
  readonly shadow: string;
  /** Of the player who steers it. */
  readonly seat: number | undefined;
  /** One sees through it. */
  readonly isSpirit: boolean;
  /** Feared even by groups. */
  readonly isBoss: boolean;
  level: number;
  /** In tiles; between the feet. */
  x: number;
  y: number;
  /** Radians; 0 is right, a quarter turn down. */
  heading: number;
  hp: number;
  hpMax: number;
  /** Names of effects that are on. */
  effects: readonly string[];
  /** Share of a cast that is done; none when nothing is cast. */
  cast: number | undefined;
  /** About to strike. */
  isWindingUp: boolean;
  /** Its connection is broken. */
  isAway: boolean;
}

/** Something that flies. */
export interface Bolt {
  readonly id: number;
  readonly kind: "arrow" | "fireball" | "unknown";
  readonly heading: number;
  x: number;
  y: number;
}

/** Something that lies about. */
export interface Item {
  readonly id: number;
  readonly kind: "coins" | "potion";
  readonly x: number;
  readonly y: number;
}
