import { Container, Sprite } from "pixi.js";
import type { Art, Clip } from "../data/art.ts";
import type { Bolt, Item } from "./being.ts";
import type { Effects } from "./effects.ts";
import { setPicture } from "./picture.ts";

/** Bolts fly at the height of a chest, in tiles. */
export const flightHeight = 0.65;
const emberMs = 38;

/** Something that flies, with its shadow and its trail. */
export class BoltSprite {
  readonly container: Container = new Container();
  readonly #sprite: Sprite;
  readonly #clip: Clip;
  readonly #effects: Effects;
  readonly #kind: Bolt["kind"];
  readonly #heading: number;
  #ms = 0;
  #emberMs = 0;

  constructor(art: Art, bolt: Bolt, effects: Effects) {
    this.#kind = bolt.kind;
    this.#heading = bolt.heading;
    this.#effects = effects;
    this.#clip = art.clip("effects", bolt.kind === "unknown" ? "arrow" : bolt.kind);
    const shadow = new Sprite(art.picture("effects", "shadow-small"));
    shadow.scale.set(0.6);
    shadow.alpha = 0.7;
    this.#sprite = new Sprite(this.#clip.textures[0]);
    this.#sprite.rotation = bolt.heading;
    this.container.addChild(shadow, this.#sprite);
  }

  update(bolt: Bolt, dtMs: number, tilePx: number): void {
    this.#ms += dtMs;
    const { textures, frameMs } = this.#clip;
    setPicture(this.#sprite, textures[Math.floor(this.#ms / frameMs) % textures.length]!);
    this.#sprite.y = -flightHeight * tilePx;
    this.container.position.set(bolt.x * tilePx, bolt.y * tilePx);
    this.container.zIndex = bolt.y * tilePx;
    if (this.#kind !== "fireball") return;
    this.#emberMs -= dtMs;
    if (this.#emberMs > 0) return;
    this.#emberMs = emberMs;
    const back = 0.35 + Math.random() * 0.25;
    this.#effects.play(
      "ember",
      bolt.x - Math.cos(this.#heading) * back + (Math.random() - 0.5) * 0.25,
      bolt.y - flightHeight - Math.sin(this.#heading) * back + (Math.random() - 0.5) * 0.25,
      { velocityY: -0.5, isGlowing: true },
    );
  }

  destroy(): void {
    this.container.destroy({ children: true });
  }
}

/** Something that lies about: it turns, and bobs up and down. */
export class ItemSprite {
  readonly container: Container = new Container();
  readonly #sprite: Sprite;
  readonly #clip: Clip;
  #ms: number;

  constructor(art: Art, item: Item, tilePx: number) {
    this.#clip = art.clip("effects", item.kind === "coins" ? "coin" : "potion-red");
    const shadow = new Sprite(art.picture("effects", "shadow-small"));
    shadow.scale.set(0.55);
    this.#sprite = new Sprite(this.#clip.textures[0]);
    // Not all in step.
    this.#ms = (item.id * 137) % 1000;
    this.container.addChild(shadow, this.#sprite);
    this.container.position.set(item.x * tilePx, item.y * tilePx);
    this.container.zIndex = item.y * tilePx;
  }

  update(dtMs: number): void {
    this.#ms += dtMs;
    const { textures, frameMs } = this.#clip;
    setPicture(this.#sprite, textures[Math.floor(this.#ms / frameMs) % textures.length]!);
    this.#sprite.y = -5 - Math.round(Math.sin(this.#ms / 260) * 1.6);
  }

  destroy(): void {
    this.container.destroy({ children: true });
  }
}
