import { BitmapText, type Container } from "pixi.js";
import { Letters } from "./letters.ts";
import type { Stage } from "./stage.ts";

export type FloaterKind = "damage" | "hurt" | "heal" | "mana" | "experience" | "note";

const colours: Readonly<Record<FloaterKind, number>> = {
  damage: 0xffffff,
  hurt: 0xff5a4d,
  heal: 0x8ef06b,
  mana: 0x6cc4ff,
  experience: 0xffd75e,
  note: 0xcfd8e6,
};

const lifeMs = 950;
/** Letters are drawn so large, and shrunk to what is needed. */
const fontPx = 32;
const floatersMax = 60;
/** Words from one place begin so long after one another, or one could read none of them. */
const apartMs = 260;

interface Floater {
  readonly text: BitmapText;
  /** Where it began, in tiles, and how far it drifts sideways. */
  x: number;
  y: number;
  drift: number;
  ms: number;
  isLarge: boolean;
}

/** Numbers that rise from those whom they concern. */
export class Floaters {
  /** Of its own: numbers are drawn in one size and shrunk. */
  readonly #letters: Letters = new Letters();
  readonly #layer: Container;
  readonly #tilePx: number;
  readonly #floaters: Floater[] = [];
  readonly #free: BitmapText[] = [];

  constructor(layer: Container, tilePx: number) {
    this.#layer = layer;
    this.#tilePx = tilePx;
  }

  /** @param x in tiles, @param y in tiles: the top of the figure. */
  add(kind: FloaterKind, text: string, x: number, y: number, isLarge = false): void {
    if (this.#floaters.length >= floatersMax) this.#release(this.#floaters.shift()!);
    const label =
      this.#free.pop() ?? new BitmapText({ text: "", style: this.#letters.outlined(fontPx, 1) });
    label.text = text;
    label.tint = colours[kind];
    label.anchor.set(0.5, 1);
    this.#layer.addChild(label);
    const drift = kind === "damage" || kind === "hurt" ? (Math.random() - 0.5) * 1.4 : 0;
    label.visible = false;
    const ms = drift === 0 ? this.#turnOf(x, y) : 0;
    this.#floaters.push({ text: label, x, y, drift, ms, isLarge });
  }

  /** When words from a place may begin, in milliseconds of their life: below 0 is later. */
  #turnOf(x: number, y: number): number {
    let turn = 0;
    for (const other of this.#floaters) {
      const isNear = Math.abs(other.x - x) < 1 && Math.abs(other.y - y) < 1;
      if (isNear && other.drift === 0) turn = Math.min(turn, other.ms - apartMs);
    }
    return turn;
  }

  update(dtMs: number, stage: Stage): void {
    let kept = 0;
    const unit = this.#tilePx * stage.scale;
    for (const floater of this.#floaters) {
      floater.ms += dtMs;
      const share = floater.ms / lifeMs;
      if (share >= 1) {
        this.#release(floater);
        continue;
      }
      const { text } = floater;
      text.visible = share >= 0;
      if (share < 0) {
        this.#floaters[kept++] = floater;
        continue;
      }
      // Up like a thrown stone, a little swelling at the start.
      const rise = 1.25 * (1 - (1 - share) * (1 - share));
      const swell = share < 0.12 ? 1.5 - share * 4 : 1;
      text.scale.set(((floater.isLarge ? 23 : 17) / fontPx) * stage.unit * swell);
      text.alpha = share < 0.65 ? 1 : (1 - share) / 0.35;
      text.position.set(
        Math.round((floater.x + floater.drift * share) * unit),
        Math.round((floater.y - rise) * unit),
      );
      this.#floaters[kept++] = floater;
    }
    this.#floaters.length = kept;
  }

  destroy(): void {
    for (const { text } of this.#floaters) text.destroy();
    for (const text of this.#free) text.destroy();
    this.#floaters.length = 0;
    this.#free.length = 0;
  }

  #release(floater: Floater): void {
    floater.text.removeFromParent();
    this.#free.push(floater.text);
  }
}
