import { Container, Graphics, Text } from "pixi.js";
import type { Anchor } from "./effects.ts";
import type { Letters } from "./letters.ts";
import type { Stage } from "./stage.ts";

const widthMax = 210;
const charactersMax = 160;
const fadeMs = 250;

/** Between the top of a head and the tip of a tail, for the name and the bar over that head; in pixels of the page. */
const overHead = 38;
/** Between a bubble and the edge of the screen. */
const margin = 6;
/** How far one's own hero, in the middle of the screen, reaches to each side of it; in pixels of the page. */
const heroReach = 20;
/** What is seen of a bubble that would hide the hero. */
const thinAlpha = 0.5;
const thinMs = 200;

interface Bubble {
  readonly container: Container;
  readonly tail: Graphics;
  /** Of the parchment, with its rim, over the tip of the tail; in device pixels. */
  readonly halfWidth: number;
  readonly height: number;
  readonly anchor: Anchor;
  ms: number;
  /** From 0 to 1 where it comes before the hero. */
  thin: number;
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
    const parchment = parchmentOf(short, stage.letters, stage.unit);
    this.#layer.addChild(parchment.container);
    const lifeMs = 2600 + Math.min(6000, short.length * 55);
    this.#bubbles.set(speaker, { ...parchment, anchor, ms: 0, thin: 0, lifeMs });
  }

  update(dtMs: number, stage: Stage, tilePx: number): void {
    for (const [speaker, one] of this.#bubbles) {
      one.ms += dtMs;
      const place = one.anchor();
      if (place === undefined || one.ms >= one.lifeMs) {
        this.#remove(speaker);
        continue;
      }
      const appear = Math.min(1, one.ms / 120);
      one.container.scale.set(0.7 + 0.3 * appear);
      this.#place(one, place.x * tilePx * stage.scale, place.y * tilePx * stage.scale, stage);
      const step = dtMs / thinMs;
      one.thin = Math.min(1, Math.max(0, one.thin + (hidesHero(one, stage) ? step : -step)));
      one.container.alpha =
        Math.min(appear, (one.lifeMs - one.ms) / fadeMs) * (1 - one.thin * (1 - thinAlpha));
    }
  }

  /** Over its speaker, and as a whole on the screen for as long as the speaker is. */
  #place(one: Bubble, x: number, y: number, stage: Stage): void {
    const { overlay, unit, width, height } = stage;
    const left = -overlay.x;
    const top = -overlay.y;
    one.container.visible = x > left && x < left + width && y > top && y < top + height;
    const half = one.halfWidth + margin * unit;
    const atX = Math.min(left + width - half, Math.max(left + half, x));
    const atY = Math.max(top + one.height + margin * unit, y - overHead * unit);
    one.container.position.set(Math.round(atX), Math.round(atY));
    const reach = Math.max(0, one.halfWidth - 16 * unit);
    one.tail.x = Math.round(Math.min(reach, Math.max(-reach, x - atX)));
    one.tail.visible = y > atY;
  }

  destroy(): void {
    for (const speaker of [...this.#bubbles.keys()]) this.#remove(speaker);
  }

  #remove(speaker: number): void {
    this.#bubbles.get(speaker)?.container.destroy({ children: true });
    this.#bubbles.delete(speaker);
  }
}

/** Whether it comes before the middle of the screen, where one's own hero is. */
function hidesHero({ container, halfWidth, height }: Bubble, stage: Stage): boolean {
  const { overlay, unit } = stage;
  const fromMiddle = container.x + overlay.x - stage.width / 2;
  const below = container.y + overlay.y - stage.height / 2;
  const reach = heroReach * unit;
  return Math.abs(fromMiddle) < halfWidth + reach && below > -reach && below - height < reach;
}

/** Parchment with a tail; its origin is the tip of the tail where that is in the middle. */
function parchmentOf(
  words: string,
  letters: Letters,
  density: number,
): Pick<Bubble, "container" | "tail" | "halfWidth" | "height"> {
  const text = new Text({ text: words, style: letters.spoken(widthMax, density) });
  const padX = 9 * density;
  const padY = 6 * density;
  const width = Math.ceil(text.width + padX * 2);
  const height = Math.ceil(text.height + padY * 2);
  const tip = 7 * density;
  const edge = 2 * density;
  const left = -Math.round(width / 2);
  const top = -height - tip;
  const sheet = new Graphics()
    .roundRect(left - edge, top - edge, width + edge * 2, height + edge * 2, 8 * density)
    .fill(0x2c1d1a)
    .roundRect(left, top, width, height, 6 * density)
    .fill(0xfbf0d4);
  const tail = new Graphics()
    .poly([-tip - edge, -tip + edge / 2, tip + edge, -tip + edge / 2, 0, edge * 1.5])
    .fill(0x2c1d1a)
    .poly([-tip, -tip - edge / 2, tip, -tip - edge / 2, 0, 0])
    .fill(0xfbf0d4);
  text.position.set(Math.round(left + padX), Math.round(top + padY));
  const container = new Container();
  container.addChild(sheet, tail, text);
  return { container, tail, halfWidth: width / 2 + edge, height: height + tip + edge };
}
