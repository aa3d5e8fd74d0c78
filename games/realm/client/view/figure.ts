import { Container, Sprite } from "pixi.js";
import type { Art, Clip } from "../data/art.ts";
import { setPicture } from "./picture.ts";

export type Direction = "down" | "left" | "right" | "up";
export type Motion = "idle" | "walk" | "attack" | "cast" | "hurt" | "death";

/** Looking nearly along a diagonal, one keeps the side that one showed: by so many radians. */
const keepRadians = 0.22;
const flashMs = 150;

/** The side that a figure shows when it looks along a heading: 0 is right, a quarter turn down. */
function directionOf(heading: number, before: Direction): Direction {
  const angles = { right: 0, down: Math.PI / 2, left: Math.PI, up: -Math.PI / 2 } as const;
  const off = (direction: Direction): number => {
    const turn = Math.abs(heading - angles[direction]) % (Math.PI * 2);
    return turn > Math.PI ? Math.PI * 2 - turn : turn;
  };
  if (off(before) < Math.PI / 4 + keepRadians) return before;
  let best: Direction = before;
  for (const direction of ["down", "left", "right", "up"] as const) {
    if (off(direction) < off(best)) best = direction;
  }
  return best;
}

/** A drawn body with its shadow: plays the clips of its sheet. Its origin is between its feet. */
export class Figure {
  readonly container: Container = new Container();
  readonly #art: Art;
  readonly #sheet: string;
  readonly #shadow: Sprite;
  readonly #body: Sprite = new Sprite();
  readonly #glare: Sprite = new Sprite();
  #clip: Clip | undefined;
  #clipName = "";
  #clipMs = 0;
  #motion: Motion = "idle";
  /** A motion that plays once before the figure goes on as it would. */
  #once: Motion | undefined;
  #direction: Direction = "down";
  #glareMs = 0;

  constructor(art: Art, sheet: string, shadow: string) {
    this.#art = art;
    this.#sheet = sheet;
    this.#shadow = new Sprite(art.picture("effects", shadow));
    this.#glare.blendMode = "add";
    this.#glare.visible = false;
    this.container.addChild(this.#shadow, this.#body, this.#glare);
    this.update(0, 1);
  }

  get direction(): Direction {
    return this.#direction;
  }

  /** Rows of the present picture above the feet that the body reaches, in pixels of the art. */
  get height(): number {
    return this.#art.heightOf(this.#sheet);
  }

  face(heading: number): void {
    this.#direction = directionOf(heading, this.#direction);
  }

  /** What the figure does until told otherwise. */
  act(motion: Motion): void {
    this.#motion = motion;
    if (motion === "death") this.#once = undefined;
  }

  /** Plays a motion once, from its beginning. */
  play(motion: Motion): void {
    if (this.#motion === "death") return;
    this.#once = motion;
    this.#clipName = "";
  }

  flash(tint: number): void {
    this.#glare.tint = tint;
    this.#glareMs = flashMs;
  }

  /** Goes on by so much time. @param pace how fast, 1 as drawn. */
  update(dtMs: number, pace: number): void {
    const motion = this.#once ?? this.#motion;
    const name = `${motion}-${this.#direction}`;
    if (name !== this.#clipName) {
      // Turning does not begin a step or a blow anew.
      const sameMotion = this.#clipName.startsWith(`${motion}-`);
      this.#clipName = name;
      this.#clip = this.#art.clip(this.#sheet, name);
      if (!sameMotion) this.#clipMs = 0;
    } else {
      this.#clipMs += dtMs * pace;
    }
    const clip = this.#clip;
    if (clip !== undefined) this.#show(clip);
    this.#glareMs = Math.max(0, this.#glareMs - dtMs);
    this.#glare.visible = this.#glareMs > 0;
    this.#glare.alpha = (this.#glareMs / flashMs) * 0.9;
  }

  set tint(tint: number) {
    this.#body.tint = tint;
  }

  set alpha(alpha: number) {
    this.#body.alpha = alpha;
    this.#shadow.alpha = alpha;
  }

  destroy(): void {
    this.container.destroy({ children: true });
  }

  #show(clip: Clip): void {
    let index = Math.floor(this.#clipMs / clip.frameMs);
    if (index >= clip.textures.length) {
      if (clip.loops) index %= clip.textures.length;
      else {
        index = clip.textures.length - 1;
        this.#once = undefined;
      }
    }
    const texture = clip.textures[index]!;
    setPicture(this.#body, texture);
    setPicture(this.#glare, texture);
  }
}
