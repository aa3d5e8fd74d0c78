import { Container, Graphics, Text } from "pixi.js";
import type { Anchor } from "./effects.ts";
import type { Letters } from "./letters.ts";
import type { Stage } from "./stage.ts";

const widthMax = 210;
const charactersMax = 160;
const fadeMs = 250;

interface Bubble {
  readonly container: Container;
  readonly anchor: Anchor;
  ms: number;
  readonly lifeMs: number;
}

/** What people say, over their heads. One bubble for each of them. */
export class Bubbles {
  readonly #layer: Container;
  readonly #bubbles = new Map<number, Bubble>();

  constructor(layer: Container) {
    this.#layer = layer;
  }

  /** @param anchor the top of the speaker's head, in tiles. */
  say(speaker: number, text: string, anchor: Anchor, stage: Stage): void {
    this.#remove(speaker);
    const short = text.length > charactersMax ? `${text.slice(0, charactersMax - 1)}…` : text;
    const container = bubble(short, stage.letters, stage.unit);
    this.#layer.addChild(container);
    const lifeMs = 2600 + Math.min(6000, short.length * 55);
    this.#bubbles.set(speaker, { container, anchor, ms: 0, lifeMs });
  }

  update(dtMs: number, stage: Stage, tilePx: number): void {
    const unit = tilePx * stage.scale;
    for (const [speaker, one] of this.#bubbles) {
      one.ms += dtMs;
      const place = one.anchor();
      if (place === undefined || one.ms >= one.lifeMs) {
        this.#remove(speaker);
        continue;
      }
      const appear = Math.min(1, one.ms / 120);
      one.container.alpha = Math.min(appear, (one.lifeMs - one.ms) / fadeMs);
      one.container.scale.set(0.7 + 0.3 * appear);
      one.container.position.set(
        Math.round(place.x * unit),
        Math.round(place.y * unit - 20 * stage.unit),
      );
    }
  }

  destroy(): void {
    for (const speaker of [...this.#bubbles.keys()]) this.#remove(speaker);
  }

  #remove(speaker: number): void {
    this.#bubbles.get(speaker)?.container.destroy({ children: true });
    this.#bubbles.delete(speaker);
  }
}

/** Parchment with a tail; its origin is the tail's point. */
function bubble(words: string, letters: Letters, density: number): Container {
  const text = new Text({ text: words, style: letters.spoken(widthMax, density) });
  const padX = 9 * density;
  const padY = 6 * density;
  const width = Math.ceil(text.width + padX * 2);
  const height = Math.ceil(text.height + padY * 2);
  const tail = 7 * density;
  const edge = 2 * density;
  const left = -Math.round(width / 2);
  const top = -height - tail;
  const shape = new Graphics()
    .roundRect(left - edge, top - edge, width + edge * 2, height + edge * 2, 8 * density)
    .fill(0x2c1d1a)
    .poly([-tail - edge, -tail + edge / 2, tail + edge, -tail + edge / 2, 0, edge * 1.5])
    .fill(0x2c1d1a)
    .roundRect(left, top, width, height, 6 * density)
    .fill(0xfbf0d4)
    .poly([-tail, -tail - edge / 2, tail, -tail - edge / 2, 0, 0])
    .fill(0xfbf0d4);
  text.position.set(Math.round(left + padX), Math.round(top + padY));
  const container = new Container();
  container.addChild(shape, text);
  return container;
}
