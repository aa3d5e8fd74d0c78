import { type Container, Sprite } from "pixi.js";
import type { Art, Clip } from "../data/art.ts";
import { setPicture } from "./picture.ts";

export interface EffectOptions {
  /** Radians. */
  readonly rotation?: number;
  readonly scale?: number;
  readonly tint?: number;
  readonly alpha?: number;
  readonly isGlowing?: boolean;
  /** Mirrored about its own axis. */
  readonly isFlipped?: boolean;
  /** Tiles per second. */
  readonly velocityX?: number;
  readonly velocityY?: number;
  /** Played faster or slower, 1 as drawn. */
  readonly pace?: number;
}

/** One that is shown at the moment. */
interface Playing {
  readonly sprite: Sprite;
  clip: Clip;
  ms: number;
  velocityX: number;
  velocityY: number;
  pace: number;
  /** Follows this place instead of moving by itself. */
  anchor: Anchor | undefined;
}

/** Something that moves on, in tiles; undefined when it is gone. */
export type Anchor = () => { readonly x: number; readonly y: number } | undefined;

/** Never more at once; the oldest give way. */
const playingMax = 220;

/** Short animations at places of the map, from a pool of sprites. */
export class Effects {
  readonly #art: Art;
  readonly #tilePx: number;
  readonly #layer: Container;
  readonly #playing: Playing[] = [];
  readonly #free: Sprite[] = [];

  constructor(art: Art, tilePx: number, layer: Container) {
    this.#art = art;
    this.#tilePx = tilePx;
    this.#layer = layer;
  }

  /** Plays a clip once at a place, in tiles. */
  play(clipName: string, x: number, y: number, options: EffectOptions = {}): void {
    const sprite = this.#take();
    sprite.rotation = options.rotation ?? 0;
    sprite.scale.set(
      options.scale ?? 1,
      (options.scale ?? 1) * (options.isFlipped === true ? -1 : 1),
    );
    sprite.tint = options.tint ?? 0xffffff;
    sprite.alpha = options.alpha ?? 1;
    sprite.blendMode = options.isGlowing === true ? "add" : "normal";
    const clip = this.#art.clip("effects", clipName);
    setPicture(sprite, clip.textures[0]!);
    sprite.position.set(x * this.#tilePx, y * this.#tilePx);
    this.#playing.push({
      sprite,
      clip,
      ms: 0,
      velocityX: options.velocityX ?? 0,
      velocityY: options.velocityY ?? 0,
      pace: options.pace ?? 1,
      anchor: undefined,
    });
  }

  /** Plays a clip once on something that moves, so many tiles above it. */
  follow(clipName: string, anchor: Anchor, above: number, options: EffectOptions = {}): void {
    const place = anchor();
    if (place === undefined) return;
    this.play(clipName, place.x, place.y - above, options);
    const playing = this.#playing.at(-1)!;
    playing.anchor = () => {
      const now = anchor();
      return now === undefined ? undefined : { x: now.x, y: now.y - above };
    };
  }

  update(dtMs: number): void {
    let kept = 0;
    for (const one of this.#playing) {
      one.ms += dtMs * one.pace;
      const frame = Math.floor(one.ms / one.clip.frameMs);
      if (frame >= one.clip.textures.length) {
        this.#release(one.sprite);
        continue;
      }
      const { sprite } = one;
      setPicture(sprite, one.clip.textures[frame]!);
      const place = one.anchor?.();
      if (place === undefined) {
        one.anchor = undefined;
        sprite.x += (one.velocityX * this.#tilePx * dtMs) / 1000;
        sprite.y += (one.velocityY * this.#tilePx * dtMs) / 1000;
      } else {
        sprite.position.set(place.x * this.#tilePx, place.y * this.#tilePx);
      }
      this.#playing[kept++] = one;
    }
    this.#playing.length = kept;
  }

  destroy(): void {
    for (const { sprite } of this.#playing) sprite.destroy();
    for (const sprite of this.#free) sprite.destroy();
    this.#playing.length = 0;
    this.#free.length = 0;
  }

  #take(): Sprite {
    if (this.#playing.length >= playingMax) this.#release(this.#playing.shift()!.sprite);
    const sprite = this.#free.pop() ?? new Sprite();
    sprite.visible = true;
    // The newest on top.
    this.#layer.addChild(sprite);
    return sprite;
  }

  #release(sprite: Sprite): void {
    sprite.visible = false;
    sprite.removeFromParent();
    this.#free.push(sprite);
  }
}
